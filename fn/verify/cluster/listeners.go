package cluster

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// Listeners are what a gateway takes requests on, as the provider of its kind reads it.
func (s State) Listeners(o kube.Object) []route.Listener {
	if g, ok := s.Router.GatewayKind(o.ID); ok && o.Node != nil {
		return g.Listeners(o, s.World)
	}
	return nil
}

// GatewayKind is what its router says of a kind of gateway; false if the kind is none.
func (r Router) GatewayKind(id kube.ID) (route.Gateway, bool) {
	for _, p := range r.Providers {
		for _, g := range p.Gateways {
			if id.Is(g.Group, g.Kind) {
				return g, true
			}
		}
	}
	return route.Gateway{}, false
}

// gatewayAt is the kind of gateway that an entry names.
func (s State) gatewayAt(via route.Entry) (route.Gateway, bool) {
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
	is, ok := s.gatewayAt(via)
	if !ok {
		return kube.Object{}
	}
	namespace, rest, _ := strings.Cut(via.Name, "/")
	name, _, _ := strings.Cut(rest, "/")
	o, _ := s.World.Find(is.Group, is.Kind, namespace, name)
	return o
}

// Owner is the gateway whose listeners another one adds to. It has no Node if there is
// none, or if the manifests do not have it.
func (s State) Owner(o kube.Object) kube.Object {
	g, ok := s.Router.GatewayKind(o.ID)
	if !ok || g.Owner == nil || o.Node == nil {
		return kube.Object{}
	}
	id := g.Owner(o)
	owner, _ := s.World.Find(id.Group, id.Kind, id.Namespace, id.Name)
	return owner
}

// router is the provider of an object: the one that claims a route, or that says
// something of a gateway or of what routes need.
func (s State) router(o kube.Object) (route.Provider, bool) {
	for _, p := range s.Router.Providers {
		_, routes := p.KindOf(o)
		if routes && p.Claims(o, s.World) || !routes && knows(p, o.ID) {
			return p, true
		}
	}
	return route.Provider{}, false
}

// TLSEnds are the places beside listeners where the router of an object ends TLS; said
// is no if no router says so.
func (s State) TLSEnds(o kube.Object) (ends []route.TLSEnd, said bool) {
	p, ok := s.router(o)
	if !ok || p.TLSEnds == nil {
		return nil, false
	}
	return p.TLSEnds(o, s.World), true
}

// Ports are those on which the load balancer of a routing object listens, where it
// says so.
func (s State) Ports(o kube.Object) []string {
	if p, ok := s.router(o); ok && p.Ports != nil {
		return p.Ports(o)
	}
	return route.ForeignPorts(o)
}

// Grants are what lets an object name others across namespaces.
func (s State) Grants(o kube.Object) route.Grants {
	p, _ := s.router(o)
	return p.Grants
}

// knows reports whether an object is a gateway of a provider, or of a kind that its
// routes need.
func knows(p route.Provider, id kube.ID) bool {
	return slices.ContainsFunc(p.Gateways, func(g route.Gateway) bool { return id.Is(g.Group, g.Kind) }) ||
		slices.ContainsFunc(p.Fields, func(f route.Fields) bool { return f.Has(id) })
}

// Depends are the objects that another one names and that requests need, as its router
// says.
func (s State) Depends(o kube.Object) []route.Dependency {
	var all []route.Dependency
	for _, p := range s.Router.Providers {
		if p.Depends != nil {
			all = append(all, p.Depends(o, s.World)...)
		}
	}
	if s.annotated(o.ID) {
		for key, value := range kube.Pairs(o.Node, "metadata", "annotations") {
			if a, ok := route.AnnotationByKey(s.Router.Providers, key); ok {
				all = append(all, a.Depends(o, value)...)
			}
		}
	}
	return all
}

// annotated reports whether annotations of an object may tell a router something: it is
// a Service, an Ingress, or of a group in which a router has routes or gateways.
func (s State) annotated(id kube.ID) bool {
	return id.Is("", "Service") || slices.ContainsFunc(s.Router.Providers, func(p route.Provider) bool {
		return slices.ContainsFunc(p.Kinds, func(k route.Kind) bool { return id.Group == k.Group && (!k.BuiltIn || id.Kind == k.Kind) }) ||
			slices.ContainsFunc(p.Gateways, func(g route.Gateway) bool { return id.Group == g.Group })
	}) || id.Is(IngressGroup, "Ingress")
}
