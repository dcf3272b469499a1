package gatewayroute

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// Group is that of the Gateway API.
const Group = "gateway.networking.k8s.io"

// Protocol is what a kind of route is for, as a Release calls it; "" for one that is no
// route.
func Protocol(kind string) string {
	switch kind {
	case "HTTPRoute":
		return "http"
	case "GRPCRoute":
		return "grpc"
	case "TLSRoute":
		return "tls"
	case "TCPRoute":
		return "tcp"
	case "UDPRoute":
		return "udp"
	}
	return ""
}

// Streams reports whether a kind of route looks at connections, not at requests.
func Streams(kind string) bool {
	return slices.Contains([]string{"TLSRoute", "TCPRoute", "UDPRoute"}, kind)
}

// The parts of routes that are read, as people write them (gateway-api v1.6.3):
// everything that has a default may be absent.
type (
	spec struct {
		ParentRefs []parent `yaml:"parentRefs"`
		Hostnames  []string `yaml:"hostnames"`
		Rules      []rule   `yaml:"rules"`
	}
	parent struct {
		Group       *string `yaml:"group"`
		Kind        string  `yaml:"kind"`
		Name        string  `yaml:"name"`
		Namespace   string  `yaml:"namespace"`
		SectionName string  `yaml:"sectionName"`
		Port        int     `yaml:"port"`
	}
	rule struct {
		Matches     []match   `yaml:"matches"`
		Filters     []filter  `yaml:"filters"`
		BackendRefs []backend `yaml:"backendRefs"`
		Persistence *struct {
			SessionName string `yaml:"sessionName"`
		} `yaml:"sessionPersistence"`
	}
	match struct {
		Path        yaml.Node            `yaml:"path"`
		Headers     []named              `yaml:"headers"`
		QueryParams []named              `yaml:"queryParams"`
		Method      yaml.Node            `yaml:"method"`
		Other       map[string]yaml.Node `yaml:",inline"`
	}
	named struct {
		Type  string `yaml:"type"`
		Name  string `yaml:"name"`
		Value string `yaml:"value"`
	}
	filter struct {
		Type          string  `yaml:"type"`
		RequestMirror *mirror `yaml:"requestMirror"`
	}
	mirror struct {
		BackendRef backend `yaml:"backendRef"`
		Percent    *int    `yaml:"percent"`
		Fraction   *struct {
			Numerator   int `yaml:"numerator"`
			Denominator int `yaml:"denominator"`
		} `yaml:"fraction"`
	}
	backend struct {
		Group     string `yaml:"group"`
		Kind      string `yaml:"kind"`
		Name      string `yaml:"name"`
		Namespace string `yaml:"namespace"`
		Port      int    `yaml:"port"`
		Weight    *int   `yaml:"weight"`
	}
)
