package traefik

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// Provider writes an IngressRoute whose routers share requests by the weights of their
// services, and TraefikServices where requests are copied or clients stay.
var Provider = route.Provider{
	Name:  "traefik",
	Title: "Traefik",
	Doc: "Writes an IngressRoute, or an IngressRouteTCP; a TraefikService for mirror and affinity, and Middlewares " +
		"for rewrite, headers, cors and retries. Provider kubernetesCRD; set allowEmptyServices " +
		"there, so that a track without pods does not take the other's share with it.",
	URL:     "https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice/",
	Version: "v3.7",
	Also:    []string{"ingressroute", "traefikservice"},
	Kinds: []route.Kind{
		{
			Group:    group,
			Kind:     "IngressRoute",
			Versions: []string{"v1alpha1"},
			Own:      true,
			CRD:      crd,
			Refs: append(serviceRefs("spec/routes/services"),
				route.Ref{Path: "spec/routes/middlewares/name", Kind: "Middleware", Group: group},
				route.Ref{Path: "spec/routes/services/middlewares/name", Kind: "Middleware", Group: group},
				route.Ref{Path: "spec/tls/secretName", Kind: "Secret"},
				route.Ref{Path: "spec/tls/options/name", Kind: "TLSOption", Group: group},
			),
			Judged: "spec.ingressClassName spec.entryPoints[] spec.routes[].match spec.routes[].priority " +
				"spec.routes[].kind spec.routes[].services[].** spec.routes[].middlewares[].**",
		},
		{
			Group: group, Kind: "IngressRouteTCP", Versions: []string{"v1alpha1"}, Own: true, Protocol: "tcp", CRD: crd, Refs: []route.Ref{
				{Path: "spec/routes/services/name", Kind: "Service"},
				{Path: "spec/routes/services/serversTransport", Kind: "ServersTransportTCP", Group: group},
				{Path: "spec/routes/middlewares/name", Kind: "MiddlewareTCP", Group: group},
				{Path: "spec/tls/secretName", Kind: "Secret"},
				{Path: "spec/tls/options/name", Kind: "TLSOption", Group: group},
			},
			Judged: "spec.ingressClassName spec.entryPoints[] spec.routes[].match spec.routes[].priority spec.routes[].services[].** " +
				"spec.routes[].middlewares[].**",
		},
		{
			Group: group, Kind: "TraefikService", Versions: []string{"v1alpha1"}, CRD: crd, Refs: slices.Concat(
				serviceRefs("spec/weighted/services"),
				serviceRefs("spec/highestRandomWeight/services"),
				serviceRefs("spec/mirroring"),
				serviceRefs("spec/mirroring/mirrors"),
				serviceRefs("spec/failover/service"),
				serviceRefs("spec/failover/fallback"),
			),
			Judged: "spec.weighted.** spec.mirroring.** spec.highestRandomWeight.**",
		},
		{Group: group, Kind: "Middleware", Versions: []string{"v1alpha1"}, CRD: crd, Refs: []route.Ref{
			{Path: "spec/chain/middlewares/name", Kind: "Middleware", Group: group},
		}, Judged: "spec.**"},
		{Group: group, Kind: "MiddlewareTCP", Versions: []string{"v1alpha1"}, CRD: crd, Judged: "spec.**"},
		{Group: "networking.k8s.io", Kind: "Ingress", Versions: []string{"v1"}, BuiltIn: true}, // is read alone
	},
	Can:                route.Can{"http": httpCan, "grpc": grpcCan, "tcp": tcpCan, "tls": tlsCan},
	ServiceAnnotations: route.ServiceAnnotations,
	Options:            options{},
	Metrics:            metrics,
	Counted:            counted,
	Traps:              traps,
	Lacks:              lacks,
	Check:              check,
	Render:             render,
	Cookie:             cookieOf,
	Names:              &followed,
	Claims:             claims,
	Exclusive:          func(kube.Object, route.World) bool { return true },
	Read:               read,
	TLSEnds:            tlsEnds,
	Depends:            depends,
	Annotations:        annotations,
}

// serviceRefs are what a reference in a list may name.
func serviceRefs(path string) []route.Ref {
	return []route.Ref{
		{Path: path + "/name", Kind: "Service"},
		{Path: path + "/name", Kind: "TraefikService", Group: group},
		{Path: path + "/serversTransport", Kind: "ServersTransport", Group: group},
	}
}
