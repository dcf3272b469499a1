package interleave

import (
	"fmt"
	"math"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file says what requests lose at the rule that they meet.

// routingViews is what routers may read of the rules that a group's requests meet.
type routingViews struct {
	from, to []route.Rule
	mixed    []routingView
	unsure   bool // expressions are not told apart, and all of the host is listed for that
}

// routingView is what they read in a mix.
type routingView struct {
	rules []route.Rule
	moves []AppliedChange
}

// checkRule looks at what one of the rules that may answer a request does with it in one
// mix of routes.
func (e *Transition) checkRule(q route.Request, r route.Rule, m routingView, need float64) []problem.Problem {
	if r.Action != route.Forward {
		return nil
	}
	var problems []problem.Problem
	for _, p := range WeightedBackends(r, e.Endpoints.Of) {
		switch lost := p.WorstCase.Outage; {
		case lost != nil && lost.Dangling && r.Dangling == route.Unmoved && unmade(lost):
		case lost != nil && r.Empty == route.Fallback && !p.Main:
			problems = append(problems, e.checkFallback(q, r, m, need)...)
		case lost != nil:
			problems = append(problems, e.dead(q, r, p, m))
		case p.WorstCase.both != nil && Splits(r) && (p.share > 0 || p.Main):
			problems = append(problems, problem.Problem{
				ID: "versions-mixed", Object: r.Source, About: p.Service,
				Story:   counterexample(q, 100*p.share, "mixed versions", relevant(m.moves, r, p), p.WorstCase.both.moves...),
				Message: p.WorstCase.both.Why, Hint: "make a Service for each of them",
			})
		}
		if p.WorstCase.Outage == nil || r.Empty == route.Fallback && !p.Main && p.WorstCase.some > 0 {
			problems = append(problems, e.checkCapacity(q, r, p, m, need)...)
		}
	}
	return problems
}

// Splits reports whether a rule tells versions apart: it has several backends.
func Splits(r route.Rule) bool { return len(r.Backends) > 1 }

// dead is a backend that nothing answers for in some mix.
func (e *Transition) dead(q route.Request, r route.Rule, p WeightedBackend, m routingView) problem.Problem {
	id, outcome, share := toll(r, p)
	return problem.Problem{
		ID: id, Object: r.Source, About: p.WorstCase.Outage.Why + " " + string(outcome),
		Story:   counterexample(q, share, string(outcome), relevant(m.moves, r, p), p.WorstCase.Outage.moves...),
		Message: p.WorstCase.Outage.Why,
		Hint:    remedy(r, slices.Concat(relevant(m.moves, r, p), p.WorstCase.Outage.moves, p.WorstCase.Outage.others)),
	}
}

// toll is what a backend for which nobody answers costs the requests of its rule: the
// finding, what they get, and their share in percent.
func toll(r route.Rule, p WeightedBackend) (id string, outcome route.Outcome, share float64) {
	lost := p.WorstCase.Outage
	id, outcome, share = "backend-empty", Status(r), 100*p.share
	if lost.Dangling {
		id, outcome = "backend-missing", Dangling(r)
	}
	if cluster.Direct(r) {
		id = "apex-empty"
	}
	if p.Main || takesAll(r, lost) {
		share = 100 // it answers for the others too, or takes them with it
	}
	return id, outcome, share
}

// checkFallback: what a backend without pods cannot answer, the main one can.
func (e *Transition) checkFallback(q route.Request, r route.Rule, m routingView, need float64) []problem.Problem {
	for _, p := range WeightedBackends(r, e.Endpoints.Of) {
		if p.Main && p.WorstCase.Outage == nil {
			p.share = 1
			return e.checkCapacity(q, r, p, m, need)
		}
	}
	return nil
}

// checkCapacity: a backend has pods for its share of what both ends can carry.
func (e *Transition) checkCapacity(q route.Request, r route.Rule, p WeightedBackend, m routingView, need float64) []problem.Problem {
	pods := p.WorstCase.Least
	if p.WorstCase.Outage != nil {
		pods = p.WorstCase.some
	}
	if p.share == 0 || math.IsInf(need, 1) || float64(pods)/p.share >= need-1e-9 {
		return nil
	}
	var moves []AppliedChange
	if p.WorstCase.short != nil {
		moves = p.WorstCase.short.moves
	}
	return []problem.Problem{{
		ID: "capacity-short", Object: r.Source, About: p.Service,
		Story:   counterexample(q, 100*p.share, problem.TooFew, relevant(m.moves, r, p), moves...),
		Message: fmt.Sprintf("Service %s has %d of the %.0f ready pods they need", p.Service, pods, math.Ceil(need*p.share-1e-9)),
		Hint:    moreOf(moves),
	}}
}

// moreOf says how there can be enough pods.
func moreOf(moves []AppliedChange) string {
	if slices.ContainsFunc(moves, func(m AppliedChange) bool { return m.note == said }) {
		return "leave replicas out, or make it the autoscaler's floor"
	}
	if slices.ContainsFunc(moves, func(m AppliedChange) bool { return m.note == unsaid }) {
		return "leave replicas in, at the autoscaler's minimum, until another field manager owns it (server-side apply)"
	}
	if hint := steadier(moves); hint != "" {
		return hint
	}
	return "scale up in a commit before the requests come, and down in one after they have left"
}

// relevant are the routes of a mix that a rule's answer hangs on: those that are
// applied, for mixes come smallest first; the rule's own; and all of them where a
// backend does not resolve, which takes several.
func relevant(moves []AppliedChange, r route.Rule, p WeightedBackend) []AppliedChange {
	return slices.DeleteFunc(slices.Clone(moves), func(m AppliedChange) bool {
		return !m.applied && p.Broken == "" && m.ID().Key() != r.Source.Key()
	})
}

// Status is what a client gets when the last resort of a rule is empty.
func Status(r route.Rule) route.Outcome { return r.LastResort(r.Empty) }

// Dangling is what a client gets where a backend of a rule does not exist.
func Dangling(r route.Rule) route.Outcome { return r.LastResort(r.Dangling) }

// unmade reports whether a backend is missing only for as long as it is not made: what
// the router was set up for before does not name it.
func unmade(lost *Outage) bool {
	return len(lost.moves) > 0 && len(lost.others) == 0 && !slices.ContainsFunc(lost.moves, func(m AppliedChange) bool {
		return m.applied || !m.Made()
	})
}
