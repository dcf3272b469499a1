package traefik

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// check refuses what an IngressRoute has no words for.
func check(r route.Route) []schemas.Finding {
	if large := checkSize(r); large != nil {
		return large
	}
	found := checkAsked(r)
	o := optionsOf(r.Traffic)
	switch {
	case r.Own == nil && r.Protocol == "tcp" && len(o.EntryPoints) == 0:
		found = append(found, r.Find("gateway-missing", "options.entryPoints",
			"a route of connections at no entry point in particular takes all that come in at any",
			"entryPoints: [postgres]"))
	case r.Own == nil && r.Protocol == "tls" && len(r.Hosts) == 0:
		found = append(found,
			r.Find("hosts-missing", "hosts", "a route of TLS connections needs to know which hosts", "hosts: [shop.example.com]"))
	case r.Own == nil && r.Protocol != "tcp" && len(r.Hosts) == 0:
		found = append(found, r.Find("hosts-missing", "hosts",
			"a rule without hosts takes the requests for every host at its entry points", "hosts: [shop.example.com]"))
	case r.TLS != nil && o.CertResolver != "":
		found = append(found,
			r.Find("cannot", "options.certResolver", "tls names a Secret and the resolver makes another certificate", "one of the two"))
	}
	if r.Source.Away() && !o.AllowCrossNamespace {
		found = append(found, r.Find("cannot", "options",
			fmt.Sprintf("track %s has a namespace of its own, and Traefik follows a reference to it only where it is set up to", r.Release.Away()),
			"allowCrossNamespace: true, if providers.kubernetesCRD.allowCrossNamespace is; it lets every IngressRoute name Services of "+
				"every namespace"))
	}
	if r.Affinity != nil && namespaceOf(r) == "" {
		found = append(found,
			r.Find("cannot", "affinity", "Traefik's cookie is made of the namespace, which is not known",
				"metadata.namespace of the workload and its Services"))
	}
	if r.Own != nil {
		found = append(found, checkOwn(r)...)
	}
	return found
}

// checkAsked refuses what Middlewares cannot do.
func checkAsked(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	cannot := func(field, message, hint string) {
		found = append(found, r.Find("cannot", field, "traefik cannot "+message, hint))
	}
	for _, field := range r.HeaderAdds() {
		cannot(field, "add to a header, only set it", "set; istio and gatewayAPI can add")
	}
	if v := r.Retries; v != nil {
		if v.PerTry > 0 {
			cannot("retries.perTry", "limit the time of one try",
				"forwardingTimeouts of a ServersTransport, see options.serversTransport; istio can")
		}
		for i, word := range v.On {
			if !isStatus(word) {
				cannot(fmt.Sprintf("retries.on[%d]", i),
					"retry on "+word+": it does so on status codes, and where no connection is made",
					"503, or 500-504")
			}
		}
	}
	return found
}

// checkSize: what the routers come to when each match has its own.
func checkSize(r route.Route) []schemas.Finding {
	size := 0
	s := spec(r)
	for _, n := range kube.Items(s, "routes") {
		times := 1
		if len(apexServices(r, n)) > 0 {
			times += route.MostExtra(r)
		}
		size += times * textSize(n)
	}
	return r.CheckSize("an "+kindOf(r), size)
}

// textSize is the number of bytes of a node's keys and values, each with the one sign
// that parts it from the next.
func textSize(n *yaml.Node) int {
	size := len(n.Value) + 1
	for _, c := range n.Content {
		size += textSize(c)
	}
	return size
}

// checkOwn: the user's own object names an apex, in a way that can be split.
func checkOwn(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	fail := func(id, message, hint string) {
		found = append(found, r.Find(id, "route", r.Own.ID.String()+" "+message, hint))
	}
	if !kube.SameNamespace(r.Own.Namespace, r.Source.Namespace()) && !optionsOf(r.Traffic).AllowCrossNamespace {
		fail("cannot",
			"is in another namespace than the workload, and Traefik follows such a reference only where it is set up to",
			"options: {allowCrossNamespace: true}, if "+
				"providers.kubernetesCRD.allowCrossNamespace is; else an object in namespace "+r.Source.Namespace())
	}
	some := false
	for _, n := range kube.Items(r.Own.Get("spec"), "routes") {
		for _, s := range kube.Items(n, "services") {
			if name, port, ok := serviceOf(r, s); ok {
				found = append(found, r.CheckPlace(name, port)...)
			}
		}
		if len(apexServices(r, n)) == 0 {
			continue
		}
		some = true
		if why := unreadable(n, isTCP(r)); why != "" {
			fail("route-apex", "leads to the apex by a rule that "+why, "the language of Traefik v3")
		}
	}
	if !some && len(found) == 0 {
		fail("route-apex", "has no service "+strings.Join(r.Apexes(), " or "),
			"the Service that selects the workload, with its port, among the services "+
				"of a route; a TraefikService that leads there is not followed")
	}
	if differently(r) {
		fail("route-apex",
			"names the apex with other options in one place than in the next: without safeNaming, Traefik takes Services "+
				"that share requests for one by their name and port, and gives all of them the options of the last",
			"the same options wherever it is named, or options: {safeNaming: true}, if providers.kubernetesCRD.safeNaming is")
	}
	return append(found, checkConnections(r)...)
}

// differently reports whether the user's own object names one port of the apex with two
// sets of options, of which Traefik takes one for both tracks' Services (v3.7,
// fullServiceName). A single Service of a router is called by the router, so that the
// object did what it said before it was split.
func differently(r route.Route) bool {
	if isTCP(r) || optionsOf(r.Traffic).SafeNaming {
		return false
	}
	first := map[string]*yaml.Node{}
	for _, n := range kube.Items(r.Own.Get("spec"), "routes") {
		for _, s := range apexServices(r, n) {
			s = bare(r, s)
			port := kube.Text(s, "port")
			if first[port] = cmp.Or(first[port], s); !kube.Equal(first[port], s) {
				return true
			}
		}
	}
	return false
}

// bare is a reference to an apex without what differs from one place to the next: its
// weight, and how the apex is called.
func bare(r route.Route, s *yaml.Node) *yaml.Node {
	name, called, _ := serviceOf(r, s)
	port, _ := r.Place(name, called)
	s = kube.Put(s, port.Number, "port")
	for _, key := range []string{"name", "namespace", "kind", "weight"} {
		s = kube.Edit(s, func(*yaml.Node) *yaml.Node { return nil }, key)
	}
	return s
}

// unreadable is why nobody here can read the rule of a router.
func unreadable(n *yaml.Node, connections bool) string {
	matchers := httpMatchers
	if connections {
		matchers = tcpMatchers
	}
	if s := kube.Text(n, "syntax"); s != "" && s != "v3" {
		return "is in the language of " + s
	}
	if _, err := parseRule(kube.Text(n, "match"), matchers); err != nil {
		return err.Error()
	}
	return ""
}

// checkConnections: the user's own object that routes connections is asked for nothing
// that only requests have.
func checkConnections(r route.Route) []schemas.Finding {
	if !isTCP(r) ||
		!slices.ContainsFunc(route.Wants(r.Release, r.Traffic, r.At), func(w route.Want) bool { return w.Ability&^tlsCan != 0 }) {
		return nil
	}
	return []schemas.Finding{
		r.Find("cannot", "route", r.Own.ID.String()+" routes connections, and the release asks for what only requests have", "an IngressRoute"),
	}
}
