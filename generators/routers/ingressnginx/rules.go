package ingressnginx

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// locations takes an Ingress apart.
func locations(o kube.Object) ([]location, error) {
	var spec spec
	if n := o.Get("spec"); n != nil {
		if err := n.Decode(&spec); err != nil {
			return nil, err
		}
	}
	var all []location
	doings := annotationEffects(o)
	for _, r := range spec.Rules {
		if r.HTTP == nil {
			continue
		}
		for _, p := range r.HTTP.Paths {
			all = append(all, location{o, r.Host, cmp.Or(p.Path, "/"), p.PathType, backendOf(o, p.Backend), doings})
		}
	}
	if spec.DefaultBackend != nil {
		all = append(all, location{o, "", "/", "Prefix", backendOf(o, *spec.DefaultBackend), doings})
	}
	return all, nil
}

func backendOf(o kube.Object, b backend) route.Backend {
	if b.Service == nil {
		return route.Backend{Unknown: "a resource backend is no Service", Weight: 100}
	}
	return route.Backend{
		Namespace: o.Namespace, Service: b.Service.Name, Port: route.PortText(b.Service.Port.Number, b.Service.Port.Name), Weight: 100,
	}
}

// rules are what nginx does at a location: header before cookie before weight.
// A canary without endpoints is passed over, a main backend without them
// answers 503 whatever the canary's weight (balancer.lua, get_balancer).
func (l location) rules(canary location, split bool, server server) []route.Rule {
	rule := route.Rule{Via: entries(l.Object), Protocol: "http", Source: l.Object, Empty: route.Status503, Dangling: route.Status503}
	if slices.Contains([]string{"GRPC", "GRPCS"}, strings.ToUpper(l.annotation("backend-protocol"))) {
		rule.Protocol = "grpc"
	}
	if l.host != "" {
		rule.Hosts = []string{l.host}
	}
	rule.Match.Path = l.pathMatch(server.expressions)
	if to := l.redirect(); to != "" && !server.passthrough { // before nginx looks at anything else
		rule.Action, rule.Effects = route.Redirect, []route.Effect{{Name: "the redirect", Value: to}}
		return []route.Rule{rule}
	}
	rule.Effects, l.backend.Speaks, canary.backend.Speaks = l.allEffects(server), l.backendProtocol(server), l.backendProtocol(server)
	if name := l.annotation("session-cookie-name"); l.annotation("affinity") == "cookie" {
		rule.Sticky = &route.Sticky{Cookie: cmp.Or(name, "INGRESSCOOKIE")}
	}
	if !split {
		rule.Backends = []route.Backend{l.backend}
		return []route.Rule{rule}
	}
	rule.Empty, rule.Dangling = route.Fallback, route.Fallback
	weight, total := canary.weight()
	share := func(n int, m route.Match) route.Rule {
		one, main := rule, l.backend
		main.Main, main.Weight = true, total-n
		canary.backend.Weight = n
		m.Path = rule.Match.Path
		one.Match, one.Backends = m, []route.Backend{main, canary.backend}
		return one
	}
	rules := canary.byHeader(total, share)
	if cookie := canary.annotation("canary-by-cookie"); cookie != "" {
		rules = append(rules,
			share(total, route.Match{Cookies: []route.Condition{{Name: cookie, Kind: route.TextIs, Value: "always"}}}),
			share(0, route.Match{Cookies: []route.Condition{{Name: cookie, Kind: route.TextIs, Value: "never"}}}))
	}
	return append(rules, share(weight, route.Match{}))
}

// byHeader are the rules of a canary's header: a value, a pattern, or the
// words always and never.
func (l location) byHeader(total int, share func(int, route.Match) route.Rule) []route.Rule {
	header := strings.ToLower(l.annotation("canary-by-header"))
	value, pattern := l.annotation("canary-by-header-value"), l.annotation("canary-by-header-pattern")
	when := func(kind route.TextKind, text string) route.Match {
		return route.Match{Headers: []route.Condition{{Name: header, Kind: kind, Value: text}}}
	}
	switch {
	case header == "":
		return nil
	case value != "":
		return []route.Rule{share(total, when(route.TextIs, value))}
	case pattern != "": // matches anywhere in the value
		return []route.Rule{share(total, when(route.TextMatches, ".*(?:"+pattern+").*"))}
	}
	return []route.Rule{share(total, when(route.TextIs, "always")), share(0, when(route.TextIs, "never"))}
}

// weight is the canary's share of a total, which is 100 unless said.
func (l location) weight() (weight, total int) {
	weight, _ = strconv.Atoi(l.annotation("canary-weight"))
	total, err := strconv.Atoi(l.annotation("canary-weight-total"))
	if err != nil || total <= 0 {
		total = 100
	}
	return min(max(weight, 0), total), total
}

func (l location) pathMatch(enforced bool) *route.PathMatch {
	p := route.PathMatch{Kind: route.PathLeading, Value: l.path} // ImplementationSpecific: nginx's own prefix
	switch {
	case enforced:
		p = route.PathMatch{Kind: route.PathMatches, Value: "(?i)" + l.path + ".*"}
	case l.pathType == "Exact":
		p.Kind = route.PathIs
	case l.pathType == "Prefix":
		p.Kind = route.PathPrefix
	}
	return &p
}
