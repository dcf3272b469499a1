package route

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
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
	{"kuma.io", []string{"MeshHTTPRoute", "MeshTCPRoute", "TrafficRoute"}},
	{"linkerd.io", []string{"ServiceProfile"}},
	{"networking.istio.io", []string{"EnvoyFilter", "ServiceEntry", "Sidecar"}},
	{"networking.k8s.io", []string{"Ingress"}},
	{"policy.linkerd.io", []string{"HTTPRoute"}},
	{"rollouts.kruise.io", []string{"Rollout", "TrafficRouting"}},
	{"route.openshift.io", []string{"Route"}},
	{"serving.knative.dev", []string{"Service", "Route"}},
	{"specs.smi-spec.io", []string{"HTTPRouteGroup"}},
	{"split.smi-spec.io", []string{"TrafficSplit"}},
	{"traefik.containo.us", []string{"IngressRoute", "IngressRouteTCP", "TraefikService"}},
	{"traefik.io", []string{"IngressRouteUDP"}},
	{"zalando.org", []string{"RouteGroup"}},
}

// oldIngress reports whether an object is an Ingress as it was before networking.k8s.io/v1:
// its fields have other names.
func oldIngress(o kube.Object) bool {
	return o.Is("networking.k8s.io", "Ingress") && o.Version == "v1beta1"
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

// leadsOut reports whether an object makes hosts known to a mesh that are none of its
// own (Istio 1.31, ServiceEntry with location MESH_EXTERNAL, which is the default):
// requests to them leave, and no Service here is asked.
func leadsOut(o kube.Object, w World) bool {
	hosts := kube.Items(o.Node, "spec", "hosts")
	if !o.Is("networking.istio.io", "ServiceEntry") || o.Get("spec", "workloadSelector") != nil {
		return false
	}
	return o.Text("spec", "location") != "MESH_INTERNAL" && len(hosts) > 0 &&
		!slices.ContainsFunc(hosts, func(h *yaml.Node) bool { return inside(h.Value, w) })
}

// OnlyTells reports whether an object does nothing to requests but log, trace and count
// them: an EnvoyFilter whose patches have nothing else (Envoy v1.37, access_log, tracing
// and stat_prefix of HttpConnectionManager, alt_stat_name of clusters).
func OnlyTells(o kube.Object) bool {
	patches := kube.Items(o.Node, "spec", "configPatches")
	return o.Is("networking.istio.io", "EnvoyFilter") && len(patches) > 0 && !slices.ContainsFunc(patches, func(p *yaml.Node) bool {
		return kube.Text(p, "patch", "operation") != "MERGE" || !tells(kube.Get(p, "patch", "value"))
	})
}

// told are the fields of a patch by which nothing but what is told of requests changes,
// beside those that say which filter it is merged into.
var told = []string{"name", "@type", "access_log", "access_log_options", "tracing", "stat_prefix", "alt_stat_name"}

func tells(n *yaml.Node) bool {
	if n == nil || n.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		if !slices.Contains(told, key) && (key != "typed_config" || !tells(n.Content[i+1])) {
			return false
		}
	}
	return true
}

// inside reports whether a host may be a Service's: by its end, or by the name of one.
func inside(host string, w World) bool {
	name, rest, dots := strings.Cut(host, ".")
	if !dots || name == "*" && !strings.Contains(rest, ".") || strings.HasSuffix(host, ".svc") || strings.HasSuffix(host, ".local") {
		return true
	}
	namespace, _, _ := strings.Cut(rest, ".")
	return slices.ContainsFunc(w.All("", "Service"), func(svc kube.Object) bool {
		return svc.Name == name && (svc.Namespace == "" || svc.Namespace == namespace)
	})
}

// unclaimed says why nobody judges an object that may send requests somewhere.
func unclaimed(o kube.Object) Unread {
	if class, ok := IngressClass(o); ok {
		return Unread{Source: o, Why: "is of class " + class + unserved + WholeUnread}
	}
	return Unread{Source: o, Why: "is of " + o.Group + " and not read" + WholeUnread}
}
