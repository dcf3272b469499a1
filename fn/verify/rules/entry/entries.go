package entry

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds the addresses and ports at which clients come in, where a routing
// object says them.

// movers are annotations of an Ingress that choose a load balancer or its address:
// with another value it is another one (AWS Load Balancer Controller v3.5, GKE
// Ingress, Azure Application Gateway Ingress Controller 1.8).
var movers = []string{
	"alb.ingress.kubernetes.io/group.name", "alb.ingress.kubernetes.io/scheme", "alb.ingress.kubernetes.io/load-balancer-name",
	"alb.ingress.kubernetes.io/load-balancer-arn",
	"kubernetes.io/ingress.global-static-ip-name", "kubernetes.io/ingress.regional-static-ip-name",
	"appgw.ingress.kubernetes.io/use-private-ip",
}

// Keys are these, and those that say on which ports a load balancer listens.
var Keys = append(slices.Clone(movers), "alb.ingress.kubernetes.io/listen-ports", "kubernetes.io/ingress.allow-http")

// moversByDefault are what the annotations mean where they are left out.
var moversByDefault = map[string]string{
	"alb.ingress.kubernetes.io/scheme":           "internal",
	"appgw.ingress.kubernetes.io/use-private-ip": "false",
}

// CheckEntries checks that clients find what they come in through where it was.
func CheckEntries(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || c.Gone() {
			continue
		}
		switch {
		case id.Is(cluster.IngressGroup, "Ingress"):
			problems = append(problems, ingressMoved(c)...)
		case id.Is(cluster.GatewayGroup, "Gateway"):
			problems = append(problems, gatewayMoved(c)...)
		case id.Is(cluster.GatewayGroup, "GatewayClass"), id.Is(cluster.IngressGroup, "IngressClass"):
			problems = append(problems, classMoved(c)...)
		}
		if id.Group == cluster.GatewayGroup || id.Group == cluster.ListenerSetGroup {
			problems = append(problems, annotationsMoved(c)...)
		}
	}
	return problems
}

const entryHint = "an object of another name beside it, until clients have learnt its address; or, if it stays the same, accept it: " +
	"annotation cutover.dev/accept: entry-moved"

// ingressMoved is an Ingress that gets another load balancer, or whose load balancer
// closes a port.
func ingressMoved(c cluster.Change) []edge.Problem {
	var problems []edge.Problem
	for _, key := range movers {
		was, is := annotationOf(c.From, key), annotationOf(c.To, key)
		if was != is {
			problems = append(problems, edge.Problem{
				Object: c.To, Path: []string{"metadata", "annotations", key}, About: key,
				Message: fmt.Sprintf("%s was %s and becomes %s: another load balancer answers from then on, at another address, and the one that "+
					"clients know goes", key, quoted(was), quoted(is)), Hint: entryHint,
			})
		}
	}
	for _, port := range listening(c.From) {
		if !slices.Contains(listening(c.To), port) {
			problems = append(problems, edge.Problem{
				Object: c.To, Path: []string{"metadata", "annotations"}, About: "port " + port,
				Message: fmt.Sprintf("its load balancer listens on port %s no more: connections are refused", port),
				Hint:    "leave the port open until no client comes there; if none does, accept it: annotation cutover.dev/accept: entry-moved",
			})
		}
	}
	return problems
}

func quoted(value string) string {
	if value == "" {
		return "not said"
	}
	return value
}

func annotationOf(o kube.Object, key string) string {
	if value := o.Text("metadata", "annotations", key); value != "" {
		return value
	}
	return moversByDefault[key]
}

// listening are the ports on which a load balancer of an Ingress listens, where its
// annotations say so: those of the AWS Load Balancer Controller (listen-ports; by
// default 80, or 443 with a certificate), and 80 for GKE.
func listening(o kube.Object) []string {
	const alb = "alb.ingress.kubernetes.io/"
	listen := o.Text("metadata", "annotations", alb+"listen-ports")
	var list []map[string]int
	var ports []string
	switch {
	case listen != "" && yaml.Unmarshal([]byte(listen), &list) == nil:
		for _, one := range list {
			for _, number := range one {
				ports = append(ports, fmt.Sprint(number))
			}
		}
	case o.Text("metadata", "annotations", alb+"certificate-arn") != "":
		ports = []string{"443"}
	case annotatedBy(o, alb):
		ports = []string{"80"}
	case o.Text("metadata", "annotations", "kubernetes.io/ingress.allow-http") != "false":
		ports = []string{"80"}
	}
	slices.Sort(ports)
	return ports
}

func annotatedBy(o kube.Object, prefix string) bool {
	for key := range kube.Pairs(o.Node, "metadata", "annotations") {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// gatewayMoved is a Gateway that loses an address, or whose infrastructure is asked
// for in other words. Addresses that it gets beside those it has are none of the
// clients' business; the first one that it asks for may be another than it was given.
func gatewayMoved(c cluster.Change) []edge.Problem {
	var problems []edge.Problem
	was, is := askedFor(c.From), askedFor(c.To)
	for _, address := range was {
		if !slices.Contains(is, address) {
			problems = append(problems, edge.Problem{
				Object: c.To, Path: []string{"spec", "addresses"}, About: address,
				Message: fmt.Sprintf("asks for address %s no more: clients that know it are refused", address), Hint: entryHint,
			})
		}
	}
	if len(was) == 0 && len(is) > 0 {
		problems = append(problems, edge.Unjudged(c, "asks for an address, and before took any: whether that is the one it had is not "+
			"judged", "spec", "addresses"))
	}
	if !kube.Equal(c.From.Get("spec", "infrastructure"), c.To.Get("spec", "infrastructure")) {
		problems = append(problems, edge.Unjudged(c, "asks for other infrastructure: whether its pods or load balancer are made anew, and "+
			"keep the address, is not judged", "spec", "infrastructure"))
	}
	return problems
}

// askedFor are those that a Gateway asks for: a type alone asks for any of it.
func askedFor(o kube.Object) []string {
	var all []string
	for _, a := range kube.Items(o.Node, "spec", "addresses") {
		if value := kube.Text(a, "value"); value != "" {
			all = append(all, value)
		}
	}
	return all
}

// classMoved is a class whose parameters change: what they do to who is of the class,
// its controller knows. That another one serves it the API server refuses.
func classMoved(c cluster.Change) []edge.Problem {
	for _, field := range []string{"parameters", "parametersRef"} {
		if !kube.Equal(c.From.Get("spec", field), c.To.Get("spec", field)) {
			return []edge.Problem{edge.Unjudged(c, "has other parameters: what its controller makes of them is not judged", "spec", field)}
		}
	}
	return nil
}

// annotationsMoved are the annotations that routers may read and that change.
func annotationsMoved(c cluster.Change) []edge.Problem {
	was, is := kube.Strings(c.From.Node, "metadata", "annotations"), kube.Strings(c.To.Node, "metadata", "annotations")
	var problems []edge.Problem
	for _, key := range sortedNames(was, is) {
		if was[key] != is[key] && route.IsRouterAnnotation(key) {
			problems = append(problems, edge.Unjudged(c, key+" changes: what its router makes of that is not judged", "metadata",
				"annotations", key))
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
