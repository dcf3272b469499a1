package pods

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/fn/verify/rules/state"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// CheckMoved checks that a share of requests moves by its weight. If the Service or
// subset behind a weight takes up other pods, the share moves to them at once, past
// every step.
func CheckMoved(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	was := bySource(e.From.Rules)
	now := bySource(e.To.Rules)
	for _, id := range cluster.SortedIDs(was) {
		if len(was[id]) != len(now[id]) {
			continue
		}
		for i, r := range was[id] {
			problems = append(problems, movedBehind(e, r, now[id][i])...)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	mixed := state.CheckMixed(e.To)
	return slices.DeleteFunc(problems, func(p edge.Problem) bool { // the same, said of the state
		return slices.ContainsFunc(mixed, func(q edge.Problem) bool { return q.Object.Key() == p.Object.Key() })
	})
}

// bySource are the rules that split requests, by the object they stand in.
func bySource(rules []route.Rule) map[kube.ID][]route.Rule {
	all := map[kube.ID][]route.Rule{}
	for _, r := range rules {
		if interleave.Splits(r) {
			all[r.Source.Key()] = append(all[r.Source.Key()], r)
		}
	}
	return all
}

// movedBehind compares the pods behind each backend of a rule before and after.
func movedBehind(e *edge.Transition, was, now route.Rule) []edge.Problem {
	var problems []edge.Problem
	for i, b := range was.Backends {
		if i >= len(now.Backends) {
			break
		}
		c := now.Backends[i]
		svc, _ := e.To.Service(c)
		if b.Service != c.Service || b.Weight == 0 || c.Weight == 0 || !e.Changes(svc) && maps.Equal(b.Labels, c.Labels) {
			continue
		}
		before, after := stayed(e, e.From, b), stayed(e, e.To, c)
		if len(before) == 0 || len(after) == 0 || slices.Equal(before, after) {
			continue
		}
		problems = append(problems, edge.Problem{
			Object: now.Source, About: b.Service,
			Message: fmt.Sprintf("gives a share of the requests to Service %s, which led to %s and leads to %s: the share moves at once, "+
				"whatever its weight", b.Service, words(before), words(after)),
			Hint: "a Service for each version that never changes its selector; move the weights",
		})
	}
	return problems
}

// stayed are the workloads behind a backend that run at both ends of an edge.
func stayed(e *edge.Transition, s cluster.State, b route.Backend) []kube.ID {
	var all []kube.ID
	for _, pods := range s.Selected(b) {
		id := pods.Workload.Key()
		if e.From.PodsOf[id].Count > 0 && e.To.PodsOf[id].Count > 0 {
			all = append(all, id)
		}
	}
	slices.SortFunc(all, cluster.CompareID)
	return all
}

func words(ids []kube.ID) string {
	var all []string
	for _, id := range ids {
		all = append(all, id.String())
	}
	return schemas.And(all)
}
