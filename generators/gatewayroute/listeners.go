package gatewayroute

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// ListenerSetGroup is where ListenerSets were before they were of the API's own Group
// (gateway-api v1.6.3, apisx/v1alpha1).
const ListenerSetGroup = "gateway.networking.x-k8s.io"

// Gateways are the kinds that parentRefs name, and that have listeners.
var Gateways = []route.Gateway{
	{
		Entry: "Gateway", Group: Group, Kind: "Gateway", Listeners: Listeners, Class: "spec.gatewayClassName", ClassKind: "GatewayClass",
		Parameters: "spec.parametersRef", Infrastructure: "spec.infrastructure", Addresses: addresses,
	},
	{Entry: "ListenerSet", Group: Group, Kind: "ListenerSet", Listeners: Listeners, Owner: owner},
	{Entry: "XListenerSet", Group: ListenerSetGroup, Kind: "XListenerSet", Listeners: Listeners, Owner: owner},
}

// Listeners are those of a Gateway or ListenerSet.
func Listeners(o kube.Object, w route.World) []route.Listener {
	var all []route.Listener
	for _, l := range kube.Items(o.Node, "spec", "listeners") {
		one := route.Listener{
			Name:     kube.Text(l, "name"),
			Protocol: kube.Text(l, "protocol"),
			Port:     kube.Text(l, "port"),
			Host:     cmp.Or(kube.Text(l, "hostname"), "*"),
			Node:     l,
		}
		for _, ref := range kube.Items(l, "tls", "certificateRefs") {
			if kube.Text(ref, "group") == "" && cmp.Or(kube.Text(ref, "kind"), "Secret") == "Secret" {
				one.Certificates = append(
					one.Certificates,
					kube.ID{Kind: "Secret", Namespace: cmp.Or(kube.Text(ref, "namespace"), o.Namespace), Name: kube.Text(ref, "name")},
				)
			}
		}
		one.Unnamed = kube.Get(l, "tls", "options") != nil || passesTLS(l)
		one.Clients = clients(o, one)
		all = append(all, one)
	}
	clash := clashes(all)
	for i, l := range all {
		all[i].Refuses = func(r route.Rule) string { return refuses(w, o, l, clash[i], r) }
		all[i].Doubts = func(r route.Rule) string { return doubts(w, o, l, r) }
	}
	return all
}

// clients are those that a listener lets in: what it checks of them says the Gateway,
// for a port or for all, or before v1.5 the listener itself (gateway-api v1.6.3,
// GatewaySpec.tls.frontend; ListenerTLSConfig.frontendValidation).
func clients(gateway kube.Object, l route.Listener) route.Clients {
	checks := kube.Get(l.Node, "tls", "frontendValidation")
	if checks == nil {
		checks = gateway.Get("spec", "tls", "frontend", "default", "validation")
		for _, port := range kube.Items(gateway.Node, "spec", "tls", "frontend", "perPort") {
			if kube.Text(port, "port") == l.Port {
				checks = kube.Get(port, "tls", "validation")
				break
			}
		}
	}
	if l.Protocol != "HTTPS" && l.Protocol != "TLS" || checks == nil || kube.Text(checks, "mode") == "AllowInsecureFallback" {
		return route.Clients{}
	}
	return route.Clients{
		Only: "clients with a certificate", Checks: checks, Path: []string{"spec", "tls"}, Hint: "mode: AllowInsecureFallback",
	}
}

// addresses are those that a Gateway asks for: a type alone asks for any of it.
func addresses(o kube.Object) []string {
	var all []string
	for _, a := range kube.Items(o.Node, "spec", "addresses") {
		value := kube.Text(a, "value")
		if kind := kube.Text(a, "type"); kind != "" && kind != "IPAddress" && value != "" {
			value = kind + " " + value
		}
		if value != "" {
			all = append(all, value)
		}
	}
	return all
}

