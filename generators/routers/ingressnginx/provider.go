package ingressnginx

import "github.com/cutoverdev/cutover/generators/route"

// Provider writes a main Ingress for everything unweighted and, while the
// candidate gets requests beside it, a canary Ingress for the same hosts and
// paths.
//
//	stage                main Ingress   canary Ingress
//	stable … prepare     live           –
//	preview … shift-100  live           candidate: matches, weight
//	settle, unpreview    candidate      candidate, weight 100
//	retire               candidate      –
//
// The canary stays through settle because the main Ingress alone must move
// there: if both changed, a mix of old and new could miss a track. A preview
// host has a Service of its own, because a canary whose Service is the backend
// of an ordinary Ingress gets no requests (ingress-nginx#9458). The main Ingress
// may be the user's own (route:).
var Provider = route.Provider{
	Name:  "ingressNginx",
	Title: "kubernetes/ingress-nginx",
	Doc: "Writes an Ingress and, during a release, a canary Ingress. ingress-nginx is retired since March 2026; Traefik from v3.7 " +
		"(provider kubernetesIngressNGINX) and Higress read the same annotations. Matches: one header, and one cookie with the value always.",
	URL:     "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary",
	Version: "v1.15.1",
	Also:    []string{"ingress", "nginx-ingress", "ingress-nginx", "higress"},
	Kinds: []route.Kind{{
		Group: "networking.k8s.io", Kind: "Ingress", Versions: []string{"v1"}, BuiltIn: true, Own: true,
		Hosts: "spec/rules/host", Refs: []route.Ref{
			{Path: "spec/defaultBackend/service/name", Kind: "Service"},
			{Path: "spec/rules/http/paths/backend/service/name", Kind: "Service"},
			{Path: "spec/tls/secretName", Kind: "Secret"},
		},
	}},
	Can: route.Can{
		"http": can,
		"grpc": can,
	},
	ServiceAnnotations: route.ServiceAnnotations,
	Annotations:        naming,
	Options:            options{},
	Metrics:            metrics,
	Traps:              traps,
	Lacks:              lacks,
	Retired:            retired,
	Check:              check,
	Render:             render,
	Names:              &route.Names{Target: true, Search: true},
	Claims:             claims,
	Exclusive:          exclusive,
	Read:               read,
}

const can = route.Weights | route.Matches | route.MatchPatterns | route.MatchCookies | route.Previews | route.Hosts | route.Paths |
	route.PathExact | route.PathRegex | route.Rewrite | route.CORS | route.TLS | route.OwnRoute
