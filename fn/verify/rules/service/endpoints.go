package service

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds Services without a selector: somebody writes their endpoints by
// hand, or they stand for a name (ExternalName).

const (
	sliceGroup = "discovery.k8s.io"
	sliceOwner = "kubernetes.io/service-name" // label of an EndpointSlice
)

// CheckEndpoints checks that a Service whose endpoints are written by hand keeps some
// of them, for every port, in whatever order its slices are applied. Of those that come
// nobody knows whether anything listens there.
func CheckEndpoints(e *edge.Transition) []edge.Problem {
	touched := endpointsTouched(e)
	if len(touched) == 0 {
		return nil
	}
	var problems []edge.Problem
	written := writtenEndpoints(e, touched)
	for _, id := range cluster.SortedIDs(touched) {
		from, was := e.From.Service(route.Backend{Namespace: id.Namespace, Service: id.Name})
		to, is := e.To.Service(route.Backend{Namespace: id.Namespace, Service: id.Name})
		if was && is && selectorless(from) && selectorless(to) {
			problems = append(problems, lostEndpoints(cluster.Change{From: from, To: to}, written[id])...)
		}
	}
	return problems
}

// CheckUnselected checks that a Service without a selector that goes, or a port of it,
// is called by nobody any more. Of those with one their own rules speak.
func CheckUnselected(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || !c.From.Is("", "Service") || len(kube.Strings(c.From.Node, "spec", "selector")) > 0 {
			continue
		}
		if _, _, alias := e.From.World.Alias(c.From); alias && len(kube.Items(c.From.Node, "spec", "ports")) > 0 {
			continue // its requests are looked at one by one
		}
		tell := func(why, about string) {
			problems = append(problems, edge.Problem{
				ID: "request-gone", Object: cluster.Subject(c), Path: []string{"spec"}, About: about,
				Message: why, Hint: "if no client calls it, or the change is meant, accept it: annotation cutover.dev/accept: request-gone",
			})
		}
		if c.Gone() {
			if !backs(e.From, c.From) {
				tell("is removed, and its DNS name with it: clients no longer find it", "")
			}
			continue
		}
		for _, p := range kube.Items(c.From.Node, "spec", "ports") {
			if _, ok := cluster.TargetPort(c.To, cluster.PortKey(p)); !ok {
				tell("no longer has port "+cluster.PortKey(p)+": clients that call it there are refused", cluster.PortKey(p))
			}
		}
	}
	return problems
}

// backs reports whether a route sends requests to a Service.
func backs(s cluster.State, svc kube.Object) bool {
	return slices.ContainsFunc(s.Rules, func(r route.Rule) bool {
		return !cluster.Direct(r) && slices.ContainsFunc(cluster.Backends(r), func(b route.Backend) bool {
			return b.Service == svc.Name && kube.SameNamespace(b.Namespace, svc.Namespace)
		})
	})
}

// owner is the Service that an EndpointSlice, or an older Endpoints, is for.
func owner(o kube.Object) (kube.ID, bool) {
	id := kube.ID{Kind: "Service", Namespace: o.Namespace, Name: o.Name}
	if o.Is(sliceGroup, "EndpointSlice") {
		id.Name = o.Text("metadata", "labels", sliceOwner)
	}
	return id, id.Name != "" && (o.Is(sliceGroup, "EndpointSlice") || o.Is("", "Endpoints"))
}

// endpointsTouched are the Services without a selector that change, and those whose
// written endpoints do.
func endpointsTouched(e *edge.Transition) map[kube.ID]bool {
	all := map[kube.ID]bool{}
	for key, c := range e.Changed {
		for _, o := range []kube.Object{c.From, c.To} {
			if id, ok := owner(o); ok && o.Node != nil {
				all[id] = true
			}
			if o.Node != nil && o.Is("", "Service") && selectorless(o) && !c.Made() && !c.Gone() {
				all[key] = true
			}
		}
	}
	return all
}

