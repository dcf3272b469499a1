package interleave

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// inherited is a route that loses requests in both states, and takes more of them in the
// second one. What is wrong with a state is said of that state; what is wrong with both is
// not the commit's doing, but who is led there by it is.
func (e *Transition) inherited(q route.Request, from, to []route.Rule) []problem.Problem {
	before := e.EndpointsBefore.lost(from)
	for _, r := range to {
		if e.EndpointsAfter.lost([]route.Rule{r}) <= before+1e-9 {
			continue
		}
		for _, p := range WeightedBackends(r, e.EndpointsAfter.Of) {
			out := p.WorstCase.Outage
			if out == nil || !e.wasOut(r.Source.Key(), p.Backend) {
				continue
			}
			id, outcome, share := toll(r, p)
			return []problem.Problem{{
				ID: id, Object: r.Source, About: fmt.Sprint("more ", q.Via, q.Host, out.Why), Story: counterexample(q, share, string(outcome), nil),
				Message: out.Why + ", as before, and they are led there from now on",
				Hint:    "make the backend answer in an earlier commit, or leave these requests where they were",
			}}
		}
	}
	return nil
}

// lost is the largest share of a request, from 0 to 1, that one of the rules that may
// answer it loses.
func (s *Endpoints) lost(rules []route.Rule) float64 {
	most := 0.0
	for _, r := range rules {
		if r.Action != route.Forward {
			continue
		}
		lost := 0.0
		for _, p := range WeightedBackends(r, s.Of) {
			switch out := p.WorstCase.Outage; {
			case out == nil || r.Empty == route.Fallback && !p.Main && !out.Dangling:
			case p.Main || takesAll(r, out):
				lost = 1
			default:
				lost += p.share
			}
		}
		most = max(most, min(lost, 1))
	}
	return most
}

// wasOut reports whether a routing object named a backend before, for which nobody
// answered.
func (e *Transition) wasOut(source kube.ID, b route.Backend) bool {
	for _, r := range e.From.Rules {
		if r.Source.Key() != source {
			continue
		}
		for _, old := range cluster.Backends(r) {
			if old.Namespace == b.Namespace && old.Service == b.Service && old.Port == b.Port && e.EndpointsBefore.Of(old).Outage != nil {
				return true
			}
		}
	}
	return false
}

// The rest of this file looks at requests that records lead to the entries of this cluster, or of
// others. The records may be applied by the agent of another cluster, so that they are as
// before or after beside every mix of what stands here.

// ledHere says whether records lead a request to this cluster, before, after, or on the way.
func (e *Transition) ledHere(q route.Request) cluster.Lead {
	before, after := e.From.Led(q.Via, q.Host), e.To.Led(q.Via, q.Host)
	switch {
	case before == cluster.Here || after == cluster.Here:
		return cluster.Here
	case before == cluster.Unled || after == cluster.Unled:
		return cluster.Unled
	}
	return cluster.Away
}

// silent is a request that records may lead here while nobody answers, for what is applied
// here and when nobody knows who applies the records.
func (e *Transition) silent(q route.Request, from, to []route.Rule, had, has bool) []problem.Problem {
	when, rules := "before", to
	switch {
	case had && has, len(from) == 0 && len(to) == 0:
		return nil
	case had:
		when, rules = "after", from
	}
	source := slices.Concat(rules, from, to)[0].Source
	dark := func(b route.Backend) bool { return b.Unknown != "" }
	p := problem.Problem{
		ID: "request-gone", Object: source, About: fmt.Sprint("led ", q.Via, q.Host),
		Story: counterexample(q, 100, string(route.Status503), nil),
		Message: fmt.Sprintf("nobody answers in cluster %s %s the commit, and records may lead there meanwhile",
			e.From.Router.Place.Cluster, when),
		Hint: "lead requests to a cluster a commit after its pods are ready, and take them away a commit before they go",
	}
	if slices.ContainsFunc(slices.Concat(from, to), func(r route.Rule) bool { return slices.ContainsFunc(r.Backends, dark) }) {
		p.Story, p.Unjudged = nil, true
	}
	return []problem.Problem{p}
}
