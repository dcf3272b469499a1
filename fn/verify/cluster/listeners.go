package cluster

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// Listeners are what a gateway takes requests on, as the provider of its kind reads it.
func (s State) Listeners(o kube.Object) []route.Listener {
	for _, p := range s.Router.Providers {
		for _, g := range p.Gateways {
			if o.Node != nil && o.Is(g.Group, g.Kind) {
				return g.Listeners(o, s.World)
			}
		}
	}
	return nil
}

// gatewayKind is the kind of gateway that an entry names.
func (s State) gatewayKind(via route.Entry) (route.Gateway, bool) {
	for _, p := range s.Router.Providers {
		for _, g := range p.Gateways {
			if g.Entry == via.Kind {
				return g, true
			}
		}
	}
	return route.Gateway{}, false
}

// Gateway is the gateway of an entry. It has no Node if the manifests do not
// have it.
func (s State) Gateway(via route.Entry) kube.Object {
	is, ok := s.gatewayKind(via)
	if !ok {
		return kube.Object{}
	}
	namespace, rest, _ := strings.Cut(via.Name, "/")
	name, _, _ := strings.Cut(rest, "/")
	o, _ := s.World.Find(is.Group, is.Kind, namespace, name)
	return o
}