// writtenEndpoints are the slices of some Services at both ends of an edge. One
// that leaves a Service is there at one end only.
func writtenEndpoints(e *edge.Transition, of map[kube.ID]bool) map[kube.ID][]cluster.Change {
	all := map[kube.ID][]cluster.Change{}
	for _, o := range e.From.Objects {
		if id, ok := owner(o); ok && of[id] {
			c := cluster.Change{From: o}
			if now := e.To.ByID[o.Key()]; now.Node != nil {
				if same, _ := owner(now); same == id {
					c.To = now
				}
			}
			all[id] = append(all[id], c)
		}
	}
	for _, o := range e.To.Objects {
		if id, ok := owner(o); ok && of[id] {
			if was, there := owner(e.From.ByID[o.Key()]); !there || was != id {
				all[id] = append(all[id], cluster.Change{To: o})
			}
		}
	}
	return all
}

// lostEndpoints are the ports of a Service that keep no endpoint on the way.
func lostEndpoints(c cluster.Change, written []cluster.Change) []edge.Problem {
	var problems []edge.Problem
	for _, p := range kube.Items(c.From.Node, "spec", "ports") {
		name, now := kube.Text(p, "name"), portNamed(c.To, cluster.PortKey(p))
		before, after := listed(written, name, false), listed(written, now, true)
		var stay []string
		for _, w := range written {
			stay = append(stay, shared(addressesOf(w.From, name), addressesOf(w.To, name))...)
		}
		if now != name {
			stay = slices.DeleteFunc(stay, func(a string) bool { return !slices.Contains(shared(before, after), a) })
		}
		why := ""
		switch {
		case len(before) == 0:
			continue
		case len(after) == 0:
			why = "no longer has an endpoint for port %s"
		case len(stay) == 0:
			why = "replaces all endpoints of port %s at once: for a moment there may be none, and nobody knows whether the new ones answer"
		default:
			continue // whether the new ones answer, and those that stay are enough, is not judged
		}
		problems = append(problems, edge.Problem{
			Object: c.To, Path: []string{"spec", "ports"}, About: cluster.PortKey(p),
			Message: fmt.Sprintf(why, cluster.PortKey(p)), Hint: "add the new endpoints a commit before the old ones go",
		})
	}
	return problems
}

// portNamed is the name of a Service's port: slices name their ports alike.
func portNamed(svc kube.Object, key string) string {
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		if cluster.PortKey(p) == key {
			return kube.Text(p, "name")
		}
	}
	return ""
}

// listed are the endpoints of all slices for a port, at one end of an edge.
func listed(written []cluster.Change, port string, after bool) []string {
	var all []string
	for _, w := range written {
		o := w.From
		if after {
			o = w.To
		}
		all = append(all, addressesOf(o, port)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func shared(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return !slices.Contains(b, s) })
}

// addressesOf are the ready endpoints of an EndpointSlice (discovery/v1), or of an
// Endpoints (core/v1), for the port of that name.
func addressesOf(o kube.Object, port string) []string {
	if o.Node == nil {
		return nil
	}
	if o.Is(sliceGroup, "EndpointSlice") {
		return reached(o.Node, "endpoints", port, func(endpoint *yaml.Node) []*yaml.Node {
			if kube.Text(endpoint, "conditions", "ready") == "false" {
				return nil
			}
			return kube.Items(endpoint, "addresses")
		})
	}
	var all []string
	for _, subset := range kube.Items(o.Node, "subsets") {
		all = append(all, reached(subset, "addresses", port, func(address *yaml.Node) []*yaml.Node {
			return []*yaml.Node{kube.Get(address, "ip")}
		})...)
	}
	return all
}

// reached are the addresses in a list, each with the number of a port.
func reached(n *yaml.Node, list, port string, addresses func(*yaml.Node) []*yaml.Node) []string {
	var all []string
	for _, p := range kube.Items(n, "ports") {
		if kube.Text(p, "name") != port {
			continue
		}
		for _, item := range kube.Items(n, list) {
			for _, a := range addresses(item) {
				if a != nil {
					all = append(all, a.Value+" "+cluster.WithProtocol(cmp.Or(kube.Text(p, "port"), "any"), kube.Text(p, "protocol")))
				}
			}
		}
	}
	return all
}
