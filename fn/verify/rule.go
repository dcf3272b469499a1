package verify

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/traffic"
)

// Rule is one thing that must hold. A rule says one of three things: what
// holds of a state, be it an end of the edge or a mix of the two; what holds
// of a mix given its ends; or what holds of the two ends.
type Rule struct {
	ID    string
	State func(State) []Problem
	Mix   func(from, to, mix State) []Problem
	Edge  func(from, to State) []Problem
}

// Problem is one violation of a rule.
type Problem struct {
	Object  kube.Object // where it stands
	About   string      // what it is about; one problem about one thing is told once
	Message string
	Hint    string
}

// Table lists the rules in the order of reports. Their pages are in
// schemas.Pages, by id.
var Table = []Rule{
	{ID: "backend-missing", State: checkBackends},
	{ID: "backend-empty", State: checkReady},
	{ID: "apex-empty", Mix: checkApexes},
	{ID: "start-and-route", Edge: checkStart},
	{ID: "retire-and-unroute", Edge: checkRetire},
}

// backends are those that a rule names.
func backends(r traffic.Rule) []traffic.Backend {
	if r.Action != traffic.Forward {
		return nil
	}
	return append(slices.Clip(r.Backends), r.Mirrors...)
}

// checkBackends: every Service that a route names is there, weight 0 included.
func checkBackends(s State) []Problem {
	var problems []Problem
	for _, r := range s.Rules {
		for _, b := range backends(r) {
			if b.Unknown != "" {
				continue
			}
			if b.Broken != "" {
				problems = append(problems, Problem{r.Source, b.Service, "names Service " + b.Service + ", but " + b.Broken, ""})
			}
			if _, ok := s.World.Find("", "Service", b.Namespace, b.Service); !ok {
				problems = append(problems, Problem{
					r.Source, b.Service,
					fmt.Sprintf("names Service %s, which is not there: its share gets %s", b.Service, r.Dangling),
					"make the Service a commit before it is named, and remove it a commit after",
				})
			}
		}
	}
	return problems
}

// checkReady: every Service that a route sends requests to leads to ready pods
// of one workload.
func checkReady(s State) []Problem {
	var problems []Problem
	for _, r := range s.Rules {
		if direct(r) {
			continue // apex-empty looks at these
		}
		for _, b := range backends(r) {
			svc, ok := s.World.Find("", "Service", b.Namespace, b.Service)
			if !ok || b.Broken != "" || b.Weight == 0 && !b.Main || svc.Get("spec", "selector") == nil {
				continue
			}
			pods := s.Selected(b)
			switch {
			case ready(pods) == 0 && r.Empty == traffic.Fallback && !b.Main:
			case ready(pods) == 0:
				problems = append(problems, Problem{
					r.Source, b.Service,
					fmt.Sprintf("sends requests to Service %s, which has no ready pods: its share gets %s", b.Service, status(r)),
					"start the pods a commit before, and take the requests away a commit before they go",
				})
			case len(pods) > 1:
				problems = append(problems, Problem{
					r.Source, b.Service,
					fmt.Sprintf("sends requests to Service %s, which selects %s and %s: its share gets mixed versions", b.Service, pods[0].Workload.ID, pods[1].Workload.ID),
					"a Service for each of them",
				})
			}
		}
	}
	return problems
}

// status is what a client gets when the last resort of a rule is empty.
func status(r traffic.Rule) traffic.Outcome {
	if r.Empty == traffic.Fallback {
		return traffic.Status503
	}
	return r.Empty
}

// direct reports whether a rule is a Service's own: clients call it by name.
func direct(r traffic.Rule) bool { return r.Source.Is("", "Service") }

// answers reports whether a Service leads to ready pods.
func (s State) answers(r traffic.Rule) bool {
	return ready(s.Selected(r.Backends[0])) > 0
}

// promised are the Services, by name, that answer at both ends of an edge:
// those must answer all the way.
func promised(from, to State) map[kube.ID]bool {
	before := map[kube.ID]bool{}
	for _, r := range from.Rules {
		if direct(r) && from.answers(r) {
			before[r.Source.Key()] = true
		}
	}
	both := map[kube.ID]bool{}
	for _, r := range to.Rules {
		if id := r.Source.Key(); direct(r) && before[id] && to.answers(r) {
			both[id] = true
		}
	}
	return both
}

// checkApexes: a Service that answers at both ends answers in between.
func checkApexes(from, to, mix State) []Problem {
	var problems []Problem
	both := promised(from, to)
	for _, r := range mix.Rules {
		if direct(r) && both[r.Source.Key()] && !mix.answers(r) {
			problems = append(problems, Problem{r.Source, r.Source.Name, "selects no ready pods: connections are refused", "change the selector in a commit in which no pods come or go"})
		}
	}
	return problems
}

// routed are the workloads that routes send requests to, each with one of them.
// Services that clients call by name are left out: they lead to ready pods only,
// and apex-empty says whether there are any.
func routed(s State) map[kube.ID]traffic.Rule {
	all := map[kube.ID]traffic.Rule{}
	for _, r := range s.Rules {
		if direct(r) {
			continue
		}
		for _, b := range backends(r) {
			if b.Weight == 0 {
				continue
			}
			for _, p := range s.Selected(b) {
				if _, ok := all[p.Workload.Key()]; !ok {
					all[p.Workload.Key()] = r
				}
			}
		}
	}
	return all
}

// running are the workloads of a state that have pods.
func running(s State) map[kube.ID]bool {
	all := map[kube.ID]bool{}
	for _, p := range s.Pods {
		all[p.Workload.Key()] = p.Count > 0
	}
	return all
}

// checkStart: pods that an edge starts get no requests at its end.
func checkStart(from, to State) []Problem {
	var problems []Problem
	before, routes := running(from), routed(to)
	for _, p := range to.Pods {
		id := p.Workload.Key()
		if r, ok := routes[id]; ok && p.Count > 0 && !before[id] {
			problems = append(problems, Problem{r.Source, id.String(), fmt.Sprintf("sends requests to %s in the commit that starts it", id), "start it a commit before"})
		}
	}
	return problems
}

// checkRetire: pods that an edge removes get no requests at its beginning.
func checkRetire(from, to State) []Problem {
	var problems []Problem
	after, routes := running(to), routed(from)
	for _, p := range from.Pods {
		id := p.Workload.Key()
		if r, ok := routes[id]; ok && p.Count > 0 && !after[id] {
			problems = append(problems, Problem{r.Source, id.String(), fmt.Sprintf("stops sending requests to %s in the commit that removes it", id), "remove it a commit later"})
		}
	}
	return problems
}
