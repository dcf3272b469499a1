package traefik

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
)

// This file says in which order Traefik tries routers: those of a higher priority
// first, which is the length of the rule where nothing is said; of equal ones nobody
// knows (v3.7, pkg/muxer/http/mux.go: sort.Sort is not stable). The host is a condition
// like the others, so that a router for every host may come before one that names it.
// Rules of package route are tried by the closest host first: each is therefore listed
// under every host that another one names and that fits it.

// maxPlaces bounds the hosts under which rules are listed. A state with more is not
// judged, see cluster.State.
const maxPlaces = 1<<18 + 1

// ordered are the rules of all routers, in the order in which they are tried.
func ordered(all []alternative) []route.Rule {
	slices.SortStableFunc(all, func(a, b alternative) int { return -cmp.Compare(a.priority, b.priority) })
	known := map[string]bool{}
	for _, a := range all {
		if host, ok := a.hosts.exact(); ok {
			known[host] = true
		} else if host, _ := a.hosts.widest(); host != "*" {
			known[host] = true
		}
	}
	others := slices.Sorted(maps.Keys(known))
	var listed []alternative
	tier, places := 0, 0
	for i, a := range all {
		if i > 0 && a.priority != all[i-1].priority {
			tier++
		}
		for _, one := range a.byHost(others) {
			one.Tier = tier
			listed = append(listed, one)
			places += len(one.Hosts)
		}
		if places > maxPlaces {
			break
		}
	}
	return atEntries(listed)
}

// oneLabelOnly is what Host(`*.example.com`) does to requests of a.b.example.com, for
// which *.example.com of package route stands as well.
func oneLabelOnly(host string) route.Effect {
	return route.Effect{
		Name: "* of Host() for one label", Path: []string{"spec", "routes", "match"}, Value: "a.example.com, and not a.b.example.com",
		Bars: route.BarsOthers, Wildcard: host,
	}
}

// byHost are the rule under the hosts that fit it for certain, and under those of which
// some fit.
func (a alternative) byHost(others []string) []alternative {
	if host, ok := a.hosts.exact(); ok {
		a.Hosts = []string{host}
		return []alternative{a}
	}
	widest, same := a.hosts.widest()
	a.Hosts = []string{widest}
	sure := a
	if widest != "*" && slices.ContainsFunc(a.hosts.is, func(p string) bool { return strings.HasPrefix(p, "*") }) {
		a.Effects = append(slices.Clip(a.Effects), oneLabelOnly(widest))
	}
	sure.Hosts = nil
	for _, host := range others {
		rest, wild := strings.CutPrefix(host, "*")
		switch {
		case host == widest || !wild && !a.hosts.fits(host) || wild && !a.hosts.fits("any"+rest):
		case wild || same && len(a.Effects) == len(sure.Effects):
			a.Hosts = append(a.Hosts, host)
		default:
			sure.Hosts = append(sure.Hosts, host)
		}
	}
	if same && len(sure.Hosts) == 0 {
		return []alternative{a}
	}
	if same {
		return []alternative{sure, a}
	}
	a.Match.Other = append(slices.Clip(a.Match.Other), a.hosts.said...)
	if len(sure.Hosts) == 0 {
		return []alternative{a}
	}
	return []alternative{sure, a}
}

// anyEntry is the name of an entry for all entry points that routers get without naming
// any.
const anyEntry = "by default"

// atEntries gives each rule its entries. One that names no entry point is at the default
// ones, and so at those that rules for the same hosts name.
func atEntries(all []alternative) []route.Rule {
	type place struct {
		entry route.Entry
		host  string
	}
	named := map[place][]string{}
	for _, a := range all {
		for _, host := range a.Hosts {
			at := place{a.entry, host}
			named[at] = append(named[at], a.entryPoints...)
		}
	}
	for at, points := range named {
		slices.Sort(points)
		named[at] = slices.Compact(points)
	}
	var rules []route.Rule
	for _, a := range all {
		points := slices.Clone(a.entryPoints)
		if len(points) == 0 {
			points = []string{anyEntry}
			for _, host := range a.Hosts {
				points = append(points, named[place{a.entry, host}]...)
			}
			slices.Sort(points)
			points = slices.Compact(points)
		}
		for _, p := range points {
			a.Via = append(slices.Clip(a.Via), route.Entry{Kind: a.entry.Kind, Name: a.entry.Name + p})
		}
		if len(a.Hosts) == 1 && a.Hosts[0] == "*" {
			a.Hosts = nil
		}
		rules = append(rules, a.Rule)
	}
	return rules
}
