package nginx

import (
	"cmp"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// reader reads the objects of a state (v5.5.4, internal/k8s/configuration.go).
type reader struct {
	route.Notes
	world    route.World
	parts    []part // VirtualServerRoutes, by namespace and name
	policies map[kube.ID]kube.Object
	used     map[kube.ID]bool // VirtualServerRoutes that a VirtualServer names
}

// part is a VirtualServer or VirtualServerRoute that was read.
type part struct {
	kube.Object
	spec server
}

// class is the class of an object; the controller takes those of its own class, nginx by
// default, and those of none.
func classOf(class string) string {
	if class == "" || class == "nginx" {
		return ""
	}
	return class + "/"
}

// place is a path of a VirtualServer with what is done there, in the order in which the
// controller writes them.
type place struct {
	part
	at        location
	index     int    // among the routes of its object
	list      string // routes or subroutes
	policies  []policyRef
	upstreams map[string]upstream
}

// exact, longest and expression say how the path is compared.
func (p place) exact() bool      { return strings.HasPrefix(p.at.Path, "=") }
func (p place) longest() bool    { return strings.HasPrefix(p.at.Path, "^~") }
func (p place) expression() bool { return strings.HasPrefix(p.at.Path, "~") }

// bare is the path without what says how it is compared.
func (p place) bare() string {
	path := p.at.Path
	for _, sign := range []string{"~*", "~", "^~", "="} {
		if rest, ok := strings.CutPrefix(path, sign); ok {
			return strings.TrimLeft(rest, " \t")
		}
	}
	return path
}

// backend is what an upstream leads to; "" is an answer of NGINX's own.
func (p place) backend(name string) route.Backend {
	if name == "" {
		return route.Backend{Unknown: "an answer of NGINX's own"}
	}
	return backendOf(p.Namespace, p.upstreams[name])
}

func backendOf(namespace string, u upstream) route.Backend {
	in, service := serviceOf(u.Service)
	b := route.Backend{
		Namespace: cmp.Or(in, namespace), Service: service, Port: route.PortText(u.Port, ""), Labels: u.Subselector, Weight: 1,
		Speaks: cmp.Or(u.Type, "http"),
	}
	if u.TLS != nil && u.TLS.Enable {
		b.Speaks += "s"
	}
	return b
}
