package routes

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
)

// This file holds policies of the network: they decide whether requests that a
// Service sends to pods come in.

// CheckNetwork checks that pods that serve are let in some requests by a policy, or are
// under none, in whatever order the policies are applied. Which requests one lets in is
// not judged.
func CheckNetwork(e *edge.Transition) []edge.Problem {
	if !policiesChange(e) {
		return nil
	}
	var problems []edge.Problem
	for _, was := range e.From.Pods {
		is, there := e.To.PodsOf[was.Workload.Key()]
		by, serves := e.From.Serves(was)
		if was.Count > 0 && there && serves && closed(policiesOver(e, was, is)) && !closed(standing(e.From, was)) {
			problems = append(problems, edge.Problem{
				Object: is.Workload, About: "network",
				Message: fmt.Sprintf("gets requests from %s, and is under NetworkPolicies that let none in while they change: connections are "+
					"refused or hang", by.ID),
				Hint: "apply the policy that lets requests in a commit before the one that shuts them out, and remove it a commit after",
			})
		}
	}
	return problems
}

// policiesChange reports whether an edge changes a NetworkPolicy.
func policiesChange(e *edge.Transition) bool {
	for id := range e.Changed {
		if id.Group == cluster.IngressGroup && id.Kind == "NetworkPolicy" {
			return true
		}
	}
	return false
}

// over reports whether a policy is over pods.
func over(policy kube.Object, pods cluster.Pods) bool {
	if policy.Node == nil || !kube.SameNamespace(policy.Namespace, pods.Workload.Namespace) {
		return false
	}
	selector := policy.Get("spec", "podSelector")
	return selector == nil || len(selector.Content) == 0 || kube.LabelSelects(selector, pods.Labels)
}

// door is what a policy may do with the requests to some pods in some order of an
// edge: shut them out, as long as no other one lets them in, or let some in.
type door struct{ shuts, always bool }

// doorOf is what a policy does at one end: nothing if it is not over the pods, or not
// about what comes in (networking/v1, policyTypes: Ingress is the default).
func doorOf(policy kube.Object, pods cluster.Pods) door {
	types := kube.Items(policy.Node, "spec", "policyTypes")
	ingress := len(types) == 0
	for _, t := range types {
		ingress = ingress || t.Value == "Ingress"
	}
	if !over(policy, pods) || !ingress {
		return door{}
	}
	lets := len(kube.Items(policy.Node, "spec", "ingress")) > 0
	return door{shuts: !lets, always: lets}
}

// policiesOver are the doors of all policies on an edge.
func policiesOver(e *edge.Transition, was, is cluster.Pods) []door {
	var all []door
	for _, o := range e.From.World.All(cluster.IngressGroup, "NetworkPolicy") {
		a, b := doorOf(o, was), doorOf(e.To.ByID[o.Key()], is)
		all = append(all, door{a.shuts || b.shuts, a.always && b.always})
	}
	for _, o := range e.To.World.All(cluster.IngressGroup, "NetworkPolicy") {
		if e.From.ByID[o.Key()].Node == nil {
			all = append(all, door{shuts: doorOf(o, is).shuts})
		}
	}
	return all
}

// standing are the doors of the policies of a state at rest.
func standing(s cluster.State, pods cluster.Pods) []door {
	var all []door
	for _, o := range s.World.All(cluster.IngressGroup, "NetworkPolicy") {
		all = append(all, doorOf(o, pods))
	}
	return all
}

// closed reports whether doors let nobody in, in some order.
func closed(doors []door) bool {
	return slices.ContainsFunc(doors, func(d door) bool { return d.shuts }) &&
		!slices.ContainsFunc(doors, func(d door) bool { return d.always })
}
