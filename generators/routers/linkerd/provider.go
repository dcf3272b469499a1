package linkerd

import (
	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// Provider writes routes of the Gateway API for Linkerd's proxies, with the apex Services
// as parents, and reads Linkerd's own HTTPRoute too.
var Provider = route.Provider{
	Name:  "linkerd",
	Title: "Linkerd",
	Doc: "Writes an HTTPRoute, or by protocol a GRPCRoute, TLSRoute or TCPRoute, on the Service itself, " +
		"for meshed clients in the cluster; timeouts and retries are Linkerd's annotations. " +
		"Hosts and gateways are another entry's: the ingress must be meshed, and send to the Service's cluster IP.",
	URL:     "https://linkerd.io/2/features/request-routing/",
	Version: "2.19",
	Also:    []string{"linkerd2", "l5d", "serviceprofile"},
	Kinds: []route.Kind{
		{
			Group:    gatewayroute.Group,
			Kind:     "HTTPRoute",
			Versions: []string{"v1", "v1beta1"},
			Own:      true,
			CRD:      "shared/linkerd_httproutes.yaml",
			Refs:     apiRefs,
		},
		{
			Group:    gatewayroute.Group,
			Kind:     "GRPCRoute",
			Versions: []string{"v1", "v1alpha2"},
			Own:      true,
			Protocol: "grpc",
			CRD:      "shared/linkerd_grpcroutes.yaml",
			Refs:     apiRefs,
		},
		{
			Group:    gatewayroute.Group,
			Kind:     "TLSRoute",
			Versions: []string{"v1alpha2"},
			Own:      true,
			Protocol: "tls",
			CRD:      "shared/linkerd_tlsroutes.yaml",
			Refs:     apiRefs,
		},
		{
			Group:    gatewayroute.Group,
			Kind:     "TCPRoute",
			Versions: []string{"v1alpha2"},
			Own:      true,
			Protocol: "tcp",
			CRD:      "shared/linkerd_tcproutes.yaml",
			Refs:     apiRefs,
		},
		{
			Group:    ownGroup,
			Kind:     "HTTPRoute",
			Versions: []string{"v1beta3", "v1beta2", "v1beta1", "v1alpha1"},
			Own:      true,
			CRD:      "shared/linkerd_policy_httproute.yaml",
			Refs:     refs,
			Judged:   judged,
		},
	},
	Can: route.Can{
		"http": route.Weights | route.Matches | route.MatchPatterns | route.MatchCookies | route.MatchQuery | route.MatchMethod |
			route.MatchPath |
			route.Affinity |
			route.Paths | route.PathExact | route.PathRegex | route.Timeout | route.Retries | route.HeaderEdits | route.OwnRoute,
		"grpc": route.Weights | route.Matches | route.MatchPatterns | route.MatchPath |
			route.Paths | route.PathExact | route.Timeout | route.Retries | route.HeaderEdits | route.OwnRoute,
		"tls": route.Weights | route.OwnRoute,
		"tcp": route.Weights | route.OwnRoute,
	},
	ServiceAnnotations: serviceAnnotations,
	Options:            options{},
	Metrics:            metrics,
	Traps:              traps,
	Lacks:              lacks,
	Check:              check,
	Render:             render,
	Names:              &route.Names{Maybe: "is not known to follow such"},
	Claims:             claims,
	Exclusive:          func(o kube.Object, _ route.World) bool { return o.Group != gatewayroute.Group },
	Read:               read,
}

// judged are the fields of a policy.linkerd.io HTTPRoute that are read.
const judged = "spec.parentRefs[].** " +
	"spec.rules[] spec.rules[].matches[].** spec.rules[].backendRefs[].group spec.rules[].backendRefs[].kind " +
	"spec.rules[].backendRefs[].name spec.rules[].backendRefs[].namespace spec.rules[].backendRefs[].port spec.rules[].backendRefs[].weight"

// serviceAnnotations of the apex are for its routes, and those of the tracks for what is
// sent to them.
var serviceAnnotations = []string{"config.linkerd.io/", "balancer.linkerd.io/", "balancer.alpha.linkerd.io/"}

var refs = []route.Ref{
	{Path: "spec/rules/backendRefs/name", Kind: "Service"},
	{Path: "spec/parentRefs/name", Kind: "Service"},
}

// apiRefs are those of routes of the Gateway API, which may name a Gateway where they name
// a Service.
var apiRefs = []route.Ref{
	{Path: "spec/rules/backendRefs/name", Kind: "Service"},
	{Path: "spec/parentRefs/name", Kind: "Service"},
	{Path: "spec/parentRefs/name", Kind: "Gateway", Group: gatewayroute.Group},
}
