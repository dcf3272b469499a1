package traefik

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"go.yaml.in/yaml/v3"
)

func render(r route.Route) []kube.Object {
	plain := spec(r)
	of := r
	if isTCP(r) {
		of = byWeight(r)
	}
	var objects []kube.Object
	if r.Own != nil {
		objects = append(objects, r.Own.Without("status").With(splitSpec(of, plain), "spec"))
	} else {
		objects = append(objects, route.NewObject(group+"/v1alpha1", kindOf(r), r.Meta(r.Name), splitSpec(of, plain)))
	}
	if hosts := of.PreviewHosts(); len(hosts) > 0 {
		objects = append(objects, route.NewObject(group+"/v1alpha1", "IngressRoute", r.PreviewMeta(), preview(r, plain, hosts)))
	}
	for _, p := range parts(of, plain) {
		objects = append(objects, p.traefikServices(namespaceOf(r))...)
	}
	return append(objects, middlewares(r)...)
}

// isTCP reports whether an entry routes connections.
func isTCP(r route.Route) bool { return kindOf(r) == "IngressRouteTCP" }

func kindOf(r route.Route) string {
	switch {
	case r.Own != nil:
		return r.Own.Kind
	case r.Protocol == "tcp" || r.Protocol == "tls":
		return "IngressRouteTCP"
	}
	return "IngressRoute"
}

// byWeight is the route as far as connections go: they have no headers to match or to
// set, and are not mirrored.
func byWeight(r route.Route) route.Route {
	r.Stage.Split = stage.Split{Weight: r.Stage.Split.Weight}
	r.Stage.Preview, r.Affinity = false, nil
	return r
}

// preview is the spec for the preview hosts: those of its routers that name the apex, and
// all others of the user's own, with the candidate in the apex's place.
func preview(r route.Route, spec *yaml.Node, hosts []string) *yaml.Node {
	return kube.Edit(spec, func(list *yaml.Node) *yaml.Node {
		return kube.Each(list, func(n *yaml.Node) []*yaml.Node {
			p := part{r, n, ""}
			rule, err := withHosts(kube.Text(n, "match"), hosts)
			if err != nil {
				return nil // checkOwn has refused it
			}
			to := p.toCandidate()
			if r.Own != nil {
				to = kube.Put(to, p.priority(), "priority") // other rules are not as long, and keep their order
			}
			return []*yaml.Node{kube.Put(to, rule, "match")}
		})
	}, "routes")
}

// withHosts is a rule with other hosts in the place of its own.
func withHosts(rule string, hosts []string) (string, error) {
	e, err := parseHTTP(rule)
	if err != nil {
		return "", err
	}
	to := hostRule("Host", hosts, call("PathPrefix", "/"))
	isHost := func(c condition) bool { return (c.matcher == "Host" || c.matcher == "HostRegexp") && !c.negated }
	if !slices.ContainsFunc(e.leaves(false), isHost) {
		return allOf(to, rule), nil
	}
	return e.print(func(c condition) string {
		if isHost(c) {
			return operand(to)
		}
		return c.String()
	}), nil
}
