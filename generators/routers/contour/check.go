package contour

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// check refuses what an HTTPProxy has no words for.
func check(r route.Route) []schemas.Finding {
	if large := checkSize(r); large != nil {
		return large
	}
	found := checkAsked(r)
	if r.Own == nil && len(r.Hosts) == 0 {
		found = append(found,
			r.Find("hosts-missing", "hosts", "an HTTPProxy is for one host, and there is none for every host", "hosts: [shop.example.com]"))
	}
	for i, h := range r.Hosts {
		if h == "*" {
			found = append(found, r.Find("host", fmt.Sprintf("hosts[%d]", i),
				"an HTTPProxy is for one host, and there is none for every host",
				"*.example.com is for one label below"))
		}
	}
	found = append(found, checkJoins(r)...)
	if r.Own != nil {
		found = append(found, checkOwn(r)...)
	}
	return found
}

// checkAsked refuses what routes of Contour cannot do.
func checkAsked(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	cannot := func(field, message, hint string) {
		found = append(found, r.Find("cannot", field, "contour cannot "+message, hint))
	}
	for _, field := range r.HeaderAdds() {
		cannot(field, "add to a header, only set it", "set; istio and gatewayAPI can add")
	}
	if v := r.Retries; v != nil {
		for i, word := range v.On {
			if _, err := strconv.Atoi(word); err != nil && !slices.Contains(retryWords, word) {
				cannot(fmt.Sprintf("retries.on[%d]", i), "retry on "+word, "a status code, or one of "+strings.Join(retryWords, ", "))
			}
		}
	}
	if c := r.CORS; c != nil && len(c.Methods) == 0 {
		cannot("cors.methods", "answer for cross-origin requests without knowing the methods", "methods: [GET]")
	}
	for i, p := range r.Paths {
		if r.Rewrite != nil && r.Rewrite.Path != "" && p.Prefix != "/" {
			cannot(fmt.Sprintf("paths[%d]", i),
				"put another path in the place of this one: what it replaces is a prefix by characters, so that /cart is replaced in /cartoon too",
				"no paths, which replaces /; or your own HTTPProxy under route")
		}
		if p.Regex != "" && !strings.HasPrefix(p.Regex, "/") {
			cannot(fmt.Sprintf("paths[%d]", i), "match an expression that does not begin with /", "/"+p.Regex)
		}
	}
	return found
}

// checkSize: what the routes come to when each match has its own.
func checkSize(r route.Route) []schemas.Finding {
	size := 0
	for _, n := range kube.Items(spec(r), "routes") {
		times := 1
		if namesApex(r, n) {
			times += 2 * route.MostExtra(r)
		}
		size += times * textSize(n)
	}
	return r.CheckSize("an HTTPProxy", size)
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

// checkJoins: what the release matches must be joinable with the routes' own conditions.
func checkJoins(r route.Route) []schemas.Finding {
	var rules []*yaml.Node
	for _, n := range kube.Items(spec(r), "routes") {
		if namesApex(r, n) {
			rules = append(rules, n)
		}
	}
	var found []schemas.Finding
	for at, m := range route.AllMatches(r.Release) {
		fits := route.Joinable(rules, func(n *yaml.Node) ([]*yaml.Node, bool) {
			var all []*yaml.Node
			for _, list := range matches(m) {
				_, some, ok := join(n, list)
				if !ok {
					return nil, false
				}
				if some {
					all = append(all, n)
				}
			}
			return all, true
		})
		if len(rules) > 0 && !fits {
			found = append(found,
				r.Release.Find("match-join", at, "cannot be joined with the paths or conditions of "+r.At,
					"a path or header that the route does not match by itself already"))
		}
		if m.Path != nil && r.Own != nil && slices.ContainsFunc(kube.Items(spec(r), "routes"), hasConditions) {
			found = append(found, r.Release.Find("match-join", at+".path",
				"Contour tries longer paths before more headers: a route "+
					"for this path would come before those of "+r.Own.ID.String()+" that ask for a header",
				"match a header instead"))
		}
	}
	return found
}

// hasConditions reports whether a route asks for more than a path.
func hasConditions(n *yaml.Node) bool {
	return slices.ContainsFunc(kube.Items(n, "conditions"), func(c *yaml.Node) bool {
		return kube.Get(c, "header") != nil || kube.Get(c, "queryParameter") != nil
	})
}

// checkOwn: the user's own object names an apex, in a way that can be split.
func checkOwn(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	fail := func(id, field, message, hint string) {
		found = append(found, r.Find(id, field, r.Own.ID.String()+" "+message, hint))
	}
	services := kube.Items(spec(r), "tcpproxy", "services")
	requests, mirrors, replaces := false, false, false
	for _, n := range kube.Items(spec(r), "routes") {
		services = append(services, kube.Items(n, "services")...)
		if namesApex(r, n) {
			requests = true
			mirrors = mirrors || slices.ContainsFunc(kube.Items(n, "services"), isMirror)
			replaces = replaces || kube.Get(n, "pathRewritePolicy") != nil
		}
	}
	for _, s := range services {
		found = append(found, r.CheckPlace(kube.Text(s, "name"), kube.Text(s, "port"))...)
	}
	if !slices.ContainsFunc(services, func(s *yaml.Node) bool { return isApex(r, s) }) && len(found) == 0 {
		fail("route-apex", "route", "has no service "+strings.Join(r.Apexes(), " or "),
			"the Service that selects the workload, among the services of a route, in its own namespace")
	}
	if mirrors && route.Mirrors(r.Release) {
		fail("route-mirror", "route", "mirrors requests already, and Contour takes one mirror for a route",
			"take its mirror out, or that of the release")
	}
	if replaces && route.MostExtra(r) > 0 {
		fail("cannot", "route",
			"replaces a prefix, and a match of the release makes a second route with it: Contour "+
				"then no longer takes /a and /a/ for one prefix, and replaces otherwise",
			"no match and no preview.match")
	}
	if v := r.Release.Spec.Strategy.Preview; v != nil && len(v.Hosts) > 0 && kube.Get(spec(r), "virtualhost") == nil {
		found = append(found, r.Release.Find("cannot", "spec.strategy.preview.hosts",
			r.Own.ID.String()+" has no virtualhost: its host is that of the HTTPProxy that includes it",
			"preview by match"))
	}
	more := slices.ContainsFunc(route.Wants(r.Release, r.Traffic, r.At), func(w route.Want) bool { return w.Ability&^tlsCan != 0 })
	if !requests && more && len(found) == 0 {
		fail("cannot", "protocol", "routes connections to the apex, and the release asks for what only requests have",
			"protocol: tls, which says what cannot be had")
	}
	return found
}
