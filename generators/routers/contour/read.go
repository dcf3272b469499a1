package contour

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// maxIncludes bounds HTTPProxies in each other.
const maxIncludes = 32

// read says what Contour does with HTTPProxies.
func read(objects []kube.Object, _ route.World) ([]route.Rule, []route.Unread) {
	rd := &reader{proxies: map[kube.ID]proxy{}, included: map[kube.ID]bool{}}
	roots := map[string][]proxy{}
	for _, o := range objects {
		var spec httpProxy
		if o.Kind != "HTTPProxy" || !rd.Decode(o, &spec) {
			continue
		}
		p := proxy{o, spec}
		rd.proxies[o.Key()] = p
		if spec.VirtualHost != nil {
			host := p.class() + strings.ToLower(spec.VirtualHost.FQDN)
			roots[host] = append(roots[host], p)
		}
	}
	var rules []route.Rule
	for _, host := range slices.Sorted(maps.Keys(roots)) {
		all := roots[host]
		slices.SortFunc(all, byName)
		if len(all) > 1 {
			for _, p := range all[1:] {
				rd.Report(p.Object, "route-clash", "one HTTPProxy with the host, which includes the others",
					"%s has host %s too: Contour serves neither", all[0].ID, p.spec.VirtualHost.FQDN)
			}
			continue
		}
		rules = append(rules, rd.root(all[0])...)
	}
	rd.orphans()
	return rules, rd.Unread
}

func byName(a, b proxy) int {
	return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}

// orphans are HTTPProxies without a host that none includes.
func (rd *reader) orphans() {
	ids := slices.SortedFunc(maps.Keys(rd.proxies), func(a, b kube.ID) int { return strings.Compare(a.String(), b.String()) })
	for _, id := range ids {
		if p := rd.proxies[id]; p.spec.VirtualHost == nil && !rd.included[id] {
			rd.NotJudged(p.Object, "has no virtualhost, and no HTTPProxy with one includes it: it gets no requests")
		}
	}
}

// root turns an HTTPProxy with a host into rules, for HTTP and, with TLS, for HTTPS.
func (rd *reader) root(p proxy) []route.Rule {
	vh := p.spec.VirtualHost
	base := route.Rule{
		Protocol: "http",
		Hosts:    []string{strings.ToLower(vh.FQDN)},
		Empty:    route.Status503,
		Dangling: route.Status503,
		Source:   p.Object,
		Effects:  hostEffects(p),
	}
	if why := unserved(p); why != "" {
		rd.NotJudged(p.Object, "%s: Contour serves nothing of it", why)
		return nil
	}
	var rules []route.Rule
	if p.spec.TCPProxy != nil {
		rules = rd.connections(p, base, p.spec.TCPProxy, nil)
	}
	rd.count = 0
	routes := rd.routes(p, p, nil, nil)
	if rd.count > route.MaxRules {
		rd.Unread = append(rd.Unread, route.TooManyRules(p.Object))
		return nil
	}
	plain := route.Entry{Kind: "Contour HTTP", Name: strings.TrimSuffix(p.class(), "/")}
	secure := route.Entry{Kind: "Contour HTTPS", Name: plain.Name}
	last := map[string]int{}
	for i, one := range routes {
		last[one.key()] = i
	}
	var here []route.Rule
	for i, one := range routes {
		if last[one.key()] != i {
			rd.Report(one.Source, "route-clash", "conditions by which they differ",
				"two routes of %s have the same conditions: Contour takes the later one", vh.FQDN)
			continue
		}
		here = append(here, one.at(base, plain, secure, vh.TLS != nil, p.spec.TCPProxy != nil)...)
	}
	byPrecedence(here)
	return append(rules, here...)
}

// found is a route under a root.
type found struct {
	route.Rule
	insecure bool
}

// key is what Contour calls a route: its conditions.
func (f found) key() string {
	return fmt.Sprint(f.Match.Path, f.Match.Method, f.Match.Headers, f.Match.Query, f.Match.Other)
}

// at are the rules of a route at the entries of its host.
func (f found) at(base route.Rule, plain, secure route.Entry, tls, connections bool) []route.Rule {
	f.Hosts, f.Effects = base.Hosts, route.SortEffects(append(slices.Clip(base.Effects), f.Effects...))
	f.Via = []route.Entry{plain}
	switch {
	case !tls:
		return []route.Rule{f.Rule}
	case connections: // TLS is for the connections
	case f.insecure:
		f.Via = append(f.Via, secure)
		return []route.Rule{f.Rule}
	}
	redirect := f.Rule
	if !f.insecure {
		redirect.Action, redirect.Backends, redirect.Mirrors = route.Redirect, nil, nil
	}
	if connections {
		return []route.Rule{redirect}
	}
	f.Via = []route.Entry{secure}
	return []route.Rule{redirect, f.Rule}
}

