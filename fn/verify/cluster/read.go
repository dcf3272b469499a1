package cluster

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
)

// NewState reads the objects of a state. Where they say that they stand in several
// clusters it is all of these, see [State.Apart].
func NewState(r Router, objects []kube.Object) State {
	if r.Place == nil && len(clusters(objects)) > 0 {
		return newApart(r, objects)
	}
	s := State{
		Objects: objects, World: r.World(objects), Router: r,
		ByID: make(map[kube.ID]kube.Object, len(objects)), PodsOf: map[kube.ID]Pods{}, Scalers: map[kube.ID]Scaler{},
	}
	s.Rules, s.Unread = route.ReadAll(r.Providers, s.World)
	s.bound()
	s.Index = NewRuleset(s.Rules)
	for _, o := range objects {
		s.ByID[o.Key()] = o
		if target, floor, ok := workload.Floor(o); ok {
			s.Scalers[target] = Scaler{o, floor}
		}
	}
	for _, o := range objects {
		if RunsPods(o) {
			_, scaled := s.Scalers[o.Key()]
			p := Pods{o, templateLabels(o), s.Count(o), scaled, len(s.Pods)}
			s.Pods = append(s.Pods, p)
			s.PodsOf[o.Key()] = p
			continue
		}
		if labels, ok := s.uncounted(o); ok {
			s.Uncounted = append(s.Uncounted, Pods{Workload: o, Labels: labels})
		}
	}
	s.byLabel, s.cache = labelled(s.Pods), &cache{memo: map[string]any{}}
	s.Unread = append(s.Unread, s.faults()...)
	s.Unread = append(s.Unread, s.unjudged()...)
	s.Unread = append(s.Unread, s.detached()...)
	return s
}

// maxPlaces bounds the hosts at entries that rules are for, counted for each rule.
const maxPlaces = 1 << 18

// bound takes no routes for judged that name too many hosts at too many entries.
func (s *State) bound() {
	places := 0
	for _, r := range s.Rules {
		places += len(r.Via) * max(len(r.Hosts), 1)
		if places > maxPlaces {
			why := fmt.Sprintf("the routes name more than %d hosts and entries: nothing is promised of any", maxPlaces)
			s.Rules, s.Unread = nil, append(s.Unread, route.Unread{Source: r.Source, Why: why, ID: "state-size", Hint: "fewer routes in one place"})
			return
		}
	}
}

// uncounted are the labels of pods that an object runs and nobody here counts:
// a Rollout's, a Pod by itself. A Rollout may take another workload's template.
func (s State) uncounted(o kube.Object) (labels map[string]string, ok bool) {
	switch ref := kube.Get(o.Node, "spec", "workloadRef"); {
	case o.Is(IstioGroup, "WorkloadEntry"): // a machine outside of the cluster, which the mesh takes for a pod
		return kube.Strings(o.Node, "spec", "labels"), true
	case o.Is("", "Pod"):
		return kube.Strings(o.Node, "metadata", "labels"), true
	case ref != nil:
		other := s.ByID[kube.ID{Group: "apps", Kind: kube.Text(ref, "kind"), Namespace: o.Namespace, Name: kube.Text(ref, "name")}]
		return templateLabels(other), other.Node != nil
	}
	return templateLabels(o), o.Group != "batch" && o.Get("spec", "template", "spec", "containers") != nil
}

