package gatewayroute

import (
	"cmp"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// fateFilter is what becomes of requests whose filter is not there: an error (gateway-api
// v1.6.3, HTTPRouteFilter.extensionRef).
const fateFilter = "its requests get 500"

// Depends are the filters that a route takes from elsewhere, and the parameters of a
// Gateway and of its class.
func Depends(o kube.Object, _ route.World) []route.Dependency {
	switch {
	case o.Is(Group, "HTTPRoute"), o.Is(Group, "GRPCRoute"):
		return filterNames(o)
	case o.Is(Group, "GatewayClass"):
		return parameters(o, "spec", "parametersRef")
	case o.Is(Group, "Gateway"):
		return parameters(o, "spec", "infrastructure", "parametersRef")
	}
	return nil
}

func filterNames(o kube.Object) []route.Dependency {
	var all []route.Dependency
	add := func(n *yaml.Node) {
		for _, f := range kube.Items(n, "filters") {
			if ref := kube.Get(f, "extensionRef"); ref != nil {
				kind := kube.ID{Group: kube.Text(ref, "group"), Kind: kube.Text(ref, "kind")}
				all = append(all, route.Dependency{
					Namespace: o.Namespace, Name: kube.Text(ref, "name"), Kinds: []kube.ID{kind}, Path: []string{"spec", "rules"}, Fate: fateFilter,
				})
			}
		}
	}
	for _, rule := range kube.Items(o.Node, "spec", "rules") {
		add(rule)
		for _, ref := range kube.Items(rule, "backendRefs") {
			add(ref)
		}
	}
	return all
}

func parameters(o kube.Object, path ...string) []route.Dependency {
	ref := o.Get(path...)
	if ref == nil {
		return nil
	}
	return []route.Dependency{{
		Namespace: cmp.Or(kube.Text(ref, "namespace"), o.Namespace), Name: kube.Text(ref, "name"),
		Kinds: []kube.ID{{Group: kube.Text(ref, "group"), Kind: kube.Text(ref, "kind")}}, Path: path, Fate: route.FateSetup,
	}}
}

// TLSPolicies are the kinds by which Gateways speak TLS to Services (gateway-api v1.6.3;
// Azure Application Gateway for Containers has one of its own).
var TLSPolicies = []kube.ID{{Group: Group, Kind: "BackendTLSPolicy"}, {Group: "alb.networking.azure.io", Kind: "BackendTLSPolicy"}}
