package istio

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// check refuses what a VirtualService has no words for.
func check(r route.Route) []schemas.Finding {
	if large := checkSize(r); large != nil {
		return large // no API server takes it, and comparing its matches would take long
	}
	var found []schemas.Finding
	atGateway := slices.ContainsFunc(optionsOf(r.Traffic).Gateways, func(g string) bool { return g != route.MeshEntry })
	switch {
	case r.Own == nil && atGateway && len(r.Hosts) == 0:
		found = append(found, r.Find("hosts-missing", "hosts", "a gateway needs to know which hosts", "hosts: [shop.example.com]"))
	case r.Own == nil && !atGateway && len(r.Hosts) > 0:
		found = append(found,
			r.Find("gateway-missing", "options.gateways", "hosts are given but no gateway that serves them",
				"gateways: [istio-system/public], or no hosts for the mesh alone"))
	}
	if r.Own == nil && r.Protocol == "tls" && r.Source.Namespace() == "" && slices.Contains(optionsOf(r.Traffic).Gateways, route.MeshEntry) {
		found = append(found, r.Find("hosts-missing", "protocol",
			"in the mesh, a TLS route names what clients may dial, and the Service's namespace is not known",
			"metadata.namespace of the workload and its Services"))
	}
	for at, m := range route.AllMatches(r.Release) {
		cookie := slices.ContainsFunc(m.Headers, func(h schemas.NamedString) bool { return strings.EqualFold(h.Name, "cookie") })
		if len(m.Cookies) > 1 || cookie && len(m.Cookies) > 0 {
			found = append(found, r.Release.Find("match-cookies", at+".cookies", "istio matches one cookie at a time",
				"one cookie in an entry; entries are alternatives"))
		}
	}
	found = append(found, checkHosts(r)...)
	found = append(found, checkJoins(r)...)
	if r.Own != nil {
		found = append(found, checkOwn(r)...)
	}
	found = append(found, checkAway(r)...)
	found = append(found, checkClusters(r)...)
	if optionsOf(r.Traffic).Subsets {
		found = append(found, workload.CheckTargets(r.Source, r.At+".options.subsets")...)
	}
	return append(found, checkPolicy(r)...)
}

// checkAway: one Service selects no pods of two namespaces, and the mesh does not split
// what is called by another name.
func checkAway(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	gateways, field := optionsOf(r.Traffic).Gateways, "options.gateways"
	if r.Own != nil {
		gateways, field = named(kube.Items(spec(r), "gateways")), "route"
	}
	if slices.Contains(gateways, route.MeshEntry) {
		found = append(found, r.CheckMesh(field)...)
	}
	if optionsOf(r.Traffic).Subsets && r.Source.Away() {
		found = append(found, r.Find("cannot", "options.subsets",
			fmt.Sprintf("subsets are of one Service, and track %s has a namespace of its own", r.Release.Away()),
			"leave subsets out: each track has a Service and a DestinationRule"))
	}
	return found
}

// checkClusters: a Service that selects both tracks would stand in two clusters.
func checkClusters(r route.Route) []schemas.Finding {
	if r.Release.Clusters() == nil || !optionsOf(r.Traffic).Subsets {
		return nil
	}
	return []schemas.Finding{r.Find("cannot", "options.subsets", "subsets are of one Service, and the tracks are in two clusters",
		"leave subsets out: each track has a Service and a DestinationRule")}
}

// named are the gateways of a VirtualService; without any it is for the mesh.
func named(list []*yaml.Node) []string {
	if len(list) == 0 {
		return []string{route.MeshEntry}
	}
	var all []string
	for _, n := range list {
		all = append(all, n.Value)
	}
	return all
}

// checkHosts: a VirtualService names no host beside a wildcard over it (Istio's
// pkg/config/validation of 2026-08: "duplicate hosts").
func checkHosts(r route.Route) []schemas.Finding {
	found := covered(r, r.At+".hosts", r.Hosts)
	if v := r.Release.Spec.Strategy.Preview; v != nil && !r.Follows {
		found = append(found, covered(r, "spec.strategy.preview.hosts", v.Hosts)...)
	}
	return found
}

func covered(r route.Route, at string, hosts []string) []schemas.Finding {
	listed := map[string]bool{}
	for _, h := range hosts {
		listed[h] = true
	}
	var found []schemas.Finding
	for i, h := range hosts {
		if w := wildcardOver(h, listed); w != "" {
			found = append(found, r.Release.Find("host", fmt.Sprintf("%s[%d]", at, i), fmt.Sprintf(
				"%s beside %s: Istio takes a host and a wildcard over it for the same host, and refuses a VirtualService that names both",
				h, w), "one of the two; a second entry of spec.traffic may have the other"))
		}
	}
	return found
}

// wildcardOver is the closest wildcard among hosts that covers a host and is not
// the host itself, empty if there is none.
func wildcardOver(host string, listed map[string]bool) string {
	for rest := strings.TrimPrefix(host, "*."); ; {
		_, after, ok := strings.Cut(rest, ".")
		if !ok {
			break
		}
		if rest = after; listed["*."+rest] {
			return "*." + rest
		}
	}
	if host != "*" && listed["*"] {
		return "*"
	}
	return ""
}

// checkSize: what the rules come to when each match has its own.
func checkSize(r route.Route) []schemas.Finding {
	size := 0
	for _, rule := range kube.Items(spec(r), "http") {
		times := 1
		if len(apexRoutes(r, rule)) > 0 {
			times += route.MostExtra(r)
		}
		size += times * textSize(rule)
	}
	return r.CheckSize("a VirtualService", size)
}

