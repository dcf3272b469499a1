package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// Listener is a port and host that a gateway takes requests on.
type Listener struct {
	Name, Protocol, Port, Host string

	namespace string // of routes that an Istio Gateway takes there; "" for any
	clash     string // another listener of its Gateway that it cannot be served beside
	Node      *yaml.Node
}

// String names a listener for people.
func (l Listener) String() string {
	return fmt.Sprintf("listener %s %s:%s", l.Protocol, l.Host, l.Port)
}

// Listeners are those of a Gateway, be it Kubernetes' or Istio's.
func Listeners(o kube.Object) []Listener {
	var all []Listener
	for _, l := range kube.Items(o.Node, "spec", "listeners") {
		all = append(all, Listener{kube.Text(l, "name"), kube.Text(l, "protocol"), kube.Text(l, "port"), cmp.Or(kube.Text(l, "hostname"), "*"), "", "", l})
	}
	clashes(all)
	for _, s := range kube.Items(o.Node, "spec", "servers") {
		for _, h := range kube.Items(s, "hosts") {
			namespace, host, ok := strings.Cut(h.Value, "/")
			switch {
			case !ok:
				namespace, host = "", h.Value
			case namespace == "*":
				namespace = ""
			case namespace == ".":
				namespace = o.Namespace
			}
			all = append(all, Listener{"", kube.Text(s, "port", "protocol"), kube.Text(s, "port", "number"), host, namespace, "", s})
		}
	}
	return all
}

// Covers reports whether a listener takes all that another one did, for routes
// that ask for a section, see [sectionOf].
func (l Listener) Covers(old Listener, section string) bool {
	named := section != "" && section[0] != ':'
	return l.Protocol == old.Protocol && l.Port == old.Port && (!named || l.Name == old.Name) && route.HostFits(l.Host, old.Host)
}

// Serves reports whether a listener takes requests of a rule.
func (l Listener) Serves(r route.Rule, section string) bool {
	return (section == "" || section == l.Name || section == ":"+l.Port) && slices.ContainsFunc(HostsOf(r), func(h string) bool {
		return route.HostFits(l.Host, h) || route.HostFits(h, l.Host)
	})
}

// Refuses says why a listener of a gateway does not let a rule in; "" if it does.
func (s State) Refuses(gateway kube.Object, l Listener, r route.Rule) string {
	by := r.Source
	switch {
	case PassesTLS(l.Node) && (r.Protocol == "http" || r.Protocol == "grpc"):
		return "it passes TLS through without looking inside"
	case gateway.Group == IstioGroup && r.Protocol == "tls" && !PassesTLS(l.Node):
		return "it ends TLS itself, and looks for routes of HTTP"
	case !kube.SameNamespace(l.namespace, by.Namespace):
		return "its host is for namespace " + l.namespace
	case gateway.Group == IstioGroup:
		return ""
	case l.clash != "":
		return "it cannot be told apart from " + l.clash + ", and neither is served"
	case !asksPort(by, gateway, l.Port):
		return "parentRefs asks for another port"
	case !admitsKind(l.Node, by):
		return "its allowedRoutes leave out " + by.Kind
	case !s.admits(gateway, kube.Get(l.Node, "allowedRoutes"), "Same", by.Namespace):
		return "its allowedRoutes leave out namespace " + by.Namespace
	}
	return s.keepsOut(gateway)
}

// clashes marks the listeners of a Gateway of which none is served: those of one
// Port, protocol and host, those that share their port with TCP, and those that
// speak HTTP with TLS and without on one port (gateway-api v1.6.3, GatewaySpec.
// Listeners: distinct; ListenerReasonProtocolConflict). UDP has ports of its own.
func clashes(all []Listener) {
	type claim struct{ port, protocol, host string }
	first := map[claim]int{}
	for i, l := range all {
		claims := []claim{{l.Port, l.Protocol, l.Host}}
		switch l.Protocol {
		case "HTTP":
			claims = append(claims, claim{l.Port, "TLS?", "no"}, claim{l.Port, "TCP?", "other"})
		case "HTTPS", "TLS":
			claims = append(claims, claim{l.Port, "TLS?", "yes"}, claim{l.Port, "TCP?", "other"})
		case "TCP":
			claims = append(claims, claim{l.Port, "TCP?", "tcp"})
		}
		opposite := map[string]string{"no": "yes", "yes": "no", "tcp": "other", "other": "tcp"}
		for n, c := range claims {
			meets := c
			if n > 0 {
				meets.host = opposite[c.host]
			}
			if at, taken := first[meets]; taken {
				all[i].clash, all[at].clash = all[at].String(), l.String()
			}
			if _, known := first[c]; !known {
				first[c] = i
			}
		}
	}
}

// PassesTLS reports whether a listener or server leaves TLS to the pods.
func PassesTLS(n *yaml.Node) bool {
	return strings.HasSuffix(strings.ToUpper(kube.Text(n, "tls", "mode")), "PASSTHROUGH")
}