// unjudged are backends that nobody here knows the pods of.
func (s State) unjudged() []route.Unread {
	var all []route.Unread
	told := map[string]bool{}
	tell := func(o kube.Object, why string) {
		if key := o.Key().String() + why; !told[key] {
			told[key] = true
			all = append(all, route.Unread{Source: o, Why: why})
		}
	}
	for _, r := range s.Rules {
		for _, b := range Backends(r) {
			named := b.Service
			if to, ok := s.Behind(b); ok {
				b = to
			}
			svc, ok := s.Service(b)
			if b.Over != route.OverOwn && len(s.standing(b)) > 0 {
				s.spanned(b, r.Source, tell)
				continue
			}
			switch {
			case b.Broken != "": // that is judged
			case b.Over == route.OverSet && b.Unknown == "":
				if s.Elsewhere(b) {
					tell(r.Source, "sends requests to ServiceImport "+b.Service+
						", and no manifest exports a Service of that name: what answers there is not judged")
				}
			case !ok && s.Elsewhere(b) && b.Service != named && Direct(r):
				tell(r.Source, "is a name for Service "+b.Service+" of namespace "+b.Namespace+
					", and no manifest has a Service of it: what answers there is not judged")
			case b.Abroad: // where it is judged
			case b.Unknown != "":
				tell(r.Source, b.Unknown+": what answers there is not judged")
			case !ok && s.Elsewhere(b):
				tell(r.Source, "sends requests to Service "+b.Service+
					", and no manifest has a Service of its namespace: what answers there is not judged")
			case ok && svc.Get("spec", "selector") == nil:
				tell(svc, "has no selector: what answers there is not judged")
			}
		}
	}
	s.untyped(tell)
	for _, p := range s.Uncounted {
		if by, ok := s.Serves(p); ok {
			tell(p.Workload, "runs pods that "+by.ID.String()+" leads to: how many of them are ready is not judged")
		}
	}
	return all
}

// faults are policies of Envoy Gateway (v1.5, BackendTrafficPolicy.faultInjection)
// that abort requests of the routes they are for: all of them, if they do not say
// how many.
func (s State) faults() []route.Unread {
	var all []route.Unread
	for _, o := range s.Objects {
		if !o.Is("gateway.envoyproxy.io", "BackendTrafficPolicy") || o.Get("spec", "faultInjection", "abort") == nil ||
			len(policy.Targets(o)) == 0 {
			continue
		}
		share := kube.Text(o.Node, "spec", "faultInjection", "abort", "percentage")
		if share == "0" {
			continue
		}
		if share == "" {
			share = "100"
		}
		all = append(all, route.Unread{
			Source: o, Why: "injects a fault: " + share + " % of the requests to its targets are aborted", ID: "fault-abort",
			Hint: "take the fault out; or if it is meant, annotation cutover.dev/accept: fault-abort",
		})
	}
	return all
}

// untyped are numbers of pods that somebody fills in later.
func (s State) untyped(tell func(o kube.Object, why string)) {
	for _, o := range s.Objects {
		if !RunsPods(o) && o.Kind != "HorizontalPodAutoscaler" {
			continue
		}
		for _, path := range NumberFields[:3] {
			if n := o.Get(path...); IsText(n) && IsTemplated(n) {
				tell(o, fmt.Sprintf("%s is %s, which is filled in later: how many pods there are is not judged", strings.Join(path, "."), n.Value))
			}
		}
	}
}

// detached are routes at a Gateway of the manifests that lets them in nowhere.
func (s State) detached() []route.Unread {
	type place struct {
		route kube.ID
		via   route.Entry
	}
	open, seen := map[place]bool{}, map[place]bool{}
	var order []place
	source := map[kube.ID]kube.Object{}
	gateways := map[route.Entry]kube.Object{}
	for _, r := range s.Rules {
		for _, via := range r.Via {
			gateway, known := gateways[via]
			if !known {
				gateway = s.Gateway(via)
				gateways[via] = gateway
			}
			at := place{r.Source.Key(), via}
			if gateway.Node == nil || open[at] {
				continue
			}
			if !seen[at] {
				seen[at], source[at.route], order = true, r.Source, append(order, at)
			}
			open[at] = slices.ContainsFunc(s.Listeners(gateway), func(l route.Listener) bool {
				return l.Serves(r, route.SectionOf(via)) && l.Rejects(r) == ""
			})
		}
	}
	var all []route.Unread
	for _, at := range order {
		if !open[at] {
			all = append(all, route.Unread{
				Source: source[at.route],
				Why:    fmt.Sprintf("no listener of %s %s lets it in: who answers there is not judged", at.via.Kind, at.via.Name),
			})
		}
	}
	return all
}

