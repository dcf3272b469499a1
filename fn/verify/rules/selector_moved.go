package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// checkMoved: a share of requests moves by its weight. If the Service or subset
// behind a weight takes up other pods, the share moves to them at once, past
// every step.
func checkMoved(e *Transition) []Problem {
	var problems []Problem
	was := bySource(e.From.Rules)
	now := bySource(e.To.Rules)
	for _, id := range cluster.SortedIDs(was) {
		if len(was[id]) != len(now[id]) {
			continue
		}
		for i, r := range was[id] {
			problems = append(problems, e.movedBehind(r, now[id][i])...)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	mixed := checkMixed(e.To)
	return slices.DeleteFunc(problems, func(p Problem) bool { // the same, said of the state
		return slices.ContainsFunc(mixed, func(q Problem) bool { return q.Object.Key() == p.Object.Key() })
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
func (p *Transition) movedBehind(was, now route.Rule) []Problem {
	var problems []Problem
	for i, b := range was.Backends {
		if i >= len(now.Backends) {
			break
		}
		c := now.Backends[i]
		svc, _ := p.To.Service(c)
		if b.Service != c.Service || b.Weight == 0 || c.Weight == 0 || !p.changes(svc) && maps.Equal(b.Labels, c.Labels) {
			continue
		}
		before, after := p.stayed(p.From, b), p.stayed(p.To, c)
		if len(before) == 0 || len(after) == 0 || slices.Equal(before, after) {
			continue
		}
		problems = append(problems, Problem{
			Object: now.Source, About: b.Service,
			Message: fmt.Sprintf("gives a share of the requests to Service %s, which led to %s and leads to %s: the share moves at once, whatever its weight", b.Service, words(before), words(after)),
			Hint:    "a Service for each version that never changes its selector; move the weights",
		})
	}
	return problems
}

// changes reports whether an edge changes an object that both ends have.
func (p *Transition) changes(o kube.Object) bool {
	c, ok := p.Changed[o.Key()]
	return ok && !c.Made() && !c.Gone()
}

// stayed are the workloads behind a backend that run at both ends of an edge.
func (p *Transition) stayed(s cluster.State, b route.Backend) []kube.ID {
	var all []kube.ID
	for _, pods := range s.Selected(b) {
		id := pods.Workload.Key()
		if p.From.PodsOf[id].Count > 0 && p.To.PodsOf[id].Count > 0 {
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
