package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// listener is a port and host that a gateway takes requests on.
type listener struct {
	name, protocol, port, host string

	namespace string // of routes that an Istio Gateway takes there; "" for any
	clash     string // another listener of its Gateway that it cannot be served beside
	node      *yaml.Node
}

func (l listener) String() string {
	return fmt.Sprintf("listener %s %s:%s", l.protocol, l.host, l.port)
}

// listeners are those of a Gateway, be it Kubernetes' or Istio's.
func listeners(o kube.Object) []listener {
	var all []listener
	for _, l := range kube.Items(o.Node, "spec", "listeners") {
		all = append(all, listener{kube.Text(l, "name"), kube.Text(l, "protocol"), kube.Text(l, "port"), cmp.Or(kube.Text(l, "hostname"), "*"), "", "", l})
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
			all = append(all, listener{"", kube.Text(s, "port", "protocol"), kube.Text(s, "port", "number"), host, namespace, "", s})
		}
	}
	return all
}

// covers reports whether a listener takes all that another one did, for routes
// that ask for a section, see [sectionOf].
func (l listener) covers(old listener, section string) bool {
	named := section != "" && section[0] != ':'
	return l.protocol == old.protocol && l.port == old.port && (!named || l.name == old.name) && route.HostFits(l.host, old.host)
}

// serves reports whether a listener takes requests of a rule.
func (l listener) serves(r route.Rule, section string) bool {
	return (section == "" || section == l.name || section == ":"+l.port) && slices.ContainsFunc(hostsOf(r), func(h string) bool {
		return route.HostFits(l.host, h) || route.HostFits(h, l.host)
	})
}

// refuses says why a listener of a gateway does not let a rule in; "" if it does.
func (s State) refuses(gateway kube.Object, l listener, r route.Rule) string {
	by := r.Source
	switch {
	case passes(l.node) && (r.Protocol == "http" || r.Protocol == "grpc"):
		return "it passes TLS through without looking inside"
	case gateway.Group == istioGroup && r.Protocol == "tls" && !passes(l.node):
		return "it ends TLS itself, and looks for routes of HTTP"
	case !kube.SameNamespace(l.namespace, by.Namespace):
		return "its host is for namespace " + l.namespace
	case gateway.Group == istioGroup:
		return ""
	case l.clash != "":
		return "it cannot be told apart from " + l.clash + ", and neither is served"
	case !asksPort(by, gateway, l.port):
		return "parentRefs asks for another port"
	case !admitsKind(l.node, by):
		return "its allowedRoutes leave out " + by.Kind
	case !s.admits(gateway, kube.Get(l.node, "allowedRoutes"), "Same", by.Namespace):
		return "its allowedRoutes leave out namespace " + by.Namespace
	}
	return s.keepsOut(gateway)
}

// clashes marks the listeners of a Gateway of which none is served: those of one
// port, protocol and host, those that share their port with TCP, and those that
// speak HTTP with TLS and without on one port (gateway-api v1.6.3, GatewaySpec.
// listeners: distinct; ListenerReasonProtocolConflict). UDP has ports of its own.
func clashes(all []listener) {
	type claim struct{ port, protocol, host string }
	first := map[claim]int{}
	for i, l := range all {
		claims := []claim{{l.port, l.protocol, l.host}}
		switch l.protocol {
		case "HTTP":
			claims = append(claims, claim{l.port, "TLS?", "no"}, claim{l.port, "TCP?", "other"})
		case "HTTPS", "TLS":
			claims = append(claims, claim{l.port, "TLS?", "yes"}, claim{l.port, "TCP?", "other"})
		case "TCP":
			claims = append(claims, claim{l.port, "TCP?", "tcp"})
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

// passes reports whether a listener or server leaves TLS to the pods.
func passes(n *yaml.Node) bool {
	return strings.HasSuffix(strings.ToUpper(kube.Text(n, "tls", "mode")), "PASSTHROUGH")
}

// asksPort reports whether a route asks a gateway for a port, or for none.
func asksPort(by, gateway kube.Object, port string) bool {
	return slices.ContainsFunc(kube.Items(by.Node, "spec", "parentRefs"), func(n *yaml.Node) bool {
		asks := kube.Text(n, "port")
		return leadsTo(n, by, gateway) && (asks == "" || asks == port)
	})
}

// admitsKind reports whether a listener takes routes of a kind. If it does not
// say, its protocol does, which [listener.covers] compares.
func admitsKind(l *yaml.Node, by kube.Object) bool {
	kinds := kube.Items(l, "allowedRoutes", "kinds")
	return len(kinds) == 0 || slices.ContainsFunc(kinds, func(n *yaml.Node) bool {
		return kube.Text(n, "kind") == by.Kind && cmp.Or(kube.Text(n, "group"), gatewayGroup) == by.Group
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
		ns, known := s.byID[kube.ID{Kind: "Namespace", Name: namespace}]
		labels := kube.Strings(ns.Node, "metadata", "labels")
		labels["kubernetes.io/metadata.name"] = namespace // which every Namespace has
		return !known || kube.LabelSelects(kube.Get(allowed, "namespaces", "selector"), labels)
	}
	return kube.SameNamespace(gateway.Namespace, namespace)
}
