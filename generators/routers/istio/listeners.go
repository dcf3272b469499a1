package istio

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// gateways are the kinds that spec.gateways names. Secrets are looked for where the pods
// of the gateway are.
var gateways = []route.Gateway{
	{Entry: gatewayEntry, Group: group, Kind: "Gateway", Listeners: listeners, Selector: "spec.selector", SecretsByPods: true},
}

// listeners are those of an Istio Gateway, one for each host of a server (istio.io/api
// v1.31, Server). A host is host, namespace/host, ./host or */host: routes of another
// namespace are not let in.
func listeners(o kube.Object, _ route.World) []route.Listener {
	var all []route.Listener
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
			l := route.Listener{
				Protocol: kube.Text(s, "port", "protocol"), Port: kube.Text(s, "port", "number"), Host: host, Node: s,
				Refuses: func(r route.Rule) string { return refuses(s, namespace, r) },
				Place:   "port " + kube.Text(s, "port", "number") + " " + kube.Text(s, "port", "name"), Field: "spec.servers",
				Clients: clients(s), ToHTTPS: kube.Text(s, "tls", "httpsRedirect") == "true",
			}
			name := kube.Text(s, "tls", "credentialName")
			if l.Unnamed = name == ""; name != "" {
				l.Certificates = []kube.ID{{Kind: "Secret", Namespace: o.Namespace, Name: name}}
			}
			all = append(all, l)
		}
	}
	return all
}

// clients are those that a server lets in, by its mode of TLS (istio.io/api v1.31,
// ServerTLSSettings): the mesh's own certificates are no clients' from outside.
func clients(server *yaml.Node) route.Clients {
	c := route.Clients{Path: []string{"spec", "servers"}, Hint: "mode: OPTIONAL_MUTUAL"}
	switch kube.Text(server, "tls", "mode") {
	case "MUTUAL":
		c.Only = "clients with a certificate"
	case "ISTIO_MUTUAL":
		c.Only = "clients of the mesh"
	default:
		return route.Clients{}
	}
	return c
}

// refuses says why a server does not let a rule in, to hosts that are for the routes
// of a namespace.
func refuses(server *yaml.Node, namespace string, r route.Rule) string {
	passes := strings.HasSuffix(strings.ToUpper(kube.Text(server, "tls", "mode")), "PASSTHROUGH")
	switch {
	case passes && (r.Protocol == "http" || r.Protocol == "grpc"):
		return "it passes TLS through without looking inside"
	case r.Protocol == "tls" && !passes:
		return "it ends TLS itself, and looks for routes of HTTP"
	case !kube.SameNamespace(namespace, r.Source.Namespace):
		return "its host is for namespace " + namespace
	}
	return ""
}
