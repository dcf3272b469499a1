package istio

import (
	"cmp"
	"slices"

	"github.com/cutoverdev/cutover/generators/route"
)

// This file says in which order gateways try the rules of VirtualServices, which
// they merge by host (Istio 1.31, pilot/pkg/networking/core: gateway.go,
// route/route.go).

// reachable are the rules of one VirtualService that Istio goes on to: where
// one takes everything, those behind it are not made.
func reachable(rules []route.Rule) []route.Rule {
	var reached, ends []route.Rule
	for _, r := range rules {
		if r.Protocol == "http" && len(ends) > 0 {
			r.Via = slices.DeleteFunc(slices.Clone(r.Via), func(via route.Entry) bool {
				return slices.ContainsFunc(ends, func(end route.Rule) bool {
					return slices.Contains(end.Via, via) && (end.Match.Port == 0 || end.Match.Port == r.Match.Port)
				})
			})
			if len(r.Via) == 0 {
				continue
			}
		}
		reached = append(reached, r)
		if r.CatchesAll() && len(r.Match.Other) == 0 {
			ends = append(ends, r)
		}
	}
	return reached
}

// byPrecedence are the rules of all VirtualServices in their places: those that
// take everything come behind the others, whatever they are called, and those of
// connections last. Among several VirtualServices of a host the older one is
// first, and no manifest tells ages.
func byPrecedence(rules []route.Rule) []route.Rule {
	var all []route.Rule
	for _, r := range rules {
		switch {
		case r.Protocol != "http":
			r.Tier = 2
		case r.CatchesAll() && len(r.Match.Other) > 0 && slices.Contains(r.Via, route.Entry{Kind: route.MeshEntry}):
			here := r // sidecars leave it where it stands
			here.Via = []route.Entry{{Kind: route.MeshEntry}}
			all = append(all, here)
			r.Via = slices.DeleteFunc(slices.Clone(r.Via), func(via route.Entry) bool { return via.Kind == route.MeshEntry })
			r.Tier = 1
		case r.CatchesAll():
			r.Tier = 1
		}
		if len(r.Via) > 0 {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b route.Rule) int { return cmp.Compare(a.Tier, b.Tier) })
	return all
}
