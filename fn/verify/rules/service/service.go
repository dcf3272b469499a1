package service

import (
	"cmp"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file says what a Service is: its kind, its address, its ports of nodes.

func serviceKind(o kube.Object) string {
	switch address := clusterIP(o); {
	case o.Text("spec", "type") == "ExternalName":
		return "ExternalName " + o.Text("spec", "externalName")
	case address == "None":
		return "headless"
	case address != "":
		return "at " + address
	}
	return "a Service with an address of the cluster's choice"
}

// clusterIP is the first address that a Service asks for in the cluster.
func clusterIP(o kube.Object) string {
	return cmp.Or(o.Text("spec", "clusterIP"), o.Text("spec", "clusterIPs", "0"))
}

// asStored is a changed Service as the API server stores it: what it allocated, or
// was told before, it keeps where a manifest no longer says it, ports of nodes by the
// name of the port (Kubernetes v1.37, patchAllocatedValues of pkg/registry/core/service).
func asStored(c cluster.Change) kube.Object {
	o := c.To
	if Type(c.From) == "ExternalName" || Type(o) == "ExternalName" {
		return o
	}
	if was := clusterIP(c.From); was != "" && clusterIP(o) == "" {
		o = o.With(was, "spec", "clusterIP")
	}
	if !onNodes(c.From) || !onNodes(o) || o.Get("spec", "ports") == nil {
		return o
	}
	was, used := map[string]string{}, map[string]bool{}
	for _, p := range kube.Items(c.From.Node, "spec", "ports") {
		was[kube.Text(p, "name")] = nodePort(p)
	}
	for _, p := range kube.Items(o.Node, "spec", "ports") {
		used[nodePort(p)] = true
	}
	return o.Edit(func(ports *yaml.Node) *yaml.Node {
		return kube.Each(ports, func(p *yaml.Node) []*yaml.Node {
			if kept := was[kube.Text(p, "name")]; kept != "" && nodePort(p) == "" && !used[kept] {
				p = kube.Put(p, kept, "nodePort")
			}
			return []*yaml.Node{p}
		})
	}, "spec", "ports")
}

// Type is the type of a Service, its default written out.
func Type(o kube.Object) string { return cmp.Or(o.Text("spec", "type"), "ClusterIP") }

// Balanced reports whether clients reach a Service by a load balancer of its own.
func Balanced(o kube.Object) bool { return Type(o) == "LoadBalancer" }

// onNodes reports whether a Service has ports of nodes.
func onNodes(o kube.Object) bool {
	return Type(o) == "NodePort" || Balanced(o) && o.Text("spec", "allocateLoadBalancerNodePorts") != "false"
}

// nodePort is the port of nodes that a Service's port asks for; "" for any.
func nodePort(p *yaml.Node) string {
	if n := kube.Text(p, "nodePort"); n != "0" {
		return n
	}
	return ""
}

// selectorless reports whether the endpoints of a Service are written by hand.
func selectorless(svc kube.Object) bool {
	return len(kube.Strings(svc.Node, "spec", "selector")) == 0 && Type(svc) != "ExternalName"
}
