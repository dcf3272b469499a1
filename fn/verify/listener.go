package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/traffic"
	"go.yaml.in/yaml/v3"
)

// listener is a port and host that a gateway takes requests on.
type listener struct {
	name, protocol, port, host string

	namespace string // of routes that an Istio Gateway takes there; "" for any
	node      *yaml.Node
}

func (l listener) String() string {
	return fmt.Sprintf("listener %s %s:%s", l.protocol, l.host, l.port)
}

// listeners are those of a Gateway, be it Kubernetes' or Istio's.
func listeners(o kube.Object) []listener {
	var all []listener
	for _, l := range kube.Items(o.Node, "spec", "listeners") {
		all = append(all, listener{kube.Text(l, "name"), kube.Text(l, "protocol"), kube.Text(l, "port"), cmp.Or(kube.Text(l, "hostname"), "*"), "", l})
	}
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
			all = append(all, listener{"", kube.Text(s, "port", "protocol"), kube.Text(s, "port", "number"), host, namespace, s})
		}
	}
	return all
}

// covers reports whether a listener takes all that another one did, for routes
// that ask for a section, see [sectionOf].
func (l listener) covers(old listener, section string) bool {
	named := section != "" && section[0] != ':'
	return l.protocol == old.protocol && l.port == old.port && (!named || l.name == old.name) && traffic.HostFits(l.host, old.host)
}

// serves reports whether a listener takes requests of a rule.
func (l listener) serves(r traffic.Rule, section string) bool {
	return (section == "" || section == l.name || section == ":"+l.port) && slices.ContainsFunc(hostsOf(r), func(h string) bool {
		return traffic.HostFits(l.host, h) || traffic.HostFits(h, l.host)
	})
}

// refuses says why a listener of a gateway does not let a rule in; "" if it does.
func (s State) refuses(gateway kube.Object, l listener, r traffic.Rule) string {
	route := r.Source
	switch {
	case passes(l.node) && (r.Protocol == "http" || r.Protocol == "grpc"):
		return "it passes TLS through without looking inside"
	case gateway.Group == istioGroup && r.Protocol == "tls" && !passes(l.node):
		return "it ends TLS itself, and looks for routes of HTTP"
	case !kube.SameNamespace(l.namespace, route.Namespace):
		return "its host is for namespace " + l.namespace
	case gateway.Group != gatewayGroup:
		return ""
	case !asksPort(route, gateway, l.port):
		return "parentRefs asks for another port"
	case !admitsKind(l.node, route):
		return "its allowedRoutes leave out " + route.Kind
	case !s.admitsNamespace(gateway, l.node, route):
		return "its allowedRoutes leave out namespace " + route.Namespace
	}
	return ""
}

// passes reports whether a listener or server leaves TLS to the pods.
func passes(n *yaml.Node) bool {
	return strings.HasSuffix(strings.ToUpper(kube.Text(n, "tls", "mode")), "PASSTHROUGH")
}

// asksPort reports whether a route asks a gateway for a port, or for none.
func asksPort(route, gateway kube.Object, port string) bool {
	return slices.ContainsFunc(kube.Items(route.Node, "spec", "parentRefs"), func(n *yaml.Node) bool {
		asks := kube.Text(n, "port")
		return leadsTo(n, route, gateway) && (asks == "" || asks == port)
	})
}

// admitsKind reports whether a listener takes routes of a kind. If it does not
// say, its protocol does, which [listener.covers] compares.
func admitsKind(l *yaml.Node, route kube.Object) bool {
	kinds := kube.Items(l, "allowedRoutes", "kinds")
	return len(kinds) == 0 || slices.ContainsFunc(kinds, func(n *yaml.Node) bool {
		return kube.Text(n, "kind") == route.Kind && cmp.Or(kube.Text(n, "group"), gatewayGroup) == route.Group
	})
}

// admitsNamespace reports whether a listener takes routes of a namespace. Of a
// namespace that is not among the manifests the labels are not known.
func (s State) admitsNamespace(gateway kube.Object, l *yaml.Node, route kube.Object) bool {
	if route.Namespace == "" {
		return true
	}
	switch kube.Text(l, "allowedRoutes", "namespaces", "from") {
	case "All":
		return true
	case "None":
		return false
	case "Selector":
		ns, known := s.byID[kube.ID{Kind: "Namespace", Name: route.Namespace}]
		labels := kube.Strings(ns.Node, "metadata", "labels")
		labels["kubernetes.io/metadata.name"] = route.Namespace // which every Namespace has
		return !known || kube.LabelSelects(kube.Get(l, "allowedRoutes", "namespaces", "selector"), labels)
	}
	return kube.SameNamespace(gateway.Namespace, route.Namespace)
}
