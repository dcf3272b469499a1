package nginx

import (
	"cmp"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// fate is what requests get without a Policy, or with one that lacks a Secret (v5.5.4,
// internal/configs/policy.go: ErrorReturn).
const fate = "its requests get 500"

// policySecrets are the places of a Policy that name a Secret of its namespace.
var policySecrets = [][]string{
	{"basicAuth", "secret"},
	{"jwt", "secret"},
	{"jwt", "trustedCertSecret"},
	{"apiKey", "clientSecret"},
	{"ingressMTLS", "clientCertSecret"},
	{"egressMTLS", "tlsSecret"},
	{"egressMTLS", "trustedCertSecret"},
	{"oidc", "clientSecret"},
	{"oidc", "trustedCertSecret"},
}

// policyRefs are these places in words of kustomize.
var policyRefs = []route.Ref{
	{Path: "spec/basicAuth/secret", Kind: "Secret"},
	{Path: "spec/jwt/secret", Kind: "Secret"},
	{Path: "spec/jwt/trustedCertSecret", Kind: "Secret"},
	{Path: "spec/apiKey/clientSecret", Kind: "Secret"},
	{Path: "spec/ingressMTLS/clientCertSecret", Kind: "Secret"},
	{Path: "spec/egressMTLS/tlsSecret", Kind: "Secret"},
	{Path: "spec/egressMTLS/trustedCertSecret", Kind: "Secret"},
	{Path: "spec/oidc/clientSecret", Kind: "Secret"},
	{Path: "spec/oidc/trustedCertSecret", Kind: "Secret"},
}

// annotations are those of Ingresses that the controller reads (v5.5.4,
// internal/configs/annotations.go).
var annotations = []route.Annotation{
	{Key: "nginx.org/basic-auth-secret", Names: []kube.ID{{Kind: "Secret"}}, Fate: route.FatePolicy},
	{Key: "nginx.com/jwt-key", Names: []kube.ID{{Kind: "Secret"}}, Fate: route.FatePolicy},
	{Key: "nginx.org/policies", Names: []kube.ID{{Group: group, Kind: "Policy"}}, Fate: fate},
}

// depends are the Policies of a VirtualServer and its parts, and the Secrets of a Policy.
// Those of another namespace need no grant.
func depends(o kube.Object, _ route.World) []route.Dependency {
	if o.Group != group {
		return nil
	}
	if o.Kind == "Policy" {
		return secretsOf(o)
	}
	var all []route.Dependency
	add := func(refs []*yaml.Node, path ...string) {
		for _, ref := range refs {
			all = append(all, route.Dependency{
				Namespace: cmp.Or(kube.Text(ref, "namespace"), o.Namespace), Name: kube.Text(ref, "name"),
				Kinds: []kube.ID{{Group: group, Kind: "Policy"}}, Path: path, Fate: fate,
			})
		}
	}
	add(kube.Items(o.Node, "spec", "policies"), "spec", "policies")
	for _, list := range []string{"routes", "subroutes"} {
		for _, at := range kube.Items(o.Node, "spec", list) {
			add(kube.Items(at, "policies"), "spec", list, "policies")
		}
	}
	return all
}

func secretsOf(o kube.Object) []route.Dependency {
	var all []route.Dependency
	for _, path := range policySecrets {
		at := append([]string{"spec"}, path...)
		if name := o.Text(at...); name != "" {
			all = append(all, route.Dependency{
				Namespace: o.Namespace, Name: name, Kinds: []kube.ID{{Kind: "Secret"}}, Path: at, Fate: fate,
			})
		}
	}
	return all
}