// refuses says why a listener of a gateway does not let a rule in; "" if it does. clash
// is another listener that it cannot be served beside.
func refuses(w route.World, gateway kube.Object, l route.Listener, clash string, r route.Rule) string {
	by := r.Source
	switch {
	case passesTLS(l.Node) && (r.Protocol == "http" || r.Protocol == "grpc"):
		return "it passes TLS through without looking inside"
	case !TakesKind(l.Protocol, by.Kind):
		return "it speaks " + l.Protocol + " and takes no " + by.Kind
	case clash != "":
		return "it conflicts with " + clash + " on the same port, and neither is served"
	case !asksPort(by, gateway, l.Port):
		return "parentRefs asks for another port"
	case !admitsKind(l.Node, by):
		return "its allowedRoutes leave out " + by.Kind
	case !admits(w, gateway, kube.Get(l.Node, "allowedRoutes"), "Same", by.Namespace):
		return "its allowedRoutes leave out namespace " + by.Namespace
	}
	return keepsOut(w, gateway)
}

// clashes are, for each listener of a Gateway, another one beside which it is not served: those of one
// port, protocol and host, those that share their port with TCP, and those that
// speak HTTP with TLS and without on one port (gateway-api v1.6.3, GatewaySpec.
// listeners: distinct; ListenerReasonProtocolConflict). UDP has ports of its own.
func clashes(all []route.Listener) []string {
	clash := make([]string, len(all))
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
				clash[i], clash[at] = all[at].String(), l.String()
			}
			if _, known := first[c]; !known {
				first[c] = i
			}
		}
	}
	return clash
}

// passesTLS reports whether a listener leaves TLS to the pods.
func passesTLS(n *yaml.Node) bool {
	return strings.HasSuffix(strings.ToUpper(kube.Text(n, "tls", "mode")), "PASSTHROUGH")
}

// asksPort reports whether a route asks a gateway for a port, or for none.
func asksPort(by, gateway kube.Object, port string) bool {
	return slices.ContainsFunc(kube.Items(by.Node, "spec", "parentRefs"), func(n *yaml.Node) bool {
		asks := kube.Text(n, "port")
		return LeadsTo(n, by, gateway) && (asks == "" || asks == port)
	})
}

// TakesKind reports whether listeners of a protocol take routes of a kind (gateway-api
// v1.6.3, ProtocolType). Of protocols of an implementation's own nobody knows.
func TakesKind(protocol, kind string) bool {
	switch strings.ToUpper(protocol) {
	case "HTTP", "HTTPS":
		return !Streams(kind)
	case "TLS":
		return kind == "TLSRoute" || kind == "TCPRoute"
	case "TCP":
		return kind == "TCPRoute"
	case "UDP":
		return kind == "UDPRoute"
	}
	return true
}

// admitsKind reports whether a listener takes routes of a kind, if it says which.
func admitsKind(l *yaml.Node, by kube.Object) bool {
	kinds := kube.Items(l, "allowedRoutes", "kinds")
	return len(kinds) == 0 || slices.ContainsFunc(kinds, func(n *yaml.Node) bool {
		return kube.Text(n, "kind") == by.Kind && cmp.Or(kube.Text(n, "group"), Group) == by.Group
	})
}

// admits reports whether a Gateway lets in what stands in a namespace: routes by the
// allowedRoutes of a listener, ListenerSets by its allowedListeners. Of a namespace
// that is not among the manifests the name alone is known, see [doubts].
func admits(w route.World, gateway kube.Object, allowed *yaml.Node, unsaid, namespace string) bool {
	if namespace == "" {
		return unsaid != "None" || kube.Text(allowed, "namespaces", "from") != "" && kube.Text(allowed, "namespaces", "from") != "None"
	}
	switch cmp.Or(kube.Text(allowed, "namespaces", "from"), unsaid) {
	case "All":
		return true
	case "None":
		return false
	case "Selector":
		labels, known := labelsOf(w, namespace)
		selector := kube.Get(allowed, "namespaces", "selector")
		return kube.LabelSelects(selector, labels) || !known && kube.MaySelect(selector, labels)
	}
	return kube.SameNamespace(gateway.Namespace, namespace)
}