// routes are those of an HTTPProxy, and of those that it includes. One that Contour
// refuses takes all routes of its HTTPProxy with it.
func (rd *reader) routes(root, p proxy, conditions []condition, visited []kube.ID) []found {
	if slices.Contains(visited, p.Key()) || len(visited) > maxIncludes {
		rd.NotJudged(p.Object, "includes lead back to it, or through more than %d HTTPProxies: Contour leaves that out", maxIncludes)
		return nil
	}
	visited = append(slices.Clip(visited), p.Key())
	all := rd.includes(root, p, conditions, visited)
	var own []found
	for i, r := range p.spec.Routes {
		if rd.count++; rd.count > route.MaxRules {
			return all
		}
		joined := append(slices.Clip(conditions), r.Conditions...)
		err := cmp.Or(checkPaths(r.Conditions, false), checkHeaders(joined), checkActions(r), checkChanges(r, joined))
		if err != nil {
			rd.NotJudged(p.Object, "routes[%d] %s: Contour leaves out all its routes", i, err)
			return nil
		}
		one := found{rd.route(p, i, r), r.PermitInsecure}
		one.Match = matchOf(joined)
		own = append(own, one)
	}
	return append(all, own...)
}

// checkActions is why Contour refuses what a route does.
func checkActions(r routeSpec) error {
	count, mirrors := 0, 0
	for _, there := range []bool{len(r.Services) > 0, !r.Redirect.IsZero(), !r.Direct.IsZero()} {
		if there {
			count++
		}
	}
	for _, s := range r.Services {
		if s.Mirror {
			mirrors++
		}
	}
	switch {
	case count != 1:
		return fmt.Errorf("has services, a redirect and an answer of Contour's own, or none of them")
	case mirrors > 1:
		return fmt.Errorf("has two mirrors")
	}
	return nil
}

// checkChanges is why Contour refuses what a route changes in requests and answers
// (v1.33.8, internal/dag/policy.go: prefixReplacementsAreValid, headersPolicyRoute).
func checkChanges(r routeSpec, joined []condition) error {
	if r.Rewrite != nil && len(r.Rewrite.Replace) > 0 {
		if pathOf(joined).Kind != route.PathLeading {
			return errors.New("replaces a prefix, and its path is none")
		}
		var prefixes []string
		for _, one := range r.Rewrite.Replace {
			if slices.Contains(prefixes, one.Prefix) {
				return errors.New("replaces prefix " + strconv.Quote(one.Prefix) + " twice")
			}
			prefixes = append(prefixes, one.Prefix)
		}
	}
	return cmp.Or(checkHeaderEdits(r.Request, true), checkHeaderEdits(r.Response, false))
}

// checkHeaderEdits: each header is set once and removed once, and an answer has no Host.
func checkHeaderEdits(h *headers, host bool) error {
	if h == nil {
		return nil
	}
	var set []string
	for _, one := range h.Set {
		set = append(set, strings.ToLower(one.Name))
	}
	for _, list := range [][]string{set, h.Remove} {
		seen := map[string]bool{}
		for _, name := range list {
			key := strings.ToLower(name)
			if seen[key] {
				return errors.New("names header " + name + " twice")
			}
			seen[key] = key != "host"
		}
	}
	if !host && slices.Contains(set, "host") {
		return errors.New("sets Host in answers")
	}
	return nil
}

// includes are the routes of those that an HTTPProxy includes.
func (rd *reader) includes(root, p proxy, conditions []condition, visited []kube.ID) []found {
	var all []found
	seen := map[string]bool{}
	for i, in := range p.spec.Includes {
		if err := cmp.Or(checkPaths(in.Conditions, true), checkHeaders(in.Conditions)); err != nil {
			rd.NotJudged(p.Object, "includes[%d] %s: Contour leaves it out", i, err)
			continue
		}
		key := includeKey(in.Conditions)
		if key != "" && seen[key] {
			rd.NotJudged(p.Object, "includes[%d] has the same conditions as one before it: Contour leaves it out", i)
			continue
		}
		seen[key] = true
		if rd.count++; rd.count > route.MaxRules {
			return all
		}
		joined := append(slices.Clip(conditions), in.Conditions...)
		to, why := rd.find(p, in)
		if why != "" {
			if len(in.Conditions) == 0 {
				rd.NotJudged(p.Object, "includes[%d]: %s: Contour leaves it out", i, why)
				continue
			}
			one := found{
				route.Rule{Protocol: "http", Match: matchOf(in.Conditions), Source: p.Object, Empty: route.Status503, Dangling: route.Status502},
				false,
			}
			one.Backends = []route.Backend{{Namespace: p.Namespace, Service: in.Name, Weight: 1, Broken: why}}
			all = append(all, one)
			continue
		}
		rd.included[to.Key()] = true
		all = append(all, rd.routes(root, to, joined, visited)...)
	}
	return all
}

