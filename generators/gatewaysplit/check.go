package gatewaysplit

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

// Check refuses what a route has no words for.
func (d Dialect) Check(of route.Route) []schemas.Finding {
	r := entry{of, d}
	var found []schemas.Finding
	found = append(found, checkHosts(r)...)
	found = append(found, checkMesh(r)...)
	found = append(found, checkSessions(r)...)
	found = append(found, checkRetries(r)...)
	if r.Rewrite != nil && r.Rewrite.Path != "" {
		for i, p := range r.Paths {
			if p.Regex != "" {
				found = append(
					found,
					r.Find(
						"cannot",
						fmt.Sprintf("paths[%d]", i),
						r.Provider+" cannot rewrite what an expression matches",
						"a prefix or an exact path; istio can",
					),
				)
			}
		}
	}
	found = append(found, checkRegex(r)...)
	rules := kube.Items(spec(r), "rules")
	if large := checkSize(r, rules); large != nil {
		return append(found, large...) // no API server takes it, and comparing its matches would take long
	}
	var places []schemas.Finding
	for _, rule := range rules {
		for _, ref := range kube.Items(rule, "backendRefs") {
			if r.Own != nil && namesService(r, ref) {
				places = append(places, r.CheckPlace(kube.Text(ref, "name"), kube.Text(ref, "port"))...)
			}
		}
	}
	found = slices.Concat(found, checkJoins(r, rules), checkElsewhere(r, rules), places)
	if len(places) == 0 && !slices.ContainsFunc(rules, func(rule *yaml.Node) bool { return len(apexRefs(r, rule)) > 0 }) {
		found = append(
			found,
			r.Find(
				"route-apex",
				"route",
				r.Own.ID.String()+" has no backend "+strings.Join(r.Apexes(), " or "),
				"the Service that selects the workload, as backendRef",
			),
		)
	}
	return found
}

// checkHosts: hosts need a Gateway that serves them, and a Gateway hosts.
func checkHosts(r entry) []schemas.Finding {
	parents := kube.Items(spec(r), "parentRefs")
	meshOnly := !slices.ContainsFunc(parents, func(p *yaml.Node) bool { return kube.Text(p, "kind") != "Service" })
	if v := r.Release.Spec.Strategy.Preview; v != nil && len(v.Hosts) > 0 && meshOnly && len(parents) > 0 && len(r.Hosts) == 0 {
		return []schemas.Finding{
			r.Release.Find(
				"gateway-missing",
				"spec.strategy.preview.hosts",
				"a mesh knows no hosts but those of its Services (GEP-1294)",
				"preview by match, or call the candidate's own Service",
			),
		}
	}
	if i := slices.Index(r.Hosts, "*"); i >= 0 {
		return []schemas.Finding{r.Find("host", fmt.Sprintf("hosts[%d]", i), "* is no host of a route of the Gateway API",
			"the hosts by name; *.example.com is for all below one")}
	}
	switch {
	case r.Own != nil, r.Protocol == "tcp", r.Protocol == "udp": // which know no hosts
	case !meshOnly && len(r.Hosts) == 0:
		return []schemas.Finding{r.Find("hosts-missing", "hosts", "a gateway needs to know which hosts", "hosts: [shop.example.com]")}
	case meshOnly && len(r.Hosts) > 0:
		return []schemas.Finding{
			r.Find(
				"gateway-missing",
				"options.gateways",
				"hosts are given but no Gateway that serves them",
				"gateways: [infra/public], or no hosts for the mesh alone",
			),
		}
	}
	return nil
}

// checkMesh: a route on the apexes themselves needs their cluster IPs.
func checkMesh(r entry) []schemas.Finding {
	field := "options.gateways"
	if r.Own != nil {
		field = "route"
	}
	if !slices.ContainsFunc(kube.Items(spec(r), "parentRefs"), func(p *yaml.Node) bool { return kube.Text(p, "kind") == "Service" }) {
		return nil
	}
	return r.CheckMesh(field)
}