// labelsOf are the labels of a Namespace; where no manifest has it, the one that every
// Namespace has.
func labelsOf(w route.World, namespace string) (labels map[string]string, known bool) {
	ns, known := w.Get(kube.ID{Kind: "Namespace", Name: namespace})
	labels = kube.Strings(ns.Node, "metadata", "labels")
	labels["kubernetes.io/metadata.name"] = namespace
	return labels, known
}

// doubts says why nobody knows whether a listener of a Gateway lets a rule in: it asks for
// labels of a Namespace that no manifest has; "" if the manifests tell.
func doubts(w route.World, gateway kube.Object, l route.Listener, r route.Rule) string {
	if asksLabels(w, kube.Get(l.Node, "allowedRoutes"), r.Source.Namespace) {
		return unlabelled("allowedRoutes", r.Source.Namespace)
	}
	if !isListenerSet(gateway) {
		return ""
	}
	id := owner(gateway)
	of, _ := w.Find(id.Group, id.Kind, id.Namespace, id.Name)
	if asksLabels(w, of.Get("spec", "allowedListeners"), gateway.Namespace) {
		return "its Gateway's " + unlabelled("allowedListeners", gateway.Namespace)
	}
	return ""
}

func unlabelled(field, namespace string) string {
	return field + " ask for labels of Namespace " + namespace + ", which no manifest has"
}

// asksLabels reports whether labels that nobody knows say if a namespace is let in.
func asksLabels(w route.World, allowed *yaml.Node, namespace string) bool {
	if namespace == "" || kube.Text(allowed, "namespaces", "from") != "Selector" {
		return false
	}
	labels, known := labelsOf(w, namespace)
	selector := kube.Get(allowed, "namespaces", "selector")
	return !known && !kube.LabelSelects(selector, labels) && kube.MaySelect(selector, labels)
}

// isListenerSet reports whether an object is one: listeners of a Gateway that stand in an
// object of their own (gateway-api v1.6.3, and XListenerSet before it).
func isListenerSet(o kube.Object) bool {
	return o.Is(Group, "ListenerSet") || o.Is(ListenerSetGroup, "XListenerSet")
}

// owner is the Gateway whose listeners a ListenerSet adds to.
func owner(set kube.Object) kube.ID {
	return kube.ID{
		Group: Group, Kind: "Gateway", Name: set.Text("spec", "parentRef", "name"),
		Namespace: cmp.Or(set.Text("spec", "parentRef", "namespace"), set.Namespace),
	}
}

// keepsOut says why a Gateway does not let a ListenerSet in; "" if it does, or if
// nobody knows the Gateway.
func keepsOut(w route.World, set kube.Object) string {
	if !isListenerSet(set) {
		return ""
	}
	id := owner(set)
	gateway, known := w.Find(id.Group, id.Kind, id.Namespace, id.Name)
	if !known || admits(w, gateway, kube.Get(gateway.Node, "spec", "allowedListeners"), "None", set.Namespace) {
		return ""
	}
	return "the allowedListeners of " + gateway.ID.String() + " leave it out"
}

// LeadsTo reports whether a parentRef of a route is a Gateway or ListenerSet.
func LeadsTo(ref *yaml.Node, by, gateway kube.Object) bool {
	said, kind := kube.Get(ref, "group"), cmp.Or(kube.Text(ref, "kind"), "Gateway")
	return (said == nil && gateway.Group == Group || said != nil && said.Value == gateway.Group) && kind == gateway.Kind &&
		kube.Text(ref, "name") == gateway.Name &&
		kube.SameNamespace(cmp.Or(kube.Text(ref, "namespace"), by.Namespace), gateway.Namespace)
}
