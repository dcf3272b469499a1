// Package service shares requests with nothing but Kubernetes Services: all at once,
// or by the number of pods behind one Service.
package service

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Provider needs no router: the apex Services themselves move from track to
// track, or stand on both and share requests by the number of pods.
var Provider = route.Provider{
	Name:  "service",
	Title: "plain Kubernetes Services",
	Doc: "Moves the apex Services from one track to the other, at once or with both for a while; with steps, shares requests by the " +
		"number of pods behind them. Works everywhere, knows no hosts, paths or headers.",
	URL:     "https://kubernetes.io/docs/concepts/services-networking/service/",
	Version: "v1.37",
	Also:    []string{"kubernetes", "none", "k8s", "svc"},
	Kinds:   []route.Kind{{Group: "", Kind: "Service", Versions: []string{"v1"}, BuiltIn: true}},
	Can:     route.Can{"http": can, "grpc": can, "tcp": can, "tls": can, "udp": can},
	Options: options{},
	Metrics: metrics,
	Traps:   traps,
	Lacks:   lacks,
	Needs: func(t schemas.Traffic) stage.Needs {
		options, _ := t.Options.(options)
		return stage.Needs{Pods: true, Overlap: options.Switch == "overlap"}
	},
	Check:  check,
	Render: func(route.Route) []kube.Object { return nil }, // the apexes are moved under every provider
	Claims: claims,
	Read:   read,
}

const can = route.Weights | route.Namespaces

type options struct {
	Switch string `yaml:"switch" default:"atomic" enum:"atomic|overlap" doc:"atomic: the apexes leave one track and join the other at once; overlap: they stand on both for a stage"`
}

// check: counting pods and sharing by weight exclude each other.
func check(r route.Route) []schemas.Finding {
	weighs := slices.ContainsFunc(r.Release.Spec.Traffic, func(t schemas.Traffic) bool { return t.Provider != "service" })
	if weighs && len(r.Release.Spec.Strategy.Steps) > 0 {
		return []schemas.Finding{r.Find("service-mixed", "provider", "service shares requests by counting pods, the other routers do not",
			"leave this entry out: under every provider the apex Services move at settle")}
	}
	return nil
}

// claims: of a Service without a selector somebody else knows where it leads, unless it is
// a name for another one.
func claims(o kube.Object, w route.World) bool {
	_, _, alias := w.Alias(o)
	return alias || len(kube.Strings(o.Node, "spec", "selector")) > 0
}

// portsOf are the ports at which clients call a Service. A name that lists none has those
// of the Service that it stands for.
func portsOf(o kube.Object, w route.World) []*yaml.Node {
	ports := kube.Items(o.Node, "spec", "ports")
	namespace, name, alias := w.Alias(o)
	if !alias || len(ports) > 0 {
		return ports
	}
	to, _ := w.Find("", "Service", namespace, name)
	return kube.Items(to.Node, "spec", "ports")
}

// read: a Service is an entry of its own, and its own backend. Without
// ready endpoints kube-proxy refuses the connection.
func read(objects []kube.Object, w route.World) ([]route.Rule, []route.Unread) {
	var rules []route.Rule
	for _, o := range objects {
		for _, p := range portsOf(o, w) {
			number, _ := kube.Number(p, "port")
			port, protocol := route.PortText(number, ""), cmp.Or(kube.Text(p, "protocol"), "TCP")
			if protocol != "TCP" {
				port += "/" + protocol // a port of its own
			}
			rules = append(rules, route.Rule{
				Via:      []route.Entry{{Kind: "Service", Name: route.MeshHost(o.Namespace, o.Name) + ":" + port}},
				Protocol: strings.ToLower(protocol),
				Backends: []route.Backend{{Namespace: o.Namespace, Service: o.Name, Port: port, Weight: 100}},
				Empty:    route.Refused, Dangling: route.Refused,
				Source: o,
			})
		}
	}
	return rules, nil
}
