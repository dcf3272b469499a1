package service

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// This file holds how clients reach a Service, and what of that a commit takes
// away.

// CheckServiceKind checks that a Service that answers stays what it is to its clients.
func CheckServiceKind(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || c.Gone() || !c.To.Is("", "Service") {
			continue
		}
		c.To = asStored(c)
		if was, is := serviceKind(c.From), serviceKind(c.To); was != is && renamed(e, c) {
			continue // clients ask for the name again, and what stands behind it either way is looked at
		}
		if was, is := serviceKind(c.From), serviceKind(c.To); was != is {
			problems = append(problems, edge.Problem{
				Object: c.To, Path: []string{"spec"},
				Message: fmt.Sprintf("was %s and becomes %s: its address changes, and clients lose it", was, is),
				Hint:    "make a Service of another name, a commit before this one goes",
			})
			continue
		}
		if lost := lostWays(c); len(lost) > 0 {
			problems = append(problems, edge.Problem{
				Object: c.To, Path: []string{"spec"},
				Message: "can no longer be reached " + schemas.And(lost),
				Hint:    "make a Service of another name for the new way in, until no client uses the old one",
			})
		}
		problems = append(problems, lostEntry(c)...)
		if selectorless(c.From) && len(kube.Strings(c.To.Node, "spec", "selector")) > 0 {
			problems = append(problems, edge.Unjudged(c, "gets a selector: what answered until now is not known, and whether its pods answer "+
				"the same is not judged", "spec", "selector"))
		}
	}
	return problems
}

// renamed reports whether a Service is a name for one of the cluster's Services at both
// ends.
func renamed(e *edge.Transition, c cluster.Change) bool {
	_, _, was := e.From.World.Alias(c.From)
	_, _, is := e.To.World.Alias(c.To)
	return was && is
}

// waysIn are how clients reach a Service beside its address in the cluster, and
// from where (k8s.io/api core/v1, ServiceSpec).
func waysIn(o kube.Object) []string {
	var all []string
	spec := func(field string) string { return o.Text("spec", field) }
	if Balanced(o) {
		all = append(all, "by its load balancer")
	}
	if onNodes(o) {
		all = append(all, "by ports of nodes")
	}
	for _, p := range kube.Items(o.Node, "spec", "ports") {
		if n := nodePort(p); n != "" {
			all = append(all, "at port "+n+" of nodes")
		}
	}
	if spec("externalTrafficPolicy") != "Local" {
		all = append(all, "through nodes without pods of its own")
	}
	for _, ip := range kube.Items(o.Node, "spec", "externalIPs") {
		all = append(all, "at "+ip.Value)
	}
	if spec("internalTrafficPolicy") != "Local" {
		all = append(all, "from pods on nodes without pods of its own")
	}
	return all
}

// lostWays are the ways in that a change takes away.
func lostWays(c cluster.Change) []string {
	now := waysIn(c.To)
	lost := slices.DeleteFunc(waysIn(c.From), func(way string) bool { return slices.Contains(now, way) })
	lost = slices.Concat(lost, replacedPorts(c), crossedPorts(c))
	if dual(c.From) && c.To.Text("spec", "ipFamilyPolicy") == "SingleStack" {
		lost = append(lost, "by its address of the second family")
	}
	if was, is := c.From.Text("spec", "clusterIPs", "1"), c.To.Text("spec", "clusterIPs", "1"); was != "" && is != "" && was != is {
		lost = append(lost, "at "+was)
	}
	if was, is := c.From.Text("spec", "loadBalancerIP"), c.To.Text("spec", "loadBalancerIP"); Balanced(c.From) && Balanced(c.To) &&
		was != "" && is != "" && was != is {
		lost = append(lost, "at "+was+" by its load balancer")
	}
	return append(lost, shutOut(c)...)
}

// replacedPorts are ports of nodes that the API server chose, and that a manifest
// replaces by its own.
func replacedPorts(c cluster.Change) []string {
	if !onNodes(c.From) {
		return nil
	}
	chosen := map[string]bool{}
	for _, p := range kube.Items(c.From.Node, "spec", "ports") {
		chosen[cluster.PortKey(p)] = nodePort(p) == ""
	}
	var all []string
	for _, p := range kube.Items(c.To.Node, "spec", "ports") {
		if nodePort(p) != "" && chosen[cluster.PortKey(p)] {
			all = append(all, fmt.Sprintf("at the port of nodes that it was given for port %s, unless that was %s", cluster.PortKey(p),
				nodePort(p)))
		}
	}
	return all
}

// crossedPorts are ports of nodes that lead to where another one led.
func crossedPorts(c cluster.Change) []string {
	led := map[string]string{}
	for _, p := range kube.Items(c.From.Node, "spec", "ports") {
		led[nodePort(p)] = cluster.PortOfPods(p)
	}
	var all []string
	for _, p := range kube.Items(c.To.Node, "spec", "ports") {
		n, target := nodePort(p), cluster.PortOfPods(p)
		if n == "" || led[n] == "" || led[n] == target {
			continue
		}
		for other, was := range led {
			if other != n && was == target {
				all = append(all, fmt.Sprintf("at port %s of nodes on port %s of pods, but on %s", n, led[n], target))
				break
			}
		}
	}
	return all
}

// dual reports whether a Service has addresses of both families beyond doubt.
func dual(o kube.Object) bool {
	return o.Text("spec", "ipFamilyPolicy") == "RequireDualStack" || len(kube.Items(o.Node, "spec", "ipFamilies")) > 1 ||
		len(kube.Items(o.Node, "spec", "clusterIPs")) > 1
}

// shutOut are the clients of a load balancer that its ranges let in no more. Without
// ranges it lets in everybody.
func shutOut(c cluster.Change) []string {
	if !Balanced(c.From) || !Balanced(c.To) {
		return nil
	}
	was, is := ranges(c.From), ranges(c.To)
	if len(is) == 0 {
		return nil
	}
	if len(was) == 0 {
		was = []string{"0.0.0.0/0"}
	}
	var all []string
	for _, r := range was {
		if !slices.ContainsFunc(is, func(s string) bool { return holds(s, r) }) {
			all = append(all, "from "+r)
		}
	}
	return all
}

// rangesNote says the ranges where loadBalancerSourceRanges does not.
const rangesNote = "service.beta.kubernetes.io/load-balancer-source-ranges"

// ranges are the addresses of clients that a load balancer lets in.
func ranges(o kube.Object) []string {
	var all []string
	for _, r := range kube.Items(o.Node, "spec", "loadBalancerSourceRanges") {
		all = append(all, r.Value)
	}
	if all == nil {
		return wordsOf(o.Text("metadata", "annotations", rangesNote))
	}
	return all
}

// holds reports whether a range of addresses holds all of another.
func holds(a, b string) bool {
	p, err := netip.ParsePrefix(a)
	q, also := netip.ParsePrefix(b)
	return a == b || err == nil && also == nil && p.Bits() <= q.Bits() && p.Contains(q.Addr())
}
