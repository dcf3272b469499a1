package gke

import (
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/gatewaysplit"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// policyGroup is that of GKE's policies.
const policyGroup = "networking.gke.io"

type options struct {
	Gateways []string         `yaml:"gateways" rule:"gateway" doc:"Gateways of a gke- class that serve the hosts: name or namespace/name"`
	Section  string           `yaml:"section" rule:"name" doc:"listener of the Gateways; default: every listener that fits"`
	Drain    schemas.Duration `yaml:"drain" doc:"how long connections to pods that go are kept, up to 1h; default: 30s, unless a GCPBackendPolicy of yours is for the apex"`
	Health   string           `yaml:"health" rule:"path" doc:"path that load balancers ask the pods of both tracks for; without it and a HealthCheckPolicy of yours they ask for /"`
}

func optionsOf(r route.Route) options {
	options, _ := r.Options.(options)
	return options
}

// dialect is that of GKE: no expressions, and no mesh.
var dialect = gatewaysplit.Dialect{
	Parents:    parents,
	APIVersion: func(route.Route, string) string { return gatewayroute.Group + "/v1" },
	Regex:      func(route.Route) bool { return false },
}

func parents(r route.Route) []gatewaysplit.Parent {
	options := optionsOf(r)
	var all []gatewaysplit.Parent
	for _, g := range options.Gateways {
		namespace, name, ok := strings.Cut(g, "/")
		if !ok {
			namespace, name = "", g
		}
		all = append(
			all,
			gatewaysplit.Parent{Group: gatewayroute.Group, Kind: "Gateway", Name: name, Namespace: namespace, SectionName: options.Section},
		)
	}
	return all
}

// drain is how long connections are kept, in seconds.
func drain(r route.Route) int {
	const unsaid = 30
	if d := optionsOf(r).Drain; d > 0 {
		return int(time.Duration(d) / time.Second)
	}
	return unsaid
}

// given is a policy of the user's own for an apex, which is copied for the tracks.
func given(r route.Route, kind string) (kube.Object, bool) {
	for _, o := range r.World.All(policyGroup, kind) {
		for _, t := range policy.Targets(o) {
			for _, apex := range r.Source.Apexes {
				if t.Names(apex) {
					return o, true
				}
			}
		}
	}
	return kube.Object{}, false
}