// textSize is the number of bytes of a node's keys and values, each with the one
// sign that parts it from the next.
func textSize(n *yaml.Node) int {
	size := len(n.Value) + 1
	for _, c := range n.Content {
		size += textSize(c)
	}
	return size
}

// checkJoins: what the release matches must be joinable with the rules' own
// matches.
func checkJoins(r route.Route) []schemas.Finding {
	rules := slices.DeleteFunc(slices.Clone(kube.Items(spec(r), "http")),
		func(rule *yaml.Node) bool { return len(apexRoutes(r, rule)) == 0 })
	if len(rules) == 0 {
		return nil
	}
	join := func(also []*yaml.Node) func(rule *yaml.Node) ([]*yaml.Node, bool) {
		return func(rule *yaml.Node) ([]*yaml.Node, bool) { return matched(r, rule, also) }
	}
	var found []schemas.Finding
	for at, m := range route.AllMatches(r.Release) {
		if !route.Joinable(rules, join(matches(m))) {
			found = append(found,
				r.Release.Find("match-join", at, "cannot be joined with the paths or matches of "+r.At,
					"a path, header or cookie that the route does not match by itself already"))
		}
	}
	if r.Affinity != nil && !route.Joinable(rules, join(sticky(r))) {
		found = append(found,
			r.Find("match-join", "affinity", "cannot be joined with a match of the cookie header in "+r.At, "match another header there"))
	}
	return found
}

// checkOwn: the user's own object names an apex, in a way that can be split.
func checkOwn(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	fail := func(id, message, hint string) {
		found = append(found, r.Find(id, "route", r.Own.ID.String()+" "+message, hint))
	}
	some := false
	for _, key := range ruleLists {
		for _, rule := range kube.Items(spec(r), key) {
			for _, dest := range kube.Items(rule, "route") {
				if name, port, ok := destinationService(r, dest); ok {
					found = append(found, r.CheckPlace(name, port)...)
				}
			}
			for _, dest := range apexRoutes(r, rule) {
				some = true
				if subset := kube.Text(dest, "destination", "subset"); subset != "" {
					fail("route-subset", fmt.Sprintf("names subset %q of the apex", subset), "leave the subset out: tracks take its place")
				}
			}
			if route.Mirrors(r.Release) && kube.Get(rule, "mirror") != nil {
				fail("route-mirror", "mirrors requests already", "write mirrors, a list, in the place of mirror")
			}
		}
	}
	switch {
	case !some && len(found) > 0: // and that says why
		return found
	case !some:
		fail("route-apex", "has no destination "+strings.Join(r.Apexes(), " or "),
			"the Service that selects the workload, as host of a destination")
		return found
	}
	if v := r.Release.Spec.Strategy.Preview; v != nil && len(v.Hosts) > 0 && len(kube.Items(spec(r), "hosts")) == 0 {
		found = append(found, r.Release.Find("cannot", "spec.strategy.preview.hosts",
			r.Own.ID.String()+" is a delegate: its hosts are those of the VirtualService that names it",
			"preview by match, or a rule for the preview host there"))
	}
	return append(found, checkConnections(r)...)
}

// checkConnections: where the user's own object sends the apex nothing but
// connections, the release asks for nothing that only requests have.
func checkConnections(r route.Route) []schemas.Finding {
	requests := slices.ContainsFunc(kube.Items(spec(r), "http"), func(rule *yaml.Node) bool { return len(apexRoutes(r, rule)) > 0 })
	more := slices.ContainsFunc(route.Wants(r.Release, r.Traffic, r.At), func(w route.Want) bool { return w.Ability&^l4Can != 0 })
	if requests || !more {
		return nil
	}
	return []schemas.Finding{r.Find("cannot", "protocol",
		r.Own.ID.String()+" routes connections to the apex, by tcp or tls, and the release asks for what only requests have",
		"protocol: tcp or tls, which says what cannot be had; or a rule under http")}
}

// checkPolicy: what a DestinationRule says of the apex is not said of the
// tracks, and what other policies say of the tracks is not said of the Service
// that subsets are of.
func checkPolicy(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	options := optionsOf(r.Traffic)
	for _, o := range r.World.All(group, "DestinationRule") {
		ns, name, ok := serviceOf(o.Text("spec", "host"), o.Namespace)
		if ok && slices.Contains(r.Apexes(), name) && kube.SameNamespace(ns, r.Source.Namespace()) && o.Get("spec", "trafficPolicy") != nil &&
			options.TrafficPolicy == nil {
			found = append(found, workload.Lost(o, o.Find("policy-lost",
				"is a policy for the apex; requests go to the tracks, which it does not name",
				"the same under options.trafficPolicy of "+r.At, "spec", "trafficPolicy")))
		}
	}
	for _, o := range r.Source.Policies {
		if options.Subsets {
			found = append(found, workload.Lost(o, o.Find("policy-lost",
				"is for the apex, and requests go to subsets of another Service, which it does not name",
				"leave options.subsets of "+r.At+" out: each track then has a copy of it", "spec")))
		}
	}
	return found
}

// draft is the policy that a DestinationRule has for the workload's Services:
// the first that has one.
func draft(apexes []kube.Object, w route.World) map[string]*yaml.Node {
	for _, o := range w.All(group, "DestinationRule") {
		ns, name, ok := serviceOf(o.Text("spec", "host"), o.Namespace)
		named := func(apex kube.Object) bool { return ok && apex.Name == name && kube.SameNamespace(apex.Namespace, ns) }
		if n := o.Get("spec", "trafficPolicy"); n != nil && slices.ContainsFunc(apexes, named) {
			return map[string]*yaml.Node{"trafficPolicy": n}
		}
	}
	return nil
}
