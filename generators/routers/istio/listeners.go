package istio

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// Listeners are those of an Istio Gateway, one for each host of a server (istio.io/api
// v1.31, Server). A host is host, namespace/host, ./host or */host: routes of another
// namespace are not let in.
func Listeners(o kube.Object, _ route.World) []route.Listener {
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
			all = append(all, route.Listener{
				Protocol: kube.Text(s, "port", "protocol"), Port: kube.Text(s, "port", "number"), Host: host, Node: s,
				Refuses: func(r route.Rule) string { return refuses(s, namespace, r) },
			})
		}
	}
	return all
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
