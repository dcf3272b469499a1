package cluster

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file finds things in big states without looking at everything: what is
// asked of one object at a time would make a folder of n applications cost n².

// labelled sorts the pods of a state by their labels.
func labelled(all []Pods) map[label][]int {
	index := map[label][]int{}
	for i, p := range all {
		for k, v := range p.Labels {
			l := label{p.Workload.Namespace, k, v}
			index[l] = append(index[l], i)
		}
	}
	return index
}

// Serving is what sends requests to each workload: a route, or else a Service
// that selects its pods.
func (s State) Serving() map[kube.ID]kube.Object {
	if s.cache.served != nil {
		return s.cache.served
	}
	s.cache.served = map[kube.ID]kube.Object{}
	for _, r := range s.Rules {
		for _, b := range Backends(r) {
			if b.Weight == 0 {
				continue
			}
			for _, p := range s.Selected(b) {
				if by, ok := s.cache.served[p.Workload.Key()]; !ok || by.Is("", "Service") {
					s.cache.served[p.Workload.Key()] = r.Source
				}
			}
		}
	}
	return s.cache.served
}

// Fronts are the Services that select the pods of each workload.
func (s State) Fronts() map[kube.ID][]kube.Object {
	if s.cache.fronts != nil {
		return s.cache.fronts
	}
	s.cache.fronts = map[kube.ID][]kube.Object{}
	for _, svc := range s.World.All("", "Service") {
		for _, p := range s.Selected(route.Backend{Namespace: svc.Namespace, Service: svc.Name}) {
			id := p.Workload.Key()
			s.cache.fronts[id] = append(s.cache.fronts[id], svc)
		}
	}
	return s.cache.fronts
}

// InMesh are the workloads that routes of the mesh lead to.
func (s State) InMesh() map[kube.ID]bool {
	if s.cache.meshed != nil {
		return s.cache.meshed
	}
	s.cache.meshed = map[kube.ID]bool{}
	for _, r := range s.Rules {
		if !slices.ContainsFunc(r.Via, func(e route.Entry) bool { return e.Kind == "mesh" }) {
			continue
		}
		for _, b := range Backends(r) {
			for _, p := range s.Selected(b) {
				s.cache.meshed[p.Workload.Key()] = true
			}
		}
	}
	return s.cache.meshed
}

// MeshService is the Service that a host of the mesh names.
func (s State) MeshService(host string) (kube.Object, bool) {
	if s.cache.named == nil {
		s.cache.named = map[string]kube.Object{}
		for _, o := range s.World.All("", "Service") {
			s.cache.named[route.MeshHost(o.Namespace, o.Name)] = o
		}
	}
	o, ok := s.cache.named[host]
	return o, ok
}

// Serves is what sends requests to a workload: a route, or else a Service that
// Selects its pods. ok is no if nothing does.
func (s State) Serves(p Pods) (by kube.Object, ok bool) {
	by, ok = s.Serving()[p.Workload.Key()]
	return by, ok
}

// Routes reports whether a route, and not only a Service, sends requests to a
// workload.
func (s State) Routes(p Pods) bool {
	by, ok := s.Serves(p)
	return ok && !by.Is("", "Service")
}
