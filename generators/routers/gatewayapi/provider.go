package gatewayapi

import (
	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// Provider writes an HTTPRoute, or one of the other kinds of routes, at Gateways or in a mesh
// (GAMMA). As with istio, the route is first one for the apex, and then every
// rule that names the apex is split. Order says nothing here: a rule with more
// conditions wins (HTTPRouteRule.matches), so split rules keep the path of the
// rule they come from.
var Provider = route.Provider{
	Name:  "gatewayAPI",
	Title: "Gateway API",
	Doc: "Writes an HTTPRoute, or by protocol a GRPCRoute, TLSRoute, TCPRoute or UDPRoute, for any implementation: " +
		"Envoy Gateway, Istio, Cilium, NGINX Gateway Fabric, Kong, Traefik, kgateway, Linkerd and " +
		"others. At Gateways or, where the implementation is a mesh, on the Service itself.",
	URL:     "https://gateway-api.sigs.k8s.io/guides/traffic-splitting/",
	Version: "v1.6.3",
	Also:    []string{"gateway", "httproute", "grpcroute", "nginx-gateway-fabric", "envoy", "kong", "cilium", "linkerd", "kgateway", "gateway-api"},
	Kinds: []route.Kind{
		{Group: gatewayroute.Group, Kind: "HTTPRoute", Versions: []string{"v1", "v1beta1"}, Own: true, CRD: experimental + "httproutes.yaml", Refs: refs},
		{Group: gatewayroute.Group, Kind: "GRPCRoute", Versions: []string{"v1"}, Own: true, Protocol: "grpc", CRD: crd + "grpcroutes.yaml", Refs: refs},
		{Group: gatewayroute.Group, Kind: "TLSRoute", Versions: []string{"v1", "v1alpha3", "v1alpha2"}, Own: true, Protocol: "tls", CRD: crd + "tlsroutes.yaml", Refs: refs},
		{Group: gatewayroute.Group, Kind: "TCPRoute", Versions: []string{"v1", "v1alpha2"}, Own: true, Protocol: "tcp", CRD: crd + "tcproutes.yaml", Refs: refs},
		{Group: gatewayroute.Group, Kind: "UDPRoute", Versions: []string{"v1", "v1alpha2"}, Own: true, Protocol: "udp", CRD: crd + "udproutes.yaml", Refs: refs},
		{Group: gatewayroute.Group, Kind: "ReferenceGrant", Versions: []string{"v1beta1", "v1"}, CRD: crd + "referencegrants.yaml", Refs: []route.Ref{{Path: "spec/to/name", Kind: "Service"}}},
	},
	Fields:      answers,
	Gateways:    gatewayroute.Gateways,
	TLSPolicies: gatewayroute.TLSPolicies,
	Grants:      route.Grants{Kind: "ReferenceGrant", Given: gatewayroute.Granted},
	Depends:     gatewayroute.Depends,
	Can: route.Can{
		"http": route.Weights | route.Matches | route.MatchPatterns | route.MatchCookies | route.MatchQuery | route.MatchMethod |
			route.MatchPath | route.Mirror | route.Affinity |
			route.Previews | route.Hosts | route.Paths | route.PathExact | route.PathRegex | route.Timeout | route.Retries |
			route.Rewrite | route.CORS | route.HeaderEdits | route.OwnRoute |
			route.Namespaces,
		"grpc": route.Weights | route.Matches | route.MatchPatterns | route.MatchPath | route.Mirror | route.Previews |
			route.Hosts | route.Paths | route.PathExact | route.HeaderEdits | route.OwnRoute |
			route.Namespaces,
		"tls": route.Weights | route.Previews | route.Hosts | route.OwnRoute | route.Namespaces,
		"tcp": route.Weights | route.OwnRoute | route.Namespaces,
		"udp": route.Weights | route.OwnRoute | route.Namespaces,
	},
	ServiceAnnotations: route.ServiceAnnotations,
	Options:            options{},
	Metrics:            metrics,
	Counted:            func(r route.Route) string { return optionsOf(r).Implementation },
	Traps:              traps,
	Lacks:              lacks,
	Check:              check,
	Render:             func(r route.Route) []kube.Object { return dialect.Render(r) },
	Names:              &route.Names{Maybe: "leaves it to implementations, which should not follow such"},
	Claims:             func(kube.Object, route.World) bool { return true },
	Read:               gatewayroute.Read,
	Looks:              gatewayroute.Ordered,
}

const (
	crd          = "sigs.k8s.io/gateway-api/config/crd/standard/gateway.networking.k8s.io_"
	experimental = "sigs.k8s.io/gateway-api/config/crd/experimental/gateway.networking.k8s.io_" // has rules[].retry
)

var refs = []route.Ref{
	{Path: "spec/rules/backendRefs/name", Kind: "Service"},
	{Path: "spec/rules/filters/requestMirror/backendRef/name", Kind: "Service"},
	{Path: "spec/parentRefs/name", Kind: "Gateway", Group: gatewayroute.Group},
	{Path: "spec/parentRefs/name", Kind: "ListenerSet", Group: gatewayroute.Group},
	{Path: "spec/parentRefs/name", Kind: "Service"},
}
