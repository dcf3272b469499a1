package traffic

import (
	"cmp"
	"slices"
	"strings"
)

// This file says in which order gateways try the rules of VirtualServices, which
// they merge by host (Istio 1.31, pilot/pkg/networking/core: gateway.go,
// route/route.go).

// istioGateway is a gateway with its namespace, as Istio completes what people
// write: a name, ./name, or the older name.namespace.
func istioGateway(name, namespace string) string {
	in, short, slashed := strings.Cut(name, "/")
	switch {
	case name == istioMesh:
		return name
	case slashed && in == ".":
		return namespace + "/" + short
	case slashed:
		return name
	case strings.Contains(name, "."):
		parts := strings.Split(name, ".")
		return parts[1] + "/" + parts[0]
	}
	return namespace + "/" + name
}

// catchesAll reports whether a rule takes every request of its hosts, gateways
// and clients: Istio puts no rule behind it.
func (r Rule) catchesAll() bool {
	m := r.Match
	all := m.Path == nil || *m.Path == PathMatch{PathLeading, "/"} || m.Path.Kind == PathMatches && slices.Contains([]string{".*", "(?i).*", "(?i)/.*"}, m.Path.Value)
	return all && r.Protocol == "http" && m.Method == "" && len(m.Headers)+len(m.Query)+len(m.Cookies) == 0 && r.clients()
}

// clients reports whether the conditions that are not understood are all about
// who asks.
func (r Rule) clients() bool {
	return !slices.ContainsFunc(r.Match.Other, func(key string) bool { return key != "sourceLabels" && key != "sourceNamespace" })
}

// istioReached are the rules of one VirtualService that Istio goes on to: where
// one takes everything, those behind it are not made.
func istioReached(rules []Rule) []Rule {
	var reached, ends []Rule
	for _, r := range rules {
		if r.Protocol == "http" && len(ends) > 0 {
			r.Via = slices.DeleteFunc(slices.Clone(r.Via), func(via Entry) bool {
				return slices.ContainsFunc(ends, func(end Rule) bool {
					return slices.Contains(end.Via, via) && (end.Match.Port == 0 || end.Match.Port == r.Match.Port)
				})
			})
			if len(r.Via) == 0 {
				continue
			}
		}
		reached = append(reached, r)
		if r.catchesAll() && len(r.Match.Other) == 0 {
			ends = append(ends, r)
		}
	}
	return reached
}

// istioPlaced are the rules of all VirtualServices in their places: those that
// take everything come behind the others, whatever they are called, and those of
// connections last. Among several VirtualServices of a host the older one is
// first, and no manifest tells ages.
func istioPlaced(rules []Rule) []Rule {
	var all []Rule
	for _, r := range rules {
		switch {
		case r.Protocol != "http":
			r.Tier = 2
		case r.catchesAll() && len(r.Match.Other) > 0 && slices.Contains(r.Via, Entry{Kind: istioMesh}):
			here := r // sidecars leave it where it stands
			here.Via = []Entry{{Kind: istioMesh}}
			all = append(all, here)
			r.Via = slices.DeleteFunc(slices.Clone(r.Via), func(via Entry) bool { return via.Kind == istioMesh })
			r.Tier = 1
		case r.catchesAll():
			r.Tier = 1
		}
		if len(r.Via) > 0 {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b Rule) int { return cmp.Compare(a.Tier, b.Tier) })
	return all
}
