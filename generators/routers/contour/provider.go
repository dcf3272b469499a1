package contour

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// Provider writes an HTTPProxy whose routes share requests by the weights of their
// services; with several hosts, one with the routes that one for each host includes.
var Provider = route.Provider{
	Name:    "contour",
	Title:   "Contour",
	Doc:     "Writes an HTTPProxy for the host; for several, one with the routes, and one for each host that includes it.",
	URL:     "https://projectcontour.io/docs/1.33/config/request-routing/",
	Version: "v1.33",
	Also:    []string{"httpproxy", "projectcontour"},
	Kinds: []route.Kind{
		{
			Group:    group,
			Kind:     "HTTPProxy",
			Versions: []string{"v1"},
			Own:      true,
			CRD:      crd,
			Hosts:    "spec/virtualhost/fqdn",
			Refs: []route.Ref{
				{Path: "spec/routes/services/name", Kind: "Service"},
				{Path: "spec/tcpproxy/services/name", Kind: "Service"},
				{Path: "spec/includes/name", Kind: "HTTPProxy", Group: group},
				{Path: "spec/tcpproxy/include/name", Kind: "HTTPProxy", Group: group},
				{Path: "spec/tcpproxy/includes/name", Kind: "HTTPProxy", Group: group},
				{Path: "spec/virtualhost/tls/secretName", Kind: "Secret"},
			},
			Judged: "spec.ingressClassName spec.virtualhost.fqdn spec.virtualhost.tls.secretName spec.virtualhost.tls.passthrough " +
				"spec.virtualhost.corsPolicy.** spec.virtualhost.rateLimitPolicy.** spec.virtualhost.authorization.** " +
				"spec.virtualhost.jwtProviders[].** spec.virtualhost.ipAllowPolicy[].** spec.virtualhost.ipDenyPolicy[].** " +
				"spec.includes[].** spec.routes[].** " +
				"spec.tcpproxy.services[].** spec.tcpproxy.include.** spec.tcpproxy.includes.**",
		},
	},
	Can:                route.Can{"http": httpCan, "grpc": grpcCan, "tls": tlsCan},
	ServiceAnnotations: route.ServiceAnnotations,
	Options:            options{},
	Metrics:            metrics,
	Traps:              traps,
	Lacks:              lacks,
	Check:              check,
	Render:             render,
	Names:              &route.Names{Maybe: "follows such only with enableExternalNameService", Listed: true, Search: true},
	Claims:             func(kube.Object, route.World) bool { return true },
	Read:               read,
	TLSEnds:            tlsEnds,
	Annotations:        speaking,
}

// speaking are the annotations of Services that say what Contour speaks to their pods
// (v1.33); .tls names ports.
var speaking = []route.Annotation{
	{Key: "projectcontour.io/upstream-protocol.tls", Speaks: true},
	{Key: "projectcontour.io/upstream-protocol.h2", Speaks: true},
	{Key: "projectcontour.io/upstream-protocol.h2c", Speaks: true},
}