// includeKey is what Contour tells includes of one HTTPProxy apart by; "" for one without
// conditions, of which there may be several (v1.33.8, includeMatchConditionsIdentical).
func includeKey(conditions []condition) string {
	m := matchOf(conditions)
	if len(m.Headers)+len(m.Query)+len(m.Other) == 0 && (m.Path == nil || m.Path.Value == "/") {
		return ""
	}
	sorted := func(all []route.Condition) string {
		var texts []string
		for _, c := range all {
			texts = append(texts, fmt.Sprintf("%q", c))
		}
		slices.Sort(texts)
		return strings.Join(texts, " ")
	}
	other := slices.Sorted(slices.Values(m.Other))
	return fmt.Sprint(m.Path, m.Method, sorted(m.Headers), sorted(m.Query), other)
}

// find is an HTTPProxy that another one includes, or why Contour does not go there.
func (rd *reader) find(p proxy, in include) (to proxy, why string) {
	namespace := cmp.Or(in.Namespace, p.Namespace)
	to, ok := rd.proxies[kube.ID{Group: group, Kind: "HTTPProxy", Namespace: namespace, Name: in.Name}]
	if !ok {
		to, ok = rd.proxies[kube.ID{Group: group, Kind: "HTTPProxy", Name: in.Name}] // which the agent puts anywhere
	}
	switch {
	case !ok:
		return to, "HTTPProxy " + in.Name + ", which it includes, is not there"
	case to.class() != p.class():
		return to, "HTTPProxy " + in.Name + ", which it includes, is of another class"
	case to.spec.VirtualHost != nil:
		return to, "HTTPProxy " + in.Name + ", which it includes, has a host of its own"
	}
	return to, ""
}

// route is what a route does with its requests.
func (rd *reader) route(p proxy, index int, r routeSpec) route.Rule {
	rule := route.Rule{
		Protocol: "http",
		Empty:    route.Status503,
		Dangling: route.Status503,
		Source:   p.Object,
		Effects:  routeEffects(p, index),
	}
	switch {
	case !r.Redirect.IsZero():
		rule.Action = route.Redirect
		rule.Effects = append(rule.Effects, answer("requestRedirectPolicy", &r.Redirect))
		return rule
	case !r.Direct.IsZero():
		rule.Action = route.Respond
		rule.Effects = append(rule.Effects, answer("directResponsePolicy", &r.Direct))
		return rule
	}
	rule.Backends, rule.Mirrors = backends(p.Namespace, r.Services)
	if !slices.ContainsFunc(rule.Backends, func(b route.Backend) bool { return b.Speaks != "h2c" && b.Speaks != "h2" }) &&
		len(rule.Backends) > 0 {
		rule.Protocol = "grpc"
	}
	if len(rule.Backends) == 0 {
		rule.Action = route.Respond
	}
	return rule
}

// backends are services by weight: where some have one, the others have none; where none
// has, all have the same; a mirror's weight is a percentage, and none or 0 is all of them.
func backends(namespace string, services []service) (all, mirrors []route.Backend) {
	sum := 0
	for _, s := range services {
		b := route.Backend{
			Namespace: namespace,
			Service:   s.Name,
			Port:      route.PortText(s.Port, ""),
			Weight:    max(s.Weight, 0),
			Speaks:    s.Protocol,
		}
		if s.Mirror {
			b.Weight = min(cmp.Or(b.Weight, 100), 100)
			mirrors = append(mirrors, b)
			continue
		}
		sum += b.Weight
		all = append(all, b)
	}
	for i := range all {
		if sum == 0 || len(all) == 1 {
			all[i].Weight = 1
		}
	}
	return all, mirrors
}

// connections are the rule for the connections of a host. One Service that is not there
// takes all of it with it.
func (rd *reader) connections(p proxy, base route.Rule, t *tcpProxy, visited []kube.ID) []route.Rule {
	in := t.Include
	if in == nil {
		in = t.Includes
	}
	if slices.Contains(visited, p.Key()) || len(visited) > maxIncludes {
		return nil
	}
	if len(t.Services) == 0 && in != nil {
		to, why := rd.find(p, *in)
		if why != "" || to.spec.TCPProxy == nil {
			rd.NotJudged(p.Object, "tcpproxy: %s", cmp.Or(why, "HTTPProxy "+in.Name+", which it includes, has none"))
			return nil
		}
		rd.included[to.Key()] = true
		return rd.connections(to, base, to.spec.TCPProxy, append(visited, p.Key()))
	}
	rule := base
	rule.Protocol, rule.Empty, rule.Dangling, rule.Whole, rule.Source = "tls", route.Refused, route.Refused, route.WholeMissing, p.Object
	rule.Via = []route.Entry{{Kind: "Contour HTTPS", Name: strings.TrimSuffix(p.class(), "/")}}
	rule.Backends, _ = backends(p.Namespace, t.Services)
	return []route.Rule{rule}
}
