package interleave

import (
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/request"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file says who takes over where a rule loses a backend: the next rule that fits,
// the other backends, or what the router was set up for before.

// falls reports whether a rule may not be there for what a backend lacks, so that its
// requests go to the next one.
func falls(r route.Rule, of func(route.Backend) WorstCase) bool {
	switch {
	case r.Empty == route.Others:
		all := WeightedBackends(r, of)
		return len(all) > 0 && len(solid(all)) == 0
	case r.Empty != route.NextRule && r.Dangling != route.NextRule:
		return false
	}
	return slices.ContainsFunc(WeightedBackends(r, of), func(p WeightedBackend) bool {
		lost := p.WorstCase.Outage
		return takesAll(r, lost) && (lost.Dangling && r.Dangling == route.NextRule || !lost.Dangling && r.Empty == route.NextRule)
	})
}

// decision is how rules are found that answer a request.
type decision func([]route.Rule, route.Request, func(route.Backend) WorstCase) []route.Rule

// perhaps are the rules that may answer a request on the way, each there or not.
func perhaps(rules []route.Rule, q route.Request, of func(route.Backend) WorstCase) []route.Rule {
	return route.DecideWithout(rules, q, func(r route.Rule) bool { return falls(r, of) })
}

// standing are the rules that answer a request at an end of an edge: those that are not
// there for what they lack are left out, unless none is left.
func standing(rules []route.Rule, q route.Request, of func(route.Backend) WorstCase) []route.Rule {
	fallen := func(r route.Rule) bool { return falls(r, of) }
	all := route.DecideWithout(rules, q, fallen)
	if left := slices.DeleteFunc(slices.Clone(all), fallen); len(left) > 0 {
		return left
	}
	return all
}

// Relieved reports whether somebody takes over all that a rule is for at rest, where one of
// its backends is lost.
func Relieved(s cluster.State, r route.Rule) bool {
	of := AtRest(s).Of
	if r.Empty == route.Others {
		return len(solid(WeightedBackends(r, of))) > 0
	}
	if !falls(r, of) {
		return false
	}
	sampler, any := request.NewSampler(), request.StrangeHost(s)
	for _, via := range r.Via {
		for _, host := range cluster.HostsOf(r) {
			host = sampleHost(any, host)
			for _, q := range sampler.Requests(via, host, []route.Rule{r}).List {
				if r.Match.Fits(q) == route.No {
					continue
				}
				taken := func(next route.Rule) bool { return next.Match.Fits(q) == route.Yes && !falls(next, of) }
				if !slices.ContainsFunc(standing(s.Index.Covering(via, host), q, of), taken) {
					return false
				}
			}
		}
	}
	return true
}

// relieved reports whether somebody takes over from a rule of some that may answer a
// request, for what one of its backends lacks in a mix.
func (e *Transition) relieved(q route.Request, rules []route.Rule, at int, lost *Outage) bool {
	r := rules[at]
	switch {
	case r.Empty == route.Others && len(solid(WeightedBackends(r, e.Endpoints.Of))) > 0:
		return true
	case lost.Dangling && r.Dangling == route.Unmoved:
		return e.untouched(lost)
	case !falls(r, e.Endpoints.Of):
		return false
	}
	return slices.ContainsFunc(rules, func(next route.Rule) bool {
		return next.Match.Fits(q) == route.Yes && !falls(next, e.Endpoints.Of)
	})
}

// untouched reports whether a backend is missing only for as long as it is not made: what
// the router was set up for before does not name it.
func (e *Transition) untouched(lost *Outage) bool {
	return len(lost.moves) > 0 && len(lost.others) == 0 && !slices.ContainsFunc(lost.moves, func(m AppliedChange) bool {
		return m.applied || !m.Made()
	})
}
