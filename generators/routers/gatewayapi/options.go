package gatewayapi

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/gatewaysplit"
	"github.com/cutoverdev/cutover/generators/route"
)

type options struct {
	Gateways []string `yaml:"gateways" doc:"Gateways that serve the hosts: name or namespace/name; mesh is the Service itself, for in-cluster clients of a mesh; default: mesh"`
	Section  string   `yaml:"section" rule:"name" doc:"listener of the Gateways; default: every listener that fits"`
	Regex    bool     `yaml:"regex" doc:"the implementation matches headers by regular expression (Envoy-based ones do): allows cookies, patterns and affinity"`
}

func optionsOf(r route.Route) options {
	options, _ := r.Options.(options)
	if len(options.Gateways) == 0 {
		options.Gateways = []string{route.MeshEntry}
	}
	return options
}

// dialect is that of no implementation in particular.
var dialect = gatewaysplit.Dialect{
	Parents:    parents,
	APIVersion: func(route.Route, string) string { return gatewayroute.Group + "/v1" },
	Regex:      func(r route.Route) bool { return optionsOf(r).Regex },
}

// parents are the Gateways of the options, and the apexes for the mesh.
func parents(r route.Route) []gatewaysplit.Parent {
	options := optionsOf(r)
	var all []gatewaysplit.Parent
	for _, g := range options.Gateways {
		if g == route.MeshEntry {
			all = append(all, gatewaysplit.Services(r)...)
			continue
		}
		namespace, name, ok := strings.Cut(g, "/")
		if !ok {
			namespace, name = "", g
		}
		all = append(all, gatewaysplit.Parent{Group: gatewayroute.Group, Kind: "Gateway", Name: name, Namespace: namespace, SectionName: options.Section})
	}
	return all
}
