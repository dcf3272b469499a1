package istio

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// Provider writes a VirtualService over the track Services with a DestinationRule
// each, or over one Service with a subset per track.
//
// A VirtualService is made in two moves: first as a person would write it for
// the apex, or as the person did write it (route:); then every rule that names
// the apex is split.
var Provider = route.Provider{
	Name:  "istio",
	Title: "Istio",
	Doc: "Writes a VirtualService over the two track Services and a DestinationRule for each; options.subsets: " +
		"one DestinationRule with a subset per track instead. At gateways, in the mesh, or both; " +
		"several entries in the mesh share one VirtualService there, <release>-mesh. " +
		"Tracks in two clusters need one mesh over both (multi-primary).",
	URL:     "https://istio.io/latest/docs/reference/config/networking/virtual-service/",
	Version: "1.31",
	Also:    []string{"mesh", "virtualservice", "envoy"},
	Kinds: []route.Kind{
		{Group: group, Kind: "VirtualService", Versions: []string{"v1", "v1beta1", "v1alpha3"}, Own: true, CRD: crd, Refs: []route.Ref{
			{Path: "spec/hosts", Kind: "Service"},
			{Path: "spec/http/route/destination/host", Kind: "Service"},
			{Path: "spec/http/mirror/host", Kind: "Service"},
			{Path: "spec/http/mirrors/destination/host", Kind: "Service"},
			{Path: "spec/tcp/route/destination/host", Kind: "Service"},
			{Path: "spec/tls/route/destination/host", Kind: "Service"},
			{Path: "spec/http/delegate/name", Kind: "VirtualService", Group: group},
			{Path: "spec/gateways", Kind: "Gateway", Group: group},
		}},
		{Group: group, Kind: "DestinationRule", Versions: []string{"v1", "v1beta1", "v1alpha3"}, CRD: crd, Refs: []route.Ref{
			{Path: "spec/host", Kind: "Service"},
		}},
	},
	Fields:   answers,
	Gateways: gateways,
	Can: route.Can{
		"http": httpCan,
		"grpc": httpCan,
		"tcp":  l4Can,
		"tls":  l4Can,
	},
	// istio.io/api v1.31, annotation and label
	ServiceAnnotations: append(route.ServiceAnnotationsExcept("istio.io/", "networking.istio.io/"),
		"networking.istio.io/exportTo", "networking.istio.io/traffic-distribution",
		"istio.io/use-waypoint", "istio.io/use-waypoint-namespace", "istio.io/ingress-use-waypoint",
	),
	Options: options{},
	Metrics: metrics,
	Traps:   traps,
	Lacks:   lacks,
	Check:   check,
	Draft:   draft,
	Home:    func(route.Route) string { return "" },
	Render:  render,
	Join:    joinEntries,
	Names:   &route.Names{Exact: true, Next: &route.Names{Never: "Istio follows one name, and not the next"}},
	Claims:  func(kube.Object, route.World) bool { return true },
	Read:    read,
}
