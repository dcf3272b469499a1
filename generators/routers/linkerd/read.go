package linkerd

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// claims: Linkerd's own kinds, and routes of the Gateway API for Services where Linkerd
// proxies are: by an annotation of the route, or of its Namespace.
func claims(o kube.Object, w route.World) bool {
	if o.Group != gatewayroute.Group {
		return true
	}
	for _, p := range parents(o) {
		if !p.service {
			return false
		}
	}
	for key := range kube.Pairs(o.Node, "metadata", "annotations") {
		if key == retryHTTP || key == retryGRPC || key == retryLimit || key == retryTimeout || key == requestTimeout {
			return true
		}
	}
	ns, _ := w.Find("", "Namespace", "", o.Namespace)
	return ns.Node != nil && ns.Text("metadata", "annotations", "linkerd.io/inject") == "enabled"
}

// reader reads the routes of a state.
type reader struct {
	world  route.World
	unread []route.Unread
}

// read says what proxies of clients do with routes whose parents are Services. All that
// the Gateway API says holds, but for what Linkerd does in its own way.
func read(objects []kube.Object, w route.World) ([]route.Rule, []route.Unread) {
	rd := reader{world: w}
	var routes []kube.Object
	for _, o := range objects {
		if o.Kind != "ReferenceGrant" {
			routes = append(routes, rd.forServices(o)...)
		}
	}
	rules, unread := gatewayroute.Read(routes, w)
	return rules, append(rd.unread, unread...)
}

func (rd *reader) tell(o kube.Object, id, hint, why string) {
	rd.unread = append(rd.unread, route.Unread{Source: o, Why: why, ID: id, Hint: hint})
}

// forServices is a route once for each Service that it is for, in the words of the Gateway
// API: proxies of all clients follow it.
func (rd *reader) forServices(o kube.Object) []kube.Object {
	for i, rule := range kube.Items(o.Node, "spec", "rules") {
		if kind, ok := strangeFilter(rule); ok {
			rd.tell(o, "", "", fmt.Sprintf("rules[%d] has the filter %s, for which proxies pass over the whole route", i, kind))
			return nil
		}
	}
	var all []kube.Object
	for _, p := range parents(o) {
		switch {
		case !p.service:
			rd.tell(o, "", "", fmt.Sprintf("is for %s %s: whom it lets in there is not judged", kube.Text(p.node, "kind"), p.name))
		case !kube.SameNamespace(p.namespace, o.Namespace):
			rd.tell(
				o,
				"",
				"",
				fmt.Sprintf("counts for clients of its own namespace alone, in the place of routes in %s: what they get is not judged", p.namespace),
			)
		default:
			rd.profiled(o, p)
			rd.outranked(o, p)
			all = append(all, rd.forService(o, p))
		}
	}
	return all
}

// profiled reports a ServiceProfile for which the route is passed over.
func (rd *reader) profiled(o kube.Object, p parentRef) {
	if by, ok := profile(rd.world, p.namespace, p.name); ok {
		rd.tell(
			o,
			"route-clash",
			"no ServiceProfile for the Service",
			fmt.Sprintf("is passed over for Service %s, as proxies follow ServiceProfile %s", p.name, by.Name),
		)
	}
}

// outranked reports a GRPCRoute for which an HTTPRoute is passed over: of the kinds of
// routes that a Service has at a port, proxies follow one (GEP-1294: GRPC before HTTP).
func (rd *reader) outranked(o kube.Object, p parentRef) {
	if !o.Is(ownGroup, "HTTPRoute") {
		return // of its own group, as everybody reads it
	}
	for _, by := range rd.world.All(gatewayroute.Group, "GRPCRoute") {
		if claims(by, rd.world) {
			continue // both are read here
		}
		for _, other := range parents(by) {
			if other.service && other.name == p.name && kube.SameNamespace(other.namespace, p.namespace) &&
				(other.port == p.port || other.port == 0 || p.port == 0) {
				rd.tell(o, "route-clash", "one kind of routes for a port of a Service",
					fmt.Sprintf("is passed over for Service %s, as proxies follow %s alone there", p.name, by.ID))
				return
			}
		}
	}
}

// forService is a route for one Service, which rules without backends lead to.
func (rd *reader) forService(o kube.Object, p parentRef) kube.Object {
	only := kube.Put(kube.Put(p.node, "", "group"), "Service", "kind")
	o = o.With([]*yaml.Node{only}, "spec", "parentRefs")
	o.Node = kube.EditAll(o.Node, toService, "spec", "rules", "*", "backendRefs", "*")
	if kube.Get(o.Node, "spec", "rules") == nil {
		return o
	}
	port := p.port
	if ports := rd.ports(p); port == 0 && len(ports) == 1 {
		port = ports[0]
	}
	if port == 0 {
		return o // the Gateway API's reader says that a rule has no backend
	}
	o.Node = kube.Edit(o.Node, func(rules *yaml.Node) *yaml.Node {
		return kube.Each(rules, func(rule *yaml.Node) []*yaml.Node {
			if len(kube.Items(rule, "backendRefs")) > 0 || redirects(rule) {
				return []*yaml.Node{rule}
			}
			return []*yaml.Node{kube.Put(rule, []map[string]any{{"name": p.name, "port": port}}, "backendRefs")}
		})
	}, "spec", "rules")
	return o
}

// toService is a backend in the words of the Gateway API: Linkerd takes group core for
// that of Services too, and words in any case of letters (is_backend_service).
func toService(ref *yaml.Node) *yaml.Node {
	group, kind := kube.Text(ref, "group"), kube.Text(ref, "kind")
	if group != "" && !strings.EqualFold(group, "core") || kind != "" && !strings.EqualFold(kind, "Service") {
		return ref
	}
	if group != "" {
		ref = kube.Put(ref, "", "group")
	}
	if kind != "" && kind != "Service" {
		ref = kube.Put(ref, "Service", "kind")
	}
	return ref
}

// redirects reports whether a rule answers by itself.
func redirects(rule *yaml.Node) bool {
	for _, f := range kube.Items(rule, "filters") {
		if kube.Text(f, "type") == "RequestRedirect" {
			return true
		}
	}
	return false
}

// ports are those of a parent.
func (rd *reader) ports(p parentRef) []int {
	var all []int
	svc, _ := rd.world.Find("", "Service", p.namespace, p.name)
	for _, n := range kube.Items(svc.Node, "spec", "ports") {
		number, _ := kube.Number(n, "port")
		all = append(all, number)
	}
	return all
}
