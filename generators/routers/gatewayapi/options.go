package gatewayapi

import "github.com/cutoverdev/cutover/generators/route"

const (
	group = "gateway.networking.k8s.io"
	crd   = "sigs.k8s.io/gateway-api/config/crd/standard/gateway.networking.k8s.io_"
)

type options struct {
	Gateways []string `yaml:"gateways" doc:"Gateways that serve the hosts: name or namespace/name; mesh is the Service itself, for in-cluster clients of a mesh; default: mesh"`
	Section  string   `yaml:"section" rule:"name" doc:"listener of the Gateways; default: every listener that fits"`
	Regex    bool     `yaml:"regex" doc:"the implementation matches headers by regular expression (Envoy-based ones do): allows cookies, patterns and affinity"`
}

func optionsOf(r route.Route) options {
	options, _ := r.Options.(options)
	if len(options.Gateways) == 0 {
		options.Gateways = []string{"mesh"}
	}
	return options
}
