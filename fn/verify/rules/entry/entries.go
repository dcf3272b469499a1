package entry

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file holds the addresses and ports at which clients come in, where a routing
// object says them.

// CheckEntries checks that clients find what they come in through where it was.
func CheckEntries(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || c.Gone() {
			continue
		}
		if id.Is(cluster.IngressGroup, "Ingress") || e.To.Router.Routing(c.To) {
			problems = append(problems, balancerMoved(e, c)...)
		}
		if kind, ok := e.To.Router.GatewayKind(id); ok {
			problems = append(problems, gatewayMoved(c, kind)...)
		}
		problems = append(problems, classMoved(e, c)...)
		if ofGateways(e, id) {
			problems = append(problems, annotationsMoved(c)...)
		}
	}
	return problems
}

const entryHint = "an object of another name beside it, until clients have learnt its address; or, if it stays the same, accept it: " +
	"annotation cutover.dev/accept: entry-moved"

// ofGateways reports whether an object is of a group in which a router has gateways: who
// serves these reads annotations of its own there.
func ofGateways(e *edge.Transition, id kube.ID) bool {
	return slices.ContainsFunc(e.To.Router.Providers, func(r route.Provider) bool {
		return slices.ContainsFunc(r.Gateways, func(g route.Gateway) bool { return g.Group == id.Group })
	})
}

// balancerMoved is a route that gets another load balancer, or whose load balancer
// closes a port.
func balancerMoved(e *edge.Transition, c cluster.Change) []edge.Problem {
	var problems []edge.Problem
	before, after := kube.Strings(c.From.Node, "metadata", "annotations"), kube.Strings(c.To.Node, "metadata", "annotations")
	for _, key := range sortedNames(before, after) {
		a, _ := route.AnnotationByKey(e.To.Router.Providers, key)
		was, is := cmp.Or(before[key], a.Default), cmp.Or(after[key], a.Default)
		if a.Moves && was != is {
			problems = append(problems, edge.Problem{
				Object: c.To, Path: []string{"metadata", "annotations", key}, About: key,
				Message: fmt.Sprintf("changes annotation %s from %s to %s: another load balancer answers from then on, at another address, and "+
					"the one that "+
					"clients know goes", key, quoted(was), quoted(is)),
				Hint: entryHint,
			})
		}
	}
	now := e.To.Ports(c.To)
	for _, port := range e.From.Ports(c.From) {
		if !slices.Contains(now, port) {
			problems = append(problems, edge.Problem{
				Object: c.To, Path: []string{"metadata", "annotations"}, About: "port " + port,
				Message: fmt.Sprintf("closes port %s of its load balancer: connections there are refused", port),
				Hint:    "leave the port open until no client uses it; if none does, accept it: annotation cutover.dev/accept: entry-moved",
			})
		}
	}
	return problems
}

func quoted(value string) string {
	if value == "" {
		return "nothing"
	}
	return value
}

// gatewayMoved is a gateway that loses an address, or whose infrastructure is asked
// for in other words. Addresses that it gets beside those it has are none of the
// clients' business; the first one that it asks for may be another than it was given.
func gatewayMoved(c cluster.Change, kind route.Gateway) []edge.Problem {
	var problems []edge.Problem
	if kind.Addresses != nil {
		was, is := kind.Addresses(c.From), kind.Addresses(c.To)
		for _, address := range was {
			if !slices.Contains(is, address) {
				problems = append(problems, edge.Problem{
					Object: c.To, Path: []string{"spec", "addresses"}, About: address,
					Message: fmt.Sprintf("no longer asks for address %s: clients that use it are refused", address), Hint: entryHint,
				})
			}
		}
		if len(was) == 0 && len(is) > 0 {
			problems = append(problems, edge.Unjudged(c, "asks for an address, and before took any: whether that is the one it had is not "+
				"judged", "spec", "addresses"))
		}
	}
	if path := kind.Infrastructure; path != "" && !kube.Equal(at(c.From, path), at(c.To, path)) {
		problems = append(problems, edge.Unjudged(c, "asks for other infrastructure: whether its pods or load balancer are made anew, and "+
			"keep the address, is not judged", strings.Split(path, ".")...))
	}
	return problems
}

// classMoved is a class whose parameters change: what they do to who is of the class,
// its controller knows. That another one serves it the API server refuses. IngressClass
// is one of Kubernetes' own kinds, whoever serves it.
func classMoved(e *edge.Transition, c cluster.Change) []edge.Problem {
	paths := []string{"spec.parameters"}
	if !c.To.Is(cluster.IngressGroup, "IngressClass") {
		paths = classParameters(e, c.To.ID)
	}
	for _, path := range paths {
		if !kube.Equal(at(c.From, path), at(c.To, path)) {
			return []edge.Problem{edge.Unjudged(c, "has other parameters: what its controller makes of them is not "+
				"judged", strings.Split(path, ".")...)}
		}
	}
	return nil
}

// classParameters are where a class of gateways says by what it is set up.
func classParameters(e *edge.Transition, class kube.ID) []string {
	var all []string
	for _, r := range e.To.Router.Providers {
		for _, g := range r.Gateways {
			if g.ClassKind != "" && g.Parameters != "" && class.Is(g.Group, g.ClassKind) {
				all = append(all, g.Parameters)
			}
		}
	}
	return all
}

// annotationsMoved are the annotations that routers may read and that change.
func annotationsMoved(c cluster.Change) []edge.Problem {
	was, is := kube.Strings(c.From.Node, "metadata", "annotations"), kube.Strings(c.To.Node, "metadata", "annotations")
	var problems []edge.Problem
	for _, key := range sortedNames(was, is) {
		if was[key] != is[key] && route.IsRouterAnnotation(key) {
			problems = append(problems, edge.Unjudged(c, key+" changes: what its router makes of that is not "+
				"judged", "metadata", "annotations", key))
		}
	}
	return problems
}

// sortedNames are the keys of several maps, each once, in order.
func sortedNames[V any](all ...map[string]V) []string {
	var names []string
	for _, one := range all {
		for name := range one {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
