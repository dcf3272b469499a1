package gke

import (
	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Provider writes an HTTPRoute for Gateways of GKE's classes, and policies for the Services
// of both tracks.
var Provider = route.Provider{
	Name:  "gke",
	Title: "GKE Gateway",
	Doc: "Writes an HTTPRoute for Gateways of a gke- class, and for the Service of each track a GCPBackendPolicy, " +
		"by which connections are drained, and a HealthCheckPolicy. An Ingress of GKE under route: stays as it is, and its " +
		"Services move from track to track, over both for a while.",
	URL:     "https://cloud.google.com/kubernetes-engine/docs/concepts/gateway-api",
	Version: "1.36.2",
	Also:    []string{"gcp", "google", "gke-gateway", "gclb"},
	Kinds: []route.Kind{
		{
			Group: "networking.k8s.io", Kind: "Ingress", Versions: []string{"v1"}, BuiltIn: true, Own: true, Hosts: "spec/rules/host",
			Refs: []route.Ref{
				{Path: "spec/defaultBackend/service/name", Kind: "Service"},
				{Path: "spec/rules/http/paths/backend/service/name", Kind: "Service"},
			},
		},
		{
			Group:    gatewayroute.Group,
			Kind:     "HTTPRoute",
			Versions: []string{"v1", "v1beta1"},
			Own:      true,
			CRD:      crd + "httproutes.yaml",
			Refs: []route.Ref{
				{Path: "spec/rules/backendRefs/name", Kind: "Service"},
				{Path: "spec/rules/filters/requestMirror/backendRef/name", Kind: "Service"},
				{Path: "spec/parentRefs/name", Kind: "Gateway", Group: gatewayroute.Group},
			},
		},
	},
	Can: route.Can{
		"http": route.Weights | route.Matches | route.MatchQuery | route.MatchPath |
			route.Mirror | route.Previews | route.Hosts | route.Paths | route.PathExact |
			route.Timeout | route.Rewrite | route.HeaderEdits | route.OwnRoute |
			route.Namespaces,
	},
	ServiceAnnotations: []string{
		"cloud.google.com/",
		"beta.cloud.google.com/backend-config",
		"networking.gke.io/",
		"service.alpha.kubernetes.io/app-protocols",
	},
	Options:   options{},
	Metrics:   metrics,
	Traps:     traps,
	Lacks:     lacks,
	Needs:     needs,
	Check:     check,
	Render:    render,
	Names:     &route.Names{Maybe: "is not known to follow such"},
	Claims:    claims,
	Exclusive: func(o kube.Object, _ route.World) bool { return o.Kind == "Ingress" },
	Read:      read,
}

// needs: Services of an Ingress stand on both tracks before they move.
func needs(t schemas.Traffic) stage.Needs {
	if onIngress(t) {
		return stage.Needs{Pods: true, Overlap: true, Hold: attaching}
	}
	return stage.Needs{Weights: true}
}

const crd = "sigs.k8s.io/gateway-api/config/crd/standard/gateway.networking.k8s.io_"
