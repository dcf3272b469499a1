package interleave

import (
	"math"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file says what the ends of an edge do with a request.

// answer is what a request gets at an end of an edge.
type answer struct {
	some     bool    // some of it is answered
	capacity float64 // pods: as many as carry all its requests, at the most
}

// answers is what rules, of which any may hold, do with a request.
func (s *Endpoints) answers(rules []route.Rule) answer {
	a := answer{len(rules) > 0, math.Inf(1)}
	for _, r := range rules {
		if r.Action != route.Forward {
			continue
		}
		alive := slices.ContainsFunc(r.Backends, func(b route.Backend) bool { return b.Abroad && b.Weight > 0 })
		for _, p := range fallenBack(r, WeightedBackends(r, s.Of)) {
			switch {
			case p.WorstCase.Least == 0 && (p.Main || takesAll(r, p.WorstCase.Outage)):
				return answer{}
			case p.WorstCase.Least > 0 && p.share > 0:
				alive = true
				a.capacity = min(a.capacity, float64(p.WorstCase.Least)/p.share)
			}
		}
		a.some = a.some && alive
	}
	return a
}

// fallenBack gives a main backend all requests if another one has no pods.
func fallenBack(r route.Rule, all []WeightedBackend) []WeightedBackend {
	empty := slices.ContainsFunc(all, func(p WeightedBackend) bool { return !p.Main && p.WorstCase.Least == 0 })
	if r.Empty != route.Fallback || !empty {
		return all
	}
	for i := range all {
		all[i].share = 0
		if all[i].Main {
			all[i].share = 1
		}
	}
	return all
}

// WeightedBackend is the share of a rule's requests, from 0 to 1, that a backend gets.
type WeightedBackend struct {
	route.Backend
	WorstCase WorstCase
	share     float64
}

// WeightedBackends are the backends of a rule that get requests. A main backend is needed
// even for those that another one gets, and all that a rule names where it stands or falls
// as a whole.
func WeightedBackends(r route.Rule, of func(route.Backend) WorstCase) []WeightedBackend {
	sum := cluster.TotalWeight(r)
	var all []WeightedBackend
	for _, b := range needed(r) {
		if b.Unknown != "" || sum == 0 {
			continue
		}
		p := WeightedBackend{b, of(b), float64(b.Weight) / float64(sum)}
		if b.Broken != "" {
			p.WorstCase = WorstCase{Outage: &Outage{Why: b.Broken, Dangling: true}, short: &Outage{}}
		}
		if p.share > 0 || p.Main || takesAll(r, p.WorstCase.Outage) {
			all = append(all, p)
		}
	}
	return all
}

// takesAll reports whether what a backend lacks takes all requests of its rule.
func takesAll(r route.Rule, lost *Outage) bool {
	return lost != nil && (r.Whole == route.WholeEmpty || r.Whole == route.WholeMissing && lost.Dangling)
}

// needed are the backends without which a rule does not do what it says.
func needed(r route.Rule) []route.Backend {
	if r.Whole != route.WholeNever {
		all := slices.Clone(r.Backends)
		for _, m := range r.Mirrors {
			m.Weight = 0
			all = append(all, m)
		}
		return all
	}
	return slices.DeleteFunc(slices.Clone(r.Backends), func(b route.Backend) bool { return b.Weight == 0 && !b.Main })
}