// checkRetries: tries are repeated by the status of the answer (HTTPRouteRetry.codes), and
// one of them ends before the request does (HTTPRouteTimeouts.backendRequest).
func checkRetries(r entry) []schemas.Finding {
	v := r.Retries
	if v == nil {
		return nil
	}
	var found []schemas.Finding
	for i, code := range v.On {
		if n, err := strconv.Atoi(code); err != nil || n < 400 || n > 599 {
			found = append(
				found,
				r.Find(
					"cannot",
					fmt.Sprintf("retries.on[%d]", i),
					fmt.Sprintf("%s repeats requests by status alone, and %s is none", r.Provider, code),
					"a status from 400 to 599",
				),
			)
		}
	}
	if r.Timeout > 0 && v.PerTry > r.Timeout {
		found = append(
			found,
			r.Find(
				"cannot",
				"retries.perTry",
				"a try cannot take longer than the request, which ends after "+r.Timeout.String(),
				"a shorter perTry, or a longer timeout",
			),
		)
	}
	return found
}

// checkRegex: matching headers by expression is up to the
// implementation, and one that cannot refuses the whole route.
func checkRegex(r entry) []schemas.Finding {
	if r.Regex(r.Route) {
		return nil
	}
	var found []schemas.Finding
	fail := func(at string) {
		found = append(
			found,
			r.Release.Find(
				"gateway-regex",
				at,
				"needs header matches by regular expression, which not every implementation has",
				"options: {regex: true} under "+r.At+" if yours does",
			),
		)
	}
	if r.Affinity != nil {
		fail(r.At + ".affinity")
	}
	for at, m := range route.AllMatches(r.Release) {
		pattern := slices.ContainsFunc(slices.Concat(m.Headers, m.Query), func(s schemas.NamedString) bool { return s.Exact == "" })
		if pattern || len(m.Cookies) > 0 {
			fail(at)
		}
	}
	return found
}

// checkJoins: what the release matches must be joinable with the rules'
// own matches.
func checkJoins(r entry, rules []*yaml.Node) []schemas.Finding {
	rules = slices.DeleteFunc(slices.Clone(rules), func(rule *yaml.Node) bool { return len(apexRefs(r, rule)) == 0 })
	if len(rules) == 0 {
		return nil
	}
	join := func(m match) func(rule *yaml.Node) ([]*yaml.Node, bool) {
		return func(rule *yaml.Node) ([]*yaml.Node, bool) { return matched(r, rule, m) }
	}
	var found []schemas.Finding
	for at, m := range route.AllMatches(r.Release) {
		if !route.Joinable(rules, join(matchOf(r, m))) {
			found = append(
				found,
				r.Release.Find(
					"match-join",
					at,
					"cannot be joined with the paths or matches of "+r.At,
					"a path, header or query parameter that the route does not match by itself already",
				),
			)
		}
	}
	if r.Affinity != nil && !route.Joinable(rules, join(sticky(r))) {
		found = append(
			found,
			r.Find("match-join", "affinity", "cannot be joined with a match of the Cookie header in "+r.At, "match another header there"),
		)
	}
	return found
}

// checkSize: a route has at most 16 rules and in them 128 matches
// (HTTPRouteSpec.rules). Those that name the apex have one more for each match.
func checkSize(r entry, rules []*yaml.Node) []schemas.Finding {
	const most, mostMatches = 16, 128
	apex, matches := 0, 0
	for _, rule := range rules {
		matches += len(kube.Items(rule, "matches"))
		if len(apexRefs(r, rule)) > 0 {
			apex++
		}
	}
	if n := len(rules) + apex*route.MostExtra(r.Route); n > most {
		return []schemas.Finding{
			r.Find("route-size", "", fmt.Sprintf("would need %d rules in one route, which has at most %d", n, most), "fewer paths or matches"),
		}
	}
	if matches > mostMatches {
		return []schemas.Finding{
			r.Find(
				"route-size",
				"",
				fmt.Sprintf("has %d matches in one route, which has at most %d", matches, mostMatches),
				"fewer paths or matches",
			),
		}
	}
	return nil
}
