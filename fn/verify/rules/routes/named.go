package routes

import (
	"cmp"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file collects which objects requests need by name: what routers say of theirs
// (Provider.Depends, Provider.Annotations), the parameters of an IngressClass, which is
// one of Kubernetes' own kinds, and what policies name, whatever their kind.

// namings are the objects that an object names.
func namings(s cluster.State, o kube.Object) []route.Dependency {
	all := s.Depends(o)
	switch {
	case o.Is(cluster.IngressGroup, "IngressClass"):
		all = append(all, parameters(o)...)
	case len(policy.Targets(o)) > 0:
		all = append(all, configNames(o, o.Get("spec"), []string{"spec"}, 0)...)
	}
	return all
}

// parameters are those of an IngressClass (networking/v1, IngressClassParametersReference).
func parameters(o kube.Object) []route.Dependency {
	ref := o.Get("spec", "parameters")
	if ref == nil {
		return nil
	}
	return []route.Dependency{{
		Namespace: cmp.Or(kube.Text(ref, "namespace"), o.Namespace), Name: kube.Text(ref, "name"),
		Kinds: []kube.ID{{Group: kube.Text(ref, "apiGroup"), Kind: kube.Text(ref, "kind")}},
		Path:  []string{"spec", "parameters"}, Fate: route.FateSetup,
	}}
}

// configNames are the Secrets and ConfigMaps that a policy names, wherever it does.
func configNames(o kube.Object, n *yaml.Node, at []string, depth int) []route.Dependency {
	if n == nil || depth > 8 {
		return nil
	}
	var all []route.Dependency
	if kind := kube.Text(n, "kind"); (kind == "Secret" || kind == "ConfigMap") && kube.Text(n, "name") != "" {
		all = append(all, route.Dependency{
			Namespace: cmp.Or(kube.Text(n, "namespace"), o.Namespace), Name: kube.Text(n, "name"),
			Kinds: []kube.ID{{Kind: kind}}, Path: at, Fate: route.FatePolicy,
		})
	}
	for i, child := range n.Content {
		path := at
		if n.Kind == yaml.MappingNode {
			if i%2 == 0 {
				continue
			}
			path = append(slices.Clip(at), n.Content[i-1].Value)
		}
		all = append(all, configNames(o, child, path, depth+1)...)
	}
	return all
}
