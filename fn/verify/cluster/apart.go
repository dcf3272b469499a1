package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file reads the state of several clusters at once. Each is a state of its own, for
// names mean something in one cluster alone, and the agents of two know nothing of each
// other: no order of theirs is promised. What leads clients to clusters, the records of a
// name, stands in one of them and is read in all: what it leads to is judged where it is,
// and taken for answered everywhere else. So every mix of what two agents have applied is
// looked at, each cluster's own in every order, beside records as before or after.

// Clusters are the names of several clusters; none where there is but one.
func (s State) Clusters() []string {
	var names []string
	for _, one := range s.Apart {
		names = append(names, one.Router.Place.Cluster)
	}
	return names
}

// Own are the objects of a state that stand in its cluster.
func (s State) Own() []kube.Object {
	if s.Router.Place == nil {
		return s.Objects
	}
	return slices.DeleteFunc(slices.Clone(s.Objects), func(o kube.Object) bool {
		return o.Cluster != "" && o.Cluster != s.Router.Place.Cluster
	})
}

// Each are the states of all clusters: the state itself where there is but one.
func (s State) Each() []State {
	if s.Apart == nil {
		return []State{s}
	}
	return s.Apart
}

// Lead says where records lead those who ask for a host.
type Lead int

// The leads.
const (
	Unled Lead = iota // no record says it: whoever comes is promised an answer
	Here              // to the entries of this cluster, some of them or all
	Away              // to other clusters alone
)

// Led says whether the records of a host lead to the entries of this cluster, for requests
// that come in there. Where one of them leads to what nobody knows, that may be here.
func (s State) Led(via route.Entry, host string) Lead {
	if s.Router.Place == nil {
		return Unled
	}
	seen := map[Lead]bool{}
	for _, r := range s.fronts() {
		if !Fits(r, host) {
			continue
		}
		if slices.Contains(r.Via, via) {
			return Unled // the records themselves
		}
		seen[s.leadOf(r)] = true
	}
	switch {
	case seen[Here]:
		return Here
	case seen[Unled] || !seen[Away]:
		return Unled
	}
	return Away
}

// leadOf says where one rule leads.
func (s State) leadOf(r route.Rule) Lead {
	lead := Away
	for _, b := range r.Backends {
		switch {
		case b.Unknown != "" && !b.Abroad:
			return Unled
		case b.In == s.Router.Place.Cluster && b.Weight > 0:
			lead = Here
		}
	}
	return lead
}

// FrontHosts are hosts whose records say in which cluster somebody answers.
func (s State) FrontHosts() []string {
	var all []string
	for _, r := range s.fronts() {
		all = append(all, r.Hosts...)
	}
	return all
}

// fronts are the rules of records that say in which cluster somebody answers.
func (s State) fronts() []route.Rule {
	return Memo(s, "fronts", func() []route.Rule {
		var all []route.Rule
		for _, r := range s.Rules {
			if slices.ContainsFunc(r.Backends, func(b route.Backend) bool { return b.In != "" }) {
				all = append(all, r)
			}
		}
		return all
	})
}

// Passed reports whether nobody comes to a route: the records of each of its hosts lead to
// other clusters.
func (s State) Passed(r route.Rule) bool {
	return s.Router.Place != nil && len(r.Hosts) > 0 && !slices.ContainsFunc(r.Hosts, func(h string) bool {
		return slices.ContainsFunc(r.Via, func(via route.Entry) bool { return via.Kind == "mesh" || s.Led(via, h) != Away })
	})
}

// unlike are hosts whose records lead to entries of several clusters that are not routed in
// the same way: who is answered in one of them may not be in the other.
func (s State) unlike() []route.Unread {
	var all []route.Unread
	seen := map[string]bool{}
	for _, one := range s.Apart {
		for _, front := range one.fronts() {
			for _, h := range front.Hosts {
				if seen[h] {
					continue
				}
				seen[h] = true
				all = append(all, s.unlikeFor(h, front)...)
			}
		}
	}
	return all
}

// unlikeFor compares how clusters route one host.
func (s State) unlikeFor(host string, front route.Rule) []route.Unread {
	first := ""
	for i, one := range s.Apart {
		is := one.routing(host, front)
		switch {
		case is == "" && slices.ContainsFunc(front.Backends, func(b route.Backend) bool { return b.In == one.Router.Place.Cluster }):
			return []route.Unread{{Source: front.Source, Why: fmt.Sprintf(
				"leads %s to cluster %s, where no route is for it: who answers there is not judged", host, one.Router.Place.Cluster)}}
		case i == 0:
			first = is
		case is != first:
			return []route.Unread{{Source: front.Source, Why: fmt.Sprintf(
				"leads %s to clusters %s and %s, which do not route it alike: whether one answers what the other does is not judged",
				host, s.Apart[0].Router.Place.Cluster, one.Router.Place.Cluster)}}
		}
	}
	return nil
}

// routing is how a cluster tells the requests for a host apart, in words.
func (s State) routing(host string, front route.Rule) string {
	var all []string
	for _, r := range s.Rules {
		beside := slices.ContainsFunc(r.Via, func(v route.Entry) bool { return slices.Contains(front.Via, v) || v.Kind == "mesh" })
		if Direct(r) || !Fits(r, host) || beside {
			continue
		}
		path := route.PathMatch{}
		if r.Match.Path != nil {
			path = *r.Match.Path
		}
		m := r.Match
		all = append(all, fmt.Sprint(r.Via, r.Hosts, path, m.Method, m.Port, m.Headers, m.Cookies, m.Query, m.Other, r.Action))
	}
	slices.SortFunc(all, cmp.Compare)
	return strings.Join(all, "\n")
}
