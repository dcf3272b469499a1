package traffic

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// gatewayCheck refuses what a route has no words for.
func gatewayCheck(r Route) []schemas.Finding {
	var found []schemas.Finding
	found = append(found, gatewayCheckHosts(r)...)
	found = append(found, gatewayCheckSessions(r)...)
	if r.Rewrite != nil && r.Rewrite.Path != "" {
		for i, p := range r.Paths {
			if p.Regex != "" {
				found = append(found, r.Find("cannot", fmt.Sprintf("paths[%d]", i), "gatewayAPI cannot rewrite what an expression matches", "a prefix or an exact path; istio can"))
			}
		}
	}
	found = append(found, gatewayCheckRegex(r)...)
	rules := kube.Items(gatewaySpec(r), "rules")
	if large := gatewayCheckSize(r, rules); large != nil {
		return append(found, large...) // no API server takes it, and comparing its matches would take long
	}
	var places []schemas.Finding
	for _, rule := range rules {
		for _, ref := range kube.Items(rule, "backendRefs") {
			if r.Own != nil && gatewayNames(r, ref) {
				places = append(places, r.checkPlace(kube.Text(ref, "name"), kube.Text(ref, "port"))...)
			}
		}
	}
	found = slices.Concat(found, gatewayCheckJoins(r, rules), gatewayCheckElsewhere(r, rules), places)
	if len(places) == 0 && !slices.ContainsFunc(rules, func(rule *yamlNode) bool { return len(gatewayApexRefs(r, rule)) > 0 }) {
		found = append(found, r.Find("route-apex", "route", r.Own.ID.String()+" has no backend "+strings.Join(r.Apexes(), " or "), "the Service that selects the workload, as backendRef"))
	}
	return found
}

// gatewayCheckHosts: hosts need a Gateway that serves them, and a Gateway hosts.
func gatewayCheckHosts(r Route) []schemas.Finding {
	parents := kube.Items(gatewaySpec(r), "parentRefs")
	meshOnly := !slices.ContainsFunc(parents, func(p *yamlNode) bool { return kube.Text(p, "kind") != "Service" })
	if v := r.Release.Spec.Strategy.Preview; v != nil && len(v.Hosts) > 0 && meshOnly && len(parents) > 0 && len(r.Hosts) == 0 {
		return []schemas.Finding{r.Release.Find("gateway-missing", "spec.strategy.preview.hosts", "a mesh knows no hosts but those of its Services (GEP-1294)", "preview by match, or call the candidate's own Service")}
	}
	switch {
	case r.Own != nil:
	case !meshOnly && len(r.Hosts) == 0:
		return []schemas.Finding{r.Find("hosts-missing", "hosts", "a gateway needs to know which hosts", "hosts: [shop.example.com]")}
	case meshOnly && len(r.Hosts) > 0:
		return []schemas.Finding{r.Find("gateway-missing", "options.gateways", "hosts are given but no Gateway that serves them", "gateways: [infra/public], or no hosts for the mesh alone")}
	}
	return nil
}

// gatewayCheckRegex: matching headers by expression is up to the
// implementation, and one that cannot refuses the whole route.
func gatewayCheckRegex(r Route) []schemas.Finding {
	if gatewayOptionsOf(r).Regex {
		return nil
	}
	var found []schemas.Finding
	fail := func(at string) {
		found = append(found, r.Release.Find("gateway-regex", at, "needs header matches by regular expression, which not every implementation has", "options: {regex: true} under "+r.At+" if yours does"))
	}
	if r.Affinity != nil {
		fail(r.At + ".affinity")
	}
	for at, m := range allMatches(r.Release) {
		pattern := slices.ContainsFunc(slices.Concat(m.Headers, m.Query), func(s schemas.NamedString) bool { return s.Exact == "" })
		if pattern || len(m.Cookies) > 0 {
			fail(at)
		}
	}
	return found
}

// gatewayCheckJoins: what the release matches must be joinable with the rules'
// own matches.
func gatewayCheckJoins(r Route, rules []*yamlNode) []schemas.Finding {
	rules = slices.DeleteFunc(slices.Clone(rules), func(rule *yamlNode) bool { return len(gatewayApexRefs(r, rule)) == 0 })
	if len(rules) == 0 {
		return nil
	}
	join := func(m gatewayMatch) func(rule *yamlNode) ([]*yamlNode, bool) {
		return func(rule *yamlNode) ([]*yamlNode, bool) { return gatewayMatched(r, rule, m) }
	}
	var found []schemas.Finding
	for at, m := range allMatches(r.Release) {
		if !joinable(rules, join(gatewayMatchOf(r, m))) {
			found = append(found, r.Release.Find("match-join", at, "cannot be joined with the paths or matches of "+r.At, "a path, header or query parameter that the route does not match by itself already"))
		}
	}
	if r.Affinity != nil && !joinable(rules, join(gatewaySticky(r))) {
		found = append(found, r.Find("match-join", "affinity", "cannot be joined with a match of the Cookie header in "+r.At, "match another header there"))
	}
	return found
}

// gatewayCheckSize: a route has at most 16 rules and in them 128 matches
// (HTTPRouteSpec.rules). Those that name the apex have one more for each match.
func gatewayCheckSize(r Route, rules []*yamlNode) []schemas.Finding {
	const most, mostMatches = 16, 128
	apex, matches := 0, 0
	for _, rule := range rules {
		matches += len(kube.Items(rule, "matches"))
		if len(gatewayApexRefs(r, rule)) > 0 {
			apex++
		}
	}
	if n := len(rules) + apex*mostExtra(r); n > most {
		return []schemas.Finding{r.Find("route-size", "", fmt.Sprintf("would need %d rules in one route, which has at most %d", n, most), "fewer paths or matches")}
	}
	if matches > mostMatches {
		return []schemas.Finding{r.Find("route-size", "", fmt.Sprintf("has %d matches in one route, which has at most %d", matches, mostMatches), "fewer paths or matches")}
	}
	return nil
}
