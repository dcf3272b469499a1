// Package verify reads manifests, works out who answers each request, and
// proves, or refutes with the story, that going from one state to another
// leaves nobody without an answer, whatever order the objects are applied in.
//
// It knows nothing of Releases and stages: a [State] is the objects a cluster
// holds, an [Edge] is two states. What it does not understand is not judged
// and is listed; it is never taken for safe.
//
//	state.go    objects → rules of routers, Services, pods
//	request.go  rules → requests to look at, one of each kind
//	sample.go   texts that tell regular expressions apart; host.go: hosts that nobody names
//	mix.go      the routes that a half-applied edge can show
//	supply.go   the pods that a half-applied edge can leave behind a Service
//	pods.go     how many of them are ready
//	answer.go   what a state at rest does with a request
//	order.go    all of these joined, request by request
//	story.go    what that does to requests, in words
//	rule.go     the table of all that must hold
package verify

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
)

// Router is how routing objects are read.
type Router struct {
	Providers []route.Provider
	Classes   map[string]string // ingress or gateway class → provider
	Agent     string            // who applies the objects, of [Agents]; "" if that is not known
}

// State is what a cluster holds, read from manifests.
type State struct {
	Objects []kube.Object
	World   route.World
	Rules   []route.Rule
	Unread  []route.Unread
	Pods    []Pods

	router  Router
	byID    map[kube.ID]kube.Object
	podsOf  map[kube.ID]Pods
	strange []Pods             // whose number is not known
	scalers map[kube.ID]scaler // by the workload they scale
	rules   *ruleset
	byLabel map[label][]int // positions in Pods
	kept    *kept
	atRest  *supplies // of every backend while nothing changes
}

// Pods are the pods of one workload.
type Pods struct {
	Workload kube.Object
	Labels   map[string]string
	Count    int // guaranteed ready pods: the autoscaler's floor, or the replicas

	scaled bool // an autoscaler may have started more
	at     int  // where they stand among the Pods of the state
}

// scaler is an autoscaler and the least pods it leaves.
type scaler struct {
	kube.Object
	floor int
}

// NewState reads the objects of a state.
func NewState(r Router, objects []kube.Object) State {
	s := State{
		Objects: objects, World: route.NewWorld(objects, r.Classes), router: r,
		byID: make(map[kube.ID]kube.Object, len(objects)), podsOf: map[kube.ID]Pods{}, scalers: map[kube.ID]scaler{},
	}
	s.Rules, s.Unread = route.ReadAll(r.Providers, s.World)
	s.bound()
	s.rules = newRuleset(s.Rules)
	for _, o := range objects {
		s.byID[o.Key()] = o
		if target, floor, ok := workload.Floor(o); ok {
			s.scalers[target] = scaler{o, floor}
		}
	}
	for _, o := range objects {
		if runs(o) {
			_, scaled := s.scalers[o.Key()]
			p := Pods{o, templateLabels(o), s.count(o), scaled, len(s.Pods)}
			s.Pods = append(s.Pods, p)
			s.podsOf[o.Key()] = p
			continue
		}
		if labels, ok := s.strangers(o); ok {
			s.strange = append(s.strange, Pods{Workload: o, Labels: labels})
		}
	}
	s.byLabel, s.kept = labelled(s.Pods), &kept{}
	s.atRest = newSupplies(s, s, nil)
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

// byVia sorts rules by where requests come in. Their order stays.
func byVia(rules []route.Rule) map[route.Entry][]route.Rule {
	all := map[route.Entry][]route.Rule{}
	for _, r := range rules {
		for _, via := range r.Via {
			all[via] = append(all[via], r)
		}
	}
	return all
}

// runs reports whether an object is a workload whose pods serve.
func runs(o kube.Object) bool {
	return o.Group == "apps" && slices.Contains([]string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}, o.Kind)
}

func templateLabels(o kube.Object) map[string]string {
	return kube.Strings(o.Node, "spec", "template", "metadata", "labels")
}

// strangers are the labels of pods that an object runs and nobody here counts:
// a Rollout's, a Pod by itself. A Rollout may take another workload's template.
func (s State) strangers(o kube.Object) (labels map[string]string, ok bool) {
	switch ref := kube.Get(o.Node, "spec", "workloadRef"); {
	case o.Is(istioGroup, "WorkloadEntry"): // a machine outside of the cluster, which the mesh takes for a pod
		return kube.Strings(o.Node, "spec", "labels"), true
	case o.Is("", "Pod"):
		return kube.Strings(o.Node, "metadata", "labels"), true
	case ref != nil:
		other := s.byID[kube.ID{Group: "apps", Kind: kube.Text(ref, "kind"), Namespace: o.Namespace, Name: kube.Text(ref, "name")}]
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
		for _, b := range backends(r) {
			svc, ok := s.service(b)
			switch {
			case b.Unknown != "":
				tell(r.Source, b.Unknown+": what answers there is not judged")
			case ok && svc.Get("spec", "selector") == nil:
				tell(svc, "has no selector: what answers there is not judged")
			}
		}
	}
	s.untyped(tell)
	for _, p := range s.strange {
		if by, ok := s.serves(p); ok {
			tell(p.Workload, "runs pods that "+by.ID.String()+" leads to: how many of them are ready is not judged")
		}
	}
	return all
}

// count is how many pods of a workload are there at the least. A DaemonSet has
// one on every node, so at least one.
func (s State) count(o kube.Object) int {
	n, said := saidReplicas(o)
	switch sc, ok := s.scalers[o.Key()]; {
	case !ok:
		return replicas(o)
	case said && n == 0 && sc.Kind == "HorizontalPodAutoscaler":
		return 0 // which switches it off
	default:
		return sc.floor
	}
}

// replicas are those that a workload asks for: 1 if it does not say.
func replicas(o kube.Object) int {
	if n, ok := saidReplicas(o); ok {
		return max(n, 0)
	}
	return 1
}

// service is a Service by name.
func (s State) service(b route.Backend) (kube.Object, bool) {
	return s.World.Find("", "Service", b.Namespace, b.Service)
}

// Selected are the pods that a backend leads to.
func (s State) Selected(b route.Backend) []Pods {
	svc, ok := s.service(b)
	if !ok {
		return nil
	}
	var all []Pods
	for _, i := range s.near(svc.Get("spec", "selector"), svc.Namespace) {
		if p := s.Pods[i]; selects(svc, b, p.Workload.Namespace, p.Labels) {
			all = append(all, p)
		}
	}
	return all
}

// selects reports whether pods of a namespace with these labels stand behind a
// backend, be it a Service or a subset of one.
func selects(svc kube.Object, b route.Backend, namespace string, labels map[string]string) bool {
	return kube.SameNamespace(namespace, svc.Namespace) && kube.Selects(svc.Get("spec", "selector"), labels) && subset(b.Labels, labels)
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
func (s State) Shares(r route.Rule) []Share {
	sum := total(r)
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

// total is what the weights of a rule add up to.
func total(r route.Rule) int {
	sum := 0
	for _, b := range r.Backends {
		sum += b.Weight
	}
	return sum
}

// ready are the guaranteed pods among several workloads.
func ready(pods []Pods) int {
	n := 0
	for _, p := range pods {
		n += p.Count
	}
	return n
}

// direct reports whether a rule is a Service's own: clients call it by name.
func direct(r route.Rule) bool { return r.Source.Is("", "Service") }

// sortedIDs are the keys of a map in a fixed order.
func sortedIDs[V any](m map[kube.ID]V) []kube.ID {
	return slices.SortedFunc(maps.Keys(m), compareID)
}
