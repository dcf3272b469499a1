package controller

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// pair is what a controller splits requests between.
type pair struct {
	stable, canary string // Services
	stableSubset   string // of an Istio DestinationRule
	canarySubset   string
}

// lists are the lists of backends in routes, and where a backend has its Service.
var lists = []struct {
	kinds   []string
	lists   []string // where the rules stand
	within  string   // the list of backends in a rule
	service []string
}{
	{[]string{"VirtualService"}, []string{"http", "tls", "tcp"}, "route", []string{"destination", "host"}},
	{[]string{"HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"}, []string{"rules"}, "backendRefs", []string{"name"}},
}

// single is a route that leads to the stable Service where it led to both.
func single(o kube.Object, p pair) kube.Object {
	for _, l := range lists {
		if !slices.Contains(l.kinds, o.Kind) {
			continue
		}
		for _, list := range l.lists {
			o = o.Edit(func(spec *yaml.Node) *yaml.Node {
				return kube.EditAll(spec, func(rule *yaml.Node) *yaml.Node {
					backends := kube.Get(rule, l.within)
					if backends == nil {
						return rule
					}
					return kube.Put(rule, kept(backends, l.service, p), l.within)
				}, list, "*")
			}, "spec")
		}
	}
	return o
}

// unsplit is an IngressRoute of Traefik's that leads to a Service where it led to the
// TraefikService of that name, which a controller splits.
func unsplit(o kube.Object, service string) kube.Object {
	if o.Kind != "IngressRoute" {
		return o
	}
	return o.Edit(func(spec *yaml.Node) *yaml.Node {
		return kube.EditAll(spec, func(n *yaml.Node) *yaml.Node {
			if kube.Text(n, "kind") != "TraefikService" || kube.Text(n, "name") != service {
				return n
			}
			return kube.Edit(n, func(*yaml.Node) *yaml.Node { return nil }, "kind")
		}, "routes", "*", "services", "*")
	}, "spec")
}

// kept are the backends but for the canary's, and without weights if one is left.
func kept(backends *yaml.Node, service []string, p pair) *yaml.Node {
	list := kube.Each(backends, func(n *yaml.Node) []*yaml.Node {
		name, subset := kube.Text(n, service...), kube.Text(n, "destination", "subset")
		if p.canary != "" && name == p.canary || p.canarySubset != "" && subset == p.canarySubset {
			return nil
		}
		if subset != "" && subset == p.stableSubset {
			n = kube.Edit(n, func(*yaml.Node) *yaml.Node { return nil }, "destination", "subset")
		}
		return []*yaml.Node{n}
	})
	if len(list.Content) == 1 && len(list.Content) < len(backends.Content) {
		return kube.EditAll(list, func(*yaml.Node) *yaml.Node { return nil }, "*", "weight")
	}
	return list
}
