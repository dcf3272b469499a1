package verify

import (
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file says in the same words, at both ends of an edge, where requests come
// in: what a route leaves out and a commit writes out is no other place.

// normalized is an edge with the default class and the sections of Gateways written
// out, if a route writes them out at one end and not at the other. All routes then
// do, so that those that come in at one place are looked at together.
func (e Edge) normalized() Edge {
	class, gateways := e.classWritten(), e.gatewaysNamed()
	if class == "" && len(gateways) == 0 {
		return e
	}
	spell := func(s cluster.State, classed func(kube.Object) bool) cluster.State {
		objects := slices.Clone(s.Objects)
		for i, o := range objects {
			if class != "" && cluster.Classless(o) && classed(o) {
				objects[i].Node = kube.Put(o.Node, class, "spec", "ingressClassName")
			}
			for _, g := range gateways {
				objects[i] = listenerByListener(objects[i], g)
			}
		}
		return cluster.NewState(s.Router, objects)
	}
	from, to := spell(e.From, func(kube.Object) bool { return true }), spell(e.To, e.getsClass)
	if len(e.guessed()) == 0 && (len(from.Unread) > len(e.From.Unread) || len(to.Unread) > len(e.To.Unread)) {
		return e // the class is somebody else's: less would be judged
	}
	e.From, e.To = from, to
	return e
}

// getsClass reports whether an Ingress without a class has the default one in the
// cluster. The API server writes it when it makes the object, and never again: one
// that loses its class has none.
func (e Edge) getsClass(o kube.Object) bool {
	was, there := e.From.ByID[o.Key()]
	return !there || cluster.Classless(was)
}

// classWritten is the class that is the default at both ends, if an Ingress that
// left it out says it now.
func (e Edge) classWritten() string {
	class := classByDefault(e.From)
	if class == "" || class != classByDefault(e.To) {
		return e.classGuessed()
	}
	for _, o := range e.From.Objects {
		if now, ok := e.To.ByID[o.Key()]; ok && cluster.Classless(o) && now.Text("spec", "ingressClassName") == class {
			return class
		}
	}
	return ""
}

// classGuessed is the one class that Ingresses which left it out say now, where no
// manifest says what the default is: it may well have been theirs, see [Edge.guessed].
func (e Edge) classGuessed() string {
	class := ""
	for _, o := range e.guessed() {
		is := e.To.ByID[o.Key()].Text("spec", "ingressClassName")
		if class != "" && class != is {
			return ""
		}
		class = is
	}
	return class
}

// guessed are the Ingresses that say their class from now on, and nobody knows which
// they had.
func (e Edge) guessed() []kube.Object {
	known := map[string]bool{}
	classes := func(s cluster.State) []kube.Object { return s.World.All(cluster.IngressGroup, "IngressClass") }
	for _, o := range slices.Concat(classes(e.From), classes(e.To)) {
		if known[o.Name] = true; cluster.IsDefault(o) {
			return nil
		}
	}
	var all []kube.Object
	for _, o := range e.From.Objects {
		is := e.To.ByID[o.Key()].Text("spec", "ingressClassName")
		if cluster.Classless(o) && is != "" && !known[is] {
			all = append(all, o)
		}
	}
	return all
}

// classByDefault is the class of Ingresses that name none, if there is one such.
func classByDefault(s cluster.State) string {
	class := ""
	for _, o := range s.World.All(cluster.IngressGroup, "IngressClass") {
		if !cluster.IsDefault(o) {
			continue
		}
		if class != "" {
			return "" // the API server then refuses an Ingress without a class
		}
		class = o.Name
	}
	return class
}

// gatewaysNamed are the Gateways that do not change, of which a route names a
// section or port at one end and none at the other.
func (e Edge) gatewaysNamed() []kube.Object {
	var all []kube.Object
	for _, g := range e.From.World.All(cluster.GatewayGroup, "Gateway") {
		if now, ok := e.To.ByID[g.Key()]; !ok || !kube.Equal(g.Node, now.Node) {
			continue
		}
		if slices.ContainsFunc(e.From.Objects, func(o kube.Object) bool {
			if !attaches(o) {
				return false
			}
			now, ok := e.To.ByID[o.Key()]
			return ok && (names(o, g, bare) && names(now, g, asking) || names(o, g, asking) && names(now, g, bare))
		}) {
			all = append(all, g)
		}
	}
	return all
}

// names reports whether a route names a Gateway by a parentRef that fits.
func names(o, gateway kube.Object, fits func(ref *yaml.Node) bool) bool {
	return attaches(o) && slices.ContainsFunc(kube.Items(o.Node, "spec", "parentRefs"), func(ref *yaml.Node) bool {
		return gatewayroute.LeadsTo(ref, o, gateway) && fits(ref)
	})
}

// asking reports whether a parentRef asks for some of a Gateway's listeners.
func asking(ref *yaml.Node) bool { return !wide(ref) || kube.Text(ref, "port") != "" }

// bare reports whether a parentRef asks for all of them.
func bare(ref *yaml.Node) bool { return !asking(ref) }

// wide reports whether a parentRef names no listener.
func wide(ref *yaml.Node) bool { return kube.Text(ref, "sectionName") == "" }

// attaches reports whether an object is a route that listeners take.
func attaches(o kube.Object) bool {
	return o.Group == cluster.GatewayGroup && gatewayroute.Protocol(o.Kind) != ""
}

// listenerByListener is a route with every parentRef to a whole Gateway taken apart:
// one for each listener that it attaches to.
func listenerByListener(o, gateway kube.Object) kube.Object {
	if !names(o, gateway, wide) {
		return o
	}
	o.Node = kube.Edit(o.Node, func(refs *yaml.Node) *yaml.Node {
		return kube.Each(refs, func(ref *yaml.Node) []*yaml.Node {
			if !gatewayroute.LeadsTo(ref, o, gateway) || !wide(ref) {
				return []*yaml.Node{ref}
			}
			var all []*yaml.Node
			for _, l := range gatewayroute.Listeners(gateway, route.World{}) {
				if takesRoute(l, o, kube.Text(ref, "port")) {
					all = append(all, kube.Put(ref, l.Name, "sectionName"))
				}
			}
			if all == nil {
				return []*yaml.Node{ref}
			}
			return all
		})
	}, "spec", "parentRefs")
	return o
}

// takesRoute reports whether a listener takes requests of a route that names no section:
// it speaks the route's protocol, and has hosts in common.
func takesRoute(l route.Listener, by kube.Object, port string) bool {
	if l.Name == "" || !gatewayroute.TakesKind(l.Protocol, by.Kind) || port != "" && port != l.Port {
		return false
	}
	var hosts []string
	for _, h := range kube.Items(by.Node, "spec", "hostnames") {
		hosts = append(hosts, h.Value)
	}
	return l.Serves(route.Rule{Hosts: hosts}, "")
}
