package gatewayapi

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/gatewaysplit"
	"github.com/cutoverdev/cutover/generators/route"
)

type options struct {
	Gateways       []string `yaml:"gateways" rule:"gateway" doc:"Gateways that serve the hosts: name or namespace/name; mesh is the Service itself, for in-cluster clients of a mesh; default: mesh"`
	ListenerSets   []string `yaml:"listenerSets" doc:"ListenerSets that serve the hosts: name or namespace/name"`
	Section        string   `yaml:"section" rule:"name" doc:"listener of the Gateways and ListenerSets; default: every listener that fits"`
	Regex          bool     `yaml:"regex" doc:"the implementation matches headers by regular expression (Envoy-based ones do): allows cookies, patterns and affinity"`
	Version        string   `yaml:"version" doc:"release of the Gateway API whose definitions (CRDs) the cluster has, such as 1.4.1: kinds and fields that it lacks are refused; default: 1.6"`
	Channel        string   `yaml:"channel" enum:"standard|experimental" doc:"channel of these definitions: experimental has retries; default: standard"`
	Implementation string   `yaml:"implementation" enum:"agentgateway|alb|cilium|contour|envoy-gateway|gke|haproxy|istio|kgateway|kong|nginx-gateway-fabric|traefik" doc:"who serves the routes: what its published conformance report says that it cannot do is refused"`
}

func optionsOf(r route.Route) options {
	options, _ := r.Options.(options)
	if len(options.Gateways)+len(options.ListenerSets) == 0 {
		options.Gateways = []string{route.MeshEntry}
	}
	return options
}

// parents are the Gateways and ListenerSets of the options, and the apexes for the mesh.
func parents(r route.Route) []gatewaysplit.Parent {
	options := optionsOf(r)
	var all []gatewaysplit.Parent
	for _, g := range options.Gateways {
		if g == route.MeshEntry {
			all = append(all, gatewaysplit.Services(r)...)
			continue
		}
		all = append(all, parent("Gateway", g, options.Section))
	}
	for _, l := range options.ListenerSets {
		all = append(all, parent("ListenerSet", l, options.Section))
	}
	return all
}

// parent is an object with listeners, by its name or by namespace/name.
func parent(kind, name, section string) gatewaysplit.Parent {
	namespace, rest, ok := strings.Cut(name, "/")
	if !ok {
		namespace, rest = "", name
	}
	return gatewaysplit.Parent{Group: gatewayroute.Group, Kind: kind, Name: rest, Namespace: namespace, SectionName: section}
}
