package verify

import (
	"cmp"
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file holds ListenerSets (gateway-api v1.6.3, and XListenerSet before it):
// listeners of a Gateway that stand in an object of their own, and that the Gateway
// must let in.

// isListenerSet reports whether an object is one.
func isListenerSet(o kube.Object) bool {
	return o.Is(gatewayGroup, "ListenerSet") || o.Is(listenerSetGroup, "XListenerSet")
}

// owner is the Gateway whose listeners a ListenerSet adds to. It has no Node if the
// manifests do not have it.
func (s State) owner(set kube.Object) kube.Object {
	if !isListenerSet(set) {
		return kube.Object{}
	}
	o, _ := s.World.Find(gatewayGroup, "Gateway", cmp.Or(set.Text("spec", "parentRef", "namespace"), set.Namespace), set.Text("spec", "parentRef", "name"))
	return o
}

// keepsOut says why a Gateway does not let a ListenerSet in; "" if it does, or if
// nobody knows the Gateway.
func (s State) keepsOut(set kube.Object) string {
	gateway := s.owner(set)
	if gateway.Node == nil || s.admits(gateway, kube.Get(gateway.Node, "spec", "allowedListeners"), "None", set.Namespace) {
		return ""
	}
	return "the allowedListeners of " + gateway.ID.String() + " leave it out"
}

// unset is a ListenerSet that loses its Gateway, or gets another one.
func (p *passage) unset(c change, r route.Rule) (Problem, bool) {
	if !isListenerSet(c.to) {
		return Problem{}, false
	}
	was, is := p.from.owner(c.from), p.to.owner(c.to)
	problem := Problem{Object: r.Source, About: c.id().String(), Hint: "attach it to another gateway, and take it off this one, a commit before"}
	switch {
	case c.from.Text("spec", "parentRef", "name") != c.to.Text("spec", "parentRef", "name"), c.from.Text("spec", "parentRef", "namespace") != c.to.Text("spec", "parentRef", "namespace"):
		problem.Message = fmt.Sprintf("comes in through %s, which moves to another Gateway: its address is another one", c.id())
	case was.Node != nil && is.Node == nil:
		problem.Message = fmt.Sprintf("comes in through %s of %s, which is removed: connections are refused", c.id(), was.ID)
	default:
		return Problem{}, false
	}
	return problem, true
}
