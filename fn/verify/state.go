// Package verify reads manifests, works out who answers each request, and
// checks that going from one state to another leaves nobody without an answer,
// whatever order the objects are applied in.
//
// It knows nothing of Releases and stages: a state is the objects a cluster
// holds, an edge is two states. What it does not understand is not judged and
// is listed; it is never taken for safe.
package verify

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/traffic"
	"github.com/cutoverdev/cutover/generators/workload"
)

// Router is how routing objects are read.
type Router struct {
	Providers []traffic.Provider
	Classes   map[string]string // ingress or gateway class → provider
}

// State is what a cluster holds, read from manifests.
type State struct {
	World  traffic.World
	Rules  []traffic.Rule
	Unread []traffic.Unread
	Pods   []Pods
}

// Pods are the pods of one workload.
type Pods struct {
	Workload kube.Object
	Labels   map[string]string
	Count    int // guaranteed ready pods: the autoscaler's floor, or the replicas
}

// NewState reads the objects of a state. Workloads in absent have no ready
// pods, whatever their manifests say: they have only just been applied.
func NewState(r Router, objects []kube.Object, absent map[kube.ID]bool) State {
	s := State{World: traffic.NewWorld(objects, r.Classes)}
	s.Rules, s.Unread = traffic.ReadAll(r.Providers, s.World)
	floors := floors(objects)
	for _, o := range objects {
		if !runs(o) {
			continue
		}
		p := Pods{Workload: o, Labels: kube.Strings(o.Node, "spec", "template", "metadata", "labels"), Count: count(o, floors)}
		if absent[o.Key()] {
			p.Count = 0
		}
		s.Pods = append(s.Pods, p)
	}
	return s
}

// runs reports whether an object is a workload whose pods serve.
func runs(o kube.Object) bool {
	return o.Group == "apps" && slices.Contains([]string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}, o.Kind)
}

// floors are the least pods that autoscalers leave each workload.
func floors(objects []kube.Object) map[kube.ID]int {
	floors := map[kube.ID]int{}
	for _, o := range objects {
		if target, floor, ok := workload.Floor(o); ok {
			floors[target] = floor
		}
	}
	return floors
}

// count is how many pods of a workload are there at the least. A DaemonSet has
// one on every node, so at least one.
func count(o kube.Object, floors map[kube.ID]int) int {
	if n, ok := floors[o.Key()]; ok {
		return n
	}
	if n, ok := kube.Number(o.Node, "spec", "replicas"); ok {
		return n
	}
	return 1
}

// Selected are the pods that a backend leads to.
func (s State) Selected(b traffic.Backend) []Pods {
	svc, ok := s.World.Find("", "Service", b.Namespace, b.Service)
	if !ok {
		return nil
	}
	var all []Pods
	for _, p := range s.Pods {
		if kube.SameNamespace(p.Workload.Namespace, svc.Namespace) && kube.Selects(svc.Get("spec", "selector"), p.Labels) && subset(b.Labels, p.Labels) {
			all = append(all, p)
		}
	}
	return all
}

func subset(want, have map[string]string) bool {
	for k, v := range want {
		if have[k] != v {
			return false
		}
	}
	return true
}

// Share is what part of a rule's requests some pods get.
type Share struct {
	Pods
	Percent float64
}

// Shares says which pods get how much of a rule's requests. What goes nowhere
// is left out.
func (s State) Shares(r traffic.Rule) []Share {
	sum := 0
	for _, b := range r.Backends {
		sum += b.Weight
	}
	var all []Share
	for _, b := range r.Backends {
		pods := s.Selected(b)
		for _, p := range pods {
			if b.Weight > 0 && p.Count > 0 {
				all = append(all, Share{p, 100 * float64(b.Weight) / float64(sum) * float64(p.Count) / float64(ready(pods))})
			}
		}
	}
	return all
}

// ready are the guaranteed pods among several workloads.
func ready(pods []Pods) int {
	n := 0
	for _, p := range pods {
		n += p.Count
	}
	return n
}