// asksPort reports whether a route asks a gateway for a port, or for none.
func asksPort(by, gateway kube.Object, port string) bool {
	return slices.ContainsFunc(kube.Items(by.Node, "spec", "parentRefs"), func(n *yaml.Node) bool {
		asks := kube.Text(n, "port")
		return LeadsTo(n, by, gateway) && (asks == "" || asks == port)
	})
}

// admitsKind reports whether a listener takes routes of a kind. If it does not
// say, its protocol does, which [Listener.Covers] compares.
func admitsKind(l *yaml.Node, by kube.Object) bool {
	kinds := kube.Items(l, "allowedRoutes", "kinds")
	return len(kinds) == 0 || slices.ContainsFunc(kinds, func(n *yaml.Node) bool {
		return kube.Text(n, "kind") == by.Kind && cmp.Or(kube.Text(n, "group"), GatewayGroup) == by.Group
	})
}

// admits reports whether a Gateway lets in what stands in a namespace: routes by the
// allowedRoutes of a listener, ListenerSets by its allowedListeners. Of a namespace
// that is not among the manifests the labels are not known.
func (s State) admits(gateway kube.Object, allowed *yaml.Node, unsaid, namespace string) bool {
	if namespace == "" {
		return unsaid != "None" || kube.Text(allowed, "namespaces", "from") != "" && kube.Text(allowed, "namespaces", "from") != "None"
	}
	switch cmp.Or(kube.Text(allowed, "namespaces", "from"), unsaid) {
	case "All":
		return true
	case "None":
		return false
	case "Selector":
		ns, known := s.ByID[kube.ID{Kind: "Namespace", Name: namespace}]
		labels := kube.Strings(ns.Node, "metadata", "labels")
		labels["kubernetes.io/metadata.name"] = namespace // which every Namespace has
		return !known || kube.LabelSelects(kube.Get(allowed, "namespaces", "selector"), labels)
	}
	return kube.SameNamespace(gateway.Namespace, namespace)
}

// IsListenerSet reports whether an object is one.
func IsListenerSet(o kube.Object) bool {
	return o.Is(GatewayGroup, "ListenerSet") || o.Is(ListenerSetGroup, "XListenerSet")
}

// Owner is the Gateway whose listeners a ListenerSet adds to. It has no Node if the
// manifests do not have it.
func (s State) Owner(set kube.Object) kube.Object {
	if !IsListenerSet(set) {
		return kube.Object{}
	}
	o, _ := s.World.Find(GatewayGroup, "Gateway", cmp.Or(set.Text("spec", "parentRef", "namespace"), set.Namespace), set.Text("spec", "parentRef", "name"))
	return o
}

// keepsOut says why a Gateway does not let a ListenerSet in; "" if it does, or if
// nobody knows the Gateway.
func (s State) keepsOut(set kube.Object) string {
	gateway := s.Owner(set)
	if gateway.Node == nil || s.admits(gateway, kube.Get(gateway.Node, "spec", "allowedListeners"), "None", set.Namespace) {
		return ""
	}
	return "the allowedListeners of " + gateway.ID.String() + " leave it out"
}

// gatewayKinds are the groups and kinds of what entries call gateways.
var gatewayKinds = map[string]struct{ group, kind string }{
	"Gateway": {GatewayGroup, "Gateway"}, "Istio Gateway": {IstioGroup, "Gateway"},
	"ListenerSet": {GatewayGroup, "ListenerSet"}, "XListenerSet": {ListenerSetGroup, "XListenerSet"},
}

// SectionOf is the listener that an entry names, or the port of several, as :443;
// "" if it is for all of them.
func SectionOf(via route.Entry) string {
	_, rest, _ := strings.Cut(via.Name, "/")
	_, section, _ := strings.Cut(rest, "/")
	return section
}

// Gateway is the gateway of an entry. It has no Node if the manifests do not
// have it.
func (s State) Gateway(via route.Entry) kube.Object {
	is, ok := gatewayKinds[via.Kind]
	if !ok {
		return kube.Object{}
	}
	namespace, rest, _ := strings.Cut(via.Name, "/")
	name, _, _ := strings.Cut(rest, "/")
	o, _ := s.World.Find(is.group, is.kind, namespace, name)
	return o
}

// LeadsTo reports whether a parentRef of a route is a Gateway or ListenerSet.
func LeadsTo(ref *yaml.Node, by, gateway kube.Object) bool {
	group, kind := kube.Get(ref, "group"), cmp.Or(kube.Text(ref, "kind"), "Gateway")
	return (group == nil && gateway.Group == GatewayGroup || group != nil && group.Value == gateway.Group) && kind == gateway.Kind && kube.Text(ref, "name") == gateway.Name &&
		kube.SameNamespace(cmp.Or(kube.Text(ref, "namespace"), by.Namespace), gateway.Namespace)
}
