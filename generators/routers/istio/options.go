package istio

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

const (
	group = "networking.istio.io"
	// gatewayEntry is the kind of the entries at an Istio Gateway.
	gatewayEntry = "Istio Gateway"
	crd          = "istio.io/api/kubernetes/customresourcedefinitions.gen.yaml"
)

// What can be asked of a VirtualService: of requests, and of connections, which have
// no paths and headers (istio.io/api v1.31, L4MatchAttributes).
const httpCan = route.Weights | route.Matches | route.MatchPatterns | route.MatchCookies | route.MatchQuery | route.MatchMethod |
	route.MatchPath | route.Mirror | route.Affinity | route.Previews | route.Hosts | route.Paths | route.PathExact | route.PathRegex |
	route.Timeout | route.Retries | route.Rewrite | route.CORS | route.HeaderEdits | route.OwnRoute |
	route.Namespaces | route.Clusters
const l4Can = route.Weights | route.Hosts | route.OwnRoute | route.Namespaces | route.Clusters

type options struct {
	Gateways      []string   `yaml:"gateways" rule:"gateway" doc:"gateways that serve the hosts: name or namespace/name; mesh is every sidecar; default: mesh"`
	Subsets       bool       `yaml:"subsets" doc:"one DestinationRule with a subset per track, over a Service <workload>-tracks that selects both"`
	TrafficPolicy *yaml.Node `yaml:"trafficPolicy" doc:"trafficPolicy of every DestinationRule, in Istio's words"`
}

func optionsOf(t schemas.Traffic) options {
	options, _ := t.Options.(options)
	if len(options.Gateways) == 0 {
		options.Gateways = []string{route.MeshEntry}
	}
	return options
}

// withoutMesh are the gateways that are not the mesh.
func withoutMesh(gateways []string) []string {
	return slices.DeleteFunc(slices.Clone(gateways), func(g string) bool { return g == route.MeshEntry })
}

// tracksService is the Service over both tracks that subsets divide. It is never
// an apex: clients outside the mesh would get both tracks by halves.
func tracksService(r route.Route) string { return r.Source.Object.Name + "-tracks" }

// ruleLists are the lists of rules, the one of requests before those of
// connections.
var ruleLists = []string{"http", "tls", "tcp"}