// newApart reads the objects of several clusters.
func newApart(r Router, objects []kube.Object) State {
	s := State{Objects: objects, Router: r, World: route.NewWorld(nil, r.Classes), cache: &cache{memo: map[string]any{}}}
	s.Index = NewRuleset(nil)
	names := clusters(objects)
	others := beyond(r, objects, names)
	for _, name := range names {
		place := route.Place{Cluster: name, Clusters: names}
		var here []kube.Object
		for _, o := range objects {
			switch {
			case o.Cluster == name || o.Cluster == "" || r.leads(o):
				here = append(here, o)
			case o.Is("", "Service"):
				place.Abroad = append(place.Abroad, o)
			}
		}
		own := r
		own.Place, own.Judge, own.beyond = &place, nil, others(name)
		s.Apart = append(s.Apart, NewState(own, here))
	}
	s.Apart[0].Unread = append(s.Apart[0].Unread, s.unlike()...)
	for _, one := range s.Apart {
		s.Unread = append(s.Unread, slices.DeleteFunc(slices.Clone(one.Unread), func(u route.Unread) bool {
			return slices.ContainsFunc(s.Unread, func(k route.Unread) bool {
				return k.Why == u.Why && k.Source.File == u.Source.File && k.Source.Key() == u.Source.Key()
			})
		})...)
	}
	return s
}

// beyond returns the others of a cluster, each of which is read once, if anybody asks.
func beyond(r Router, objects []kube.Object, names []string) func(string) func() []State {
	read := map[string]func() State{}
	for _, name := range names {
		read[name] = sync.OnceValue(func() State { return bare(r, name, objects) })
	}
	return func(of string) func() []State {
		return sync.OnceValue(func() []State {
			var all []State
			for _, name := range names {
				if name != of {
					all = append(all, read[name]())
				}
			}
			return all
		})
	}
}

// BeyondBoth are the other clusters as both states of an edge know them, in order of name.
func BeyondBoth(from, to State) [][2]State {
	names := map[string]bool{}
	for _, other := range slices.Concat(from.Beyond(), to.Beyond()) {
		names[other.Router.Place.Cluster] = true
	}
	in := func(s State, name string) State {
		for _, other := range s.Beyond() {
			if other.Router.Place.Cluster == name {
				return other
			}
		}
		return NewState(Router{Place: &route.Place{Cluster: name}}, nil)
	}
	var all [][2]State
	for _, name := range slices.Sorted(maps.Keys(names)) {
		all = append(all, [2]State{in(from, name), in(to, name)})
	}
	return all
}

// bare are the objects of a cluster that others know of.
func bare(r Router, name string, objects []kube.Object) State {
	r.Place, r.Providers, r.Judge, r.beyond = &route.Place{Cluster: name}, nil, nil, nil
	var all []kube.Object
	for _, o := range objects {
		if o.Cluster != "" && o.Cluster != name {
			continue
		}
		_, _, scales := workload.Floor(o)
		runs := o.Get("spec", "template", "spec", "containers") != nil || o.Get("spec", "workloadRef") != nil || o.Is("", "Pod")
		if o.Is("", "Service") || o.Kind == "ServiceExport" || scales || runs || o.Is(IstioGroup, "WorkloadEntry") {
			o.Cluster = name
			all = append(all, o)
		}
	}
	return NewState(r, all)
}

// clusters are the names of those that objects say they stand in.
func clusters(objects []kube.Object) []string {
	var names []string
	for _, o := range objects {
		if o.Cluster != "" && !slices.Contains(names, o.Cluster) {
			names = append(names, o.Cluster)
		}
	}
	slices.Sort(names)
	return names
}

// leads reports whether an object of one cluster leads clients to any.
func (r Router) leads(o kube.Object) bool {
	return slices.ContainsFunc(r.Providers, func(p route.Provider) bool {
		_, reads := p.KindOf(o)
		return p.Leads && reads
	})
}

// Lagging is a state of several clusters in which the agent of one has not applied what the
// others have: that one is as in another state.
func (s State) Lagging(name string, before State) State {
	not := func(o kube.Object) bool { return o.Cluster != "" && o.Cluster != name }
	is := func(o kube.Object) bool { return !not(o) }
	objects := slices.Concat(slices.DeleteFunc(slices.Clone(s.Objects), is), slices.DeleteFunc(slices.Clone(before.Objects), not))
	return NewState(s.Router, objects)
}

// In is the state of one of several clusters, without anything if there is no such.
func (s State) In(name string) State {
	for _, one := range s.Apart {
		if one.Router.Place.Cluster == name {
			return one
		}
	}
	if name == "" && s.Apart == nil {
		return s
	}
	r := s.Router
	r.Place, r.beyond = &route.Place{Cluster: name}, beyond(s.Router, s.Objects, s.Clusters())(name)
	return NewState(r, nil)
}
