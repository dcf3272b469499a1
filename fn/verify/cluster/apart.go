package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
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

// The rest of this file says what of other clusters a route of one leads to: their Services, with the
// pods behind them, where routers look for a name in all clusters of a mesh, or of a set.

// Beyond are the other clusters, as routes of this one know them: Services, and the pods
// behind them; no routes. None where there is but one.
func (s State) Beyond() []State {
	if s.Router.beyond == nil {
		return nil
	}
	return s.Router.beyond()
}

// Spans reports whether a route leads to Services wherever they stand, or a name does.
func (s State) Spans() bool {
	if s.Router.beyond == nil {
		return false
	}
	return Memo(s, "spans", func() bool {
		over := func(b route.Backend) bool { return b.Over != route.OverOwn }
		return slices.ContainsFunc(s.Rules, func(r route.Rule) bool { return slices.ContainsFunc(Backends(r), over) }) ||
			slices.ContainsFunc(s.World.All("", "Service"), func(o kube.Object) bool {
				named, ok := s.World.Names(o)
				return ok && over(named)
			})
	})
}

// Reached are the pods that a backend leads to, in whatever cluster.
func (s State) Reached(b route.Backend) []Pods {
	all := s.Selected(b)
	if b, _ = s.Behind(b); b.Over == route.OverOwn {
		return all
	}
	for _, other := range s.Beyond() {
		all = append(all, other.Selected(b)...)
	}
	return all
}

// standing are the clusters in which a backend has a Service.
func (s State) standing(b route.Backend) []State {
	return slices.DeleteFunc(append([]State{s}, s.Beyond()...), func(one State) bool {
		_, ok := one.Service(b)
		return !ok
	})
}

// elsewhere reports whether no cluster knows of a backend: none has Services of its
// namespace, or, in a cluster set, which may have others, that one.
func (s State) elsewhere(b route.Backend) bool {
	knows := func(one State) bool {
		if b.Over == route.OverSet {
			_, exported := one.World.Exported(b.Namespace, b.Service)
			_, there := one.World.Find("", "Service", b.Namespace, b.Service)
			return exported || there
		}
		return !one.Elsewhere(route.Backend{Namespace: b.Namespace})
	}
	all := s.Beyond()
	if b.Over == route.OverSet {
		all = append(slices.Clip(all), s)
	}
	return !slices.ContainsFunc(all, knows)
}

// spanned are backends of other clusters that nobody here knows the pods of.
func (s State) spanned(b route.Backend, source kube.Object, tell func(o kube.Object, why string)) {
	at := s.standing(b)
	if len(at) > 1 {
		tell(source, "sends requests to Service "+b.Service+", which stands in clusters "+at[0].Router.Place.Cluster+" and "+
			at[1].Router.Place.Cluster+": how they share them is not judged")
	}
	for _, one := range at {
		svc, _ := one.Service(b)
		if svc.Get("spec", "selector") == nil {
			tell(svc, "has no selector: what answers there is not judged")
			continue
		}
		for _, p := range one.Uncounted {
			if Selects(svc, b, p.Workload.Namespace, p.Labels) {
				tell(p.Workload, "runs pods that "+source.ID.String()+" leads to: how many of them are ready is not judged")
			}
		}
	}
}

// Elsewhere reports whether the Services of a backend's namespace stand in manifests that
// are not here: there is none of them, and nobody's track either.
func (s State) Elsewhere(b route.Backend) bool {
	here := Memo(s, "namespaces of Services", func() map[string]bool {
		all := map[string]bool{}
		for _, o := range s.Objects {
			if o.Is("", "Service") || o.Text("metadata", "labels", workload.ReleaseLabel) != "" {
				all[o.Namespace] = true
			}
		}
		return all
	})
	if b.Over != route.OverOwn && !s.elsewhere(b) {
		return false
	}
	return b.Over == route.OverSet || len(here) == 0 || b.Namespace != "" && !here[""] && !here[b.Namespace]
}

// Share is what part of a rule's requests some pods get.
type Share struct {
	Pods
	Percent float64
}

// Shares says which pods get how much of a rule's requests. What goes nowhere
// is left out.
func (s State) Shares(r route.Rule) []Share {
	sum := TotalWeight(r)
	var all []Share
	for _, b := range r.Backends {
		pods := s.Reached(b)
		for _, p := range pods {
			if b.Weight > 0 && p.Count > 0 {
				all = append(all, Share{p, 100 * float64(b.Weight) / float64(sum) * float64(p.Count) / float64(ReadyPods(pods))})
			}
		}
	}
	return all
}
