package route

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
)

// unsupported are kinds that send requests somewhere, or change objects that do,
// by their groups. They are listed as not judged, unless a provider reads them.
var unsupported = []struct {
	group string
	kinds []string
}{
	{"apisix.apache.org", []string{"ApisixRoute", "ApisixUpstream"}},
	{"appmesh.k8s.aws", []string{"VirtualNode", "VirtualRouter", "VirtualService", "GatewayRoute", "VirtualGateway"}},
	{"argoproj.io", []string{"Rollout"}},
	{"configuration.konghq.com", []string{"KongIngress", "TCPIngress", "UDPIngress", "KongUpstreamPolicy"}},
	{"consul.hashicorp.com", []string{"ServiceRouter", "ServiceSplitter", "ServiceResolver"}},
	{"extensions", []string{"Ingress"}}, // gone from Kubernetes since 1.22
	{"flagger.app", []string{"Canary"}},
	{"gateway.networking.k8s.io", []string{"HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"}},
	{"gateway.solo.io", []string{"RouteTable", "VirtualService", "RouteOption"}},
	{"getambassador.io", []string{"Mapping", "TCPMapping"}},
	{"k8s.nginx.org", []string{"VirtualServer", "VirtualServerRoute", "TransportServer"}},
	{"kuma.io", []string{"MeshHTTPRoute", "MeshTCPRoute", "TrafficRoute"}},
	{"networking.istio.io", []string{"EnvoyFilter", "ServiceEntry", "Sidecar"}},
	{"networking.k8s.io", []string{"Ingress"}},
	{"policy.linkerd.io", []string{"HTTPRoute"}},
	{"projectcontour.io", []string{"HTTPProxy"}},
	{"rollouts.kruise.io", []string{"Rollout", "TrafficRouting"}},
	{"route.openshift.io", []string{"Route"}},
	{"serving.knative.dev", []string{"Service", "Route"}},
	{"specs.smi-spec.io", []string{"HTTPRouteGroup"}},
	{"split.smi-spec.io", []string{"TrafficSplit"}},
	{"traefik.containo.us", []string{"IngressRoute", "IngressRouteTCP", "TraefikService"}},
	{"traefik.io", []string{"IngressRoute", "IngressRouteTCP", "IngressRouteUDP", "TraefikService"}},
	{"zalando.org", []string{"RouteGroup"}},
}

// isUnsupported reports whether an object that no provider claims sends requests
// somewhere.
func isUnsupported(o kube.Object) bool {
	for _, f := range unsupported {
		if o.Group == f.group {
			return slices.Contains(f.kinds, o.Kind)
		}
	}
	return false
}

// unclaimed says why nobody judges an object that may send requests somewhere.
func unclaimed(o kube.Object) Unread {
	if class, ok := IngressClass(o); ok {
		return Unread{Source: o, Why: "is of class " + class + ", which no router here serves" + WholeUnread}
	}
	return Unread{Source: o, Why: "is of " + o.Group + " and not read" + WholeUnread}
}
