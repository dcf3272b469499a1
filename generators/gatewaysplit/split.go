package gatewaysplit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// sticky matches the requests of clients that stay on the candidate.
func sticky(r entry) match {
	return matchOf(
		r,
		schemas.Match{Cookies: []schemas.NamedString{{Name: r.Affinity.Cookie, String: schemas.String{Exact: route.StickyValue(r.Route)}}}},
	)
}

// split is what takes the place of a rule that names the apex.
func split(r entry, rule *yaml.Node) []*yaml.Node {
	if len(apexRefs(r, rule)) == 0 {
		return []*yaml.Node{rule}
	}
	rule = mirrored(r, rule)
	var also []match
	if r.Sticky() != nil {
		also = append(also, sticky(r))
	}
	for _, m := range r.Matches() {
		also = append(also, matchOf(r, m))
	}
	var rules []*yaml.Node
	for _, m := range also {
		matched, _ := matched(r, rule, m)
		rules = append(rules, matched...)
	}
	return append(rules, weighted(r, rule))
}

// mirrored is a rule that copied to the apex: beside the tracks, what goes
// there goes to the main one.
func mirrored(r entry, rule *yaml.Node) *yaml.Node {
	return kube.EditAll(rule, func(ref *yaml.Node) *yaml.Node {
		if !isApex(r, ref) {
			return ref
		}
		return backendTo(r, ref, r.Main())
	}, "filters", "*", "requestMirror", "backendRef")
}

// matched is the rule for those of its requests that also match, all to
// the candidate; none if there are none. The second answer is no where a route
// cannot say so.
func matched(r entry, rule *yaml.Node, m match) ([]*yaml.Node, bool) {
	own := matches(r, rule)
	joined, ok := join(own, kube.Node(m))
	if !ok || len(joined) == 0 {
		return nil, ok
	}
	to := withMatches(toCandidate(r, rule), joined)
	if len(own) != 1 { // a replaced prefix is the only match of its rule
		return []*yaml.Node{to}, true
	}
	to, ok = rewritten(to, kube.Get(own[0], "path"), kube.Get(joined[0], "path"))
	return []*yaml.Node{to}, ok
}

// rewritten is a rule that replaced a prefix, now that it is for a narrower
// path: what stands behind the prefix there stays behind the replacement. No for
// an expression, which is no prefix.
func rewritten(rule, wide, narrow *yaml.Node) (*yaml.Node, bool) {
	rewrites := slices.ContainsFunc(
		kube.Items(rule, "filters"),
		func(f *yaml.Node) bool { return kube.Get(f, "urlRewrite", "path", "replacePrefixMatch") != nil },
	)
	if !rewrites || kube.Equal(wide, narrow) {
		return rule, true
	}
	from, to := gatewayroute.PathOf(wide), gatewayroute.PathOf(narrow)
	behind, ok := strings.CutPrefix(to.Value, strings.TrimSuffix(from.Value, "/"))
	if !ok || to.Kind == route.PathMatches {
		return rule, false
	}
	return kube.EditAll(rule, func(path *yaml.Node) *yaml.Node {
		replacement := strings.TrimSuffix(kube.Text(path, "replacePrefixMatch"), "/") + behind
		if to.Kind == route.PathIs {
			return kube.Node(urlPath{Type: "ReplaceFullPath", ReplaceFullPath: cmp.Or(replacement, "/")})
		}
		return kube.Put(path, cmp.Or(replacement, "/"), "replacePrefixMatch")
	}, "filters", "*", "urlRewrite", "path"), true
}

// withMatches sets the matches of a rule, before its other fields. A name
// would stand twice in the route.
func withMatches(rule *yaml.Node, matches []*yaml.Node) *yaml.Node {
	if kube.Get(rule, "name") != nil {
		rule = kube.Edit(rule, func(*yaml.Node) *yaml.Node { return nil }, "name")
	}
	if kube.Get(rule, "matches") != nil {
		return kube.Put(rule, matches, "matches")
	}
	first := *rule
	first.Content = append([]*yaml.Node{kube.Node("matches"), kube.Node(matches)}, rule.Content...)
	return &first
}

// toCandidate is the rule with the candidate in the apex's place. A
// weight that is left out beside others is spelled out.
func toCandidate(r entry, rule *yaml.Node) *yaml.Node {
	candidate, _ := r.Candidate()
	several := len(kube.Items(rule, "backendRefs")) > 1
	return backends(rule, func(ref *yaml.Node) []*yaml.Node {
		if isApex(r, ref) {
			ref = backendTo(r, ref, candidate)
		}
		if several && kube.Get(ref, "weight") == nil {
			ref = kube.Put(ref, 1, "weight")
		}
		return []*yaml.Node{ref}
	})
}

// weighted is the rule with both tracks in the apex's place, copying to
// the candidate if the stage says so.
func weighted(r entry, rule *yaml.Node) *yaml.Node {
	shares := shares(r, kube.Items(rule, "backendRefs"))
	share := func(ref *yaml.Node) *yaml.Node {
		w := shares[0]
		shares = shares[1:]
		return kube.Put(ref, w, "weight")
	}
	weighted := backends(rule, func(ref *yaml.Node) []*yaml.Node {
		if !isApex(r, ref) {
			return []*yaml.Node{share(ref)}
		}
		var to []*yaml.Node
		for _, t := range r.Tracks {
			b := share(backendTo(r, ref, t))
			if r.Sticky() != nil && t.Track == r.Stage.Candidate {
				cookie := filter{
					Type:                   "ResponseHeaderModifier",
					ResponseHeaderModifier: &header{Add: []pair{{"Set-Cookie", route.StickyCookie(r.Route)}}},
				}
				b = kube.Put(b, append(slices.Clip(kube.Items(b, "filters")), kube.Node(cookie)), "filters")
			}
			to = append(to, b)
		}
		return to
	})
	candidate, ok := r.Candidate()
	if r.Stage.Split.Mirror == 0 || !ok {
		return weighted
	}
	port, _ := kube.Number(apexRefs(r, rule)[0], "port") // that of the rule: an own route has several
	to := backend{Kind: "Service", Name: candidate.Service, Namespace: namespace(r, candidate), Port: port}
	mirror := filter{Type: "RequestMirror", RequestMirror: &mirror{to, &r.Stage.Split.Mirror}}
	return kube.Put(weighted, append(slices.Clip(kube.Items(rule, "filters")), kube.Node(mirror)), "filters")
}

// namespace is what a reference from the route to a track Service needs.
func namespace(r entry, t route.Target) string {
	if t.Namespace == r.Stands() {
		return ""
	}
	return t.Namespace
}

// shares are the weights of a rule's backends once every apex is two
// tracks. An omitted weight is 1.
func shares(r entry, refs []*yaml.Node) []int {
	var shares []int
	for _, ref := range refs {
		w, ok := kube.Number(ref, "weight")
		if !ok {
			w = 1
		}
		if !isApex(r, ref) {
			shares = append(shares, w*100)
			continue
		}
		for _, t := range r.Tracks {
			shares = append(shares, w*t.Weight)
		}
	}
	return route.PercentWeights(shares)
}

func backends(rule *yaml.Node, fn func(*yaml.Node) []*yaml.Node) *yaml.Node {
	if kube.Get(rule, "backendRefs") == nil {
		return rule
	}
	return kube.Edit(rule, func(refs *yaml.Node) *yaml.Node { return kube.Each(refs, fn) }, "backendRefs")
}

// backendTo is a backend with a track in the apex's place, defaults spelled out.
func backendTo(r entry, ref *yaml.Node, t route.Target) *yaml.Node {
	ref = kube.Put(ref, t.Service, "name")
	if said := kube.Text(ref, "namespace"); r.Source.Away() && cmp.Or(said, r.Stands()) != t.Namespace {
		ref = kube.Put(ref, t.Namespace, "namespace")
	}
	for _, d := range []struct{ key, value string }{{"group", ""}, {"kind", "Service"}} {
		if kube.Get(ref, d.key) == nil {
			ref = kube.Put(ref, d.value, d.key)
		}
	}
	return ref
}

func apexRefs(r entry, rule *yaml.Node) []*yaml.Node {
	return slices.DeleteFunc(slices.Clone(kube.Items(rule, "backendRefs")), func(ref *yaml.Node) bool { return !isApex(r, ref) })
}

// isApex reports whether a backend is an apex of the release.
func isApex(r entry, ref *yaml.Node) bool {
	if !namesService(r, ref) {
		return false
	}
	_, ok := r.Place(kube.Text(ref, "name"), kube.Text(ref, "port"))
	return ok
}

// namesService reports whether a backend is a Service in the release's namespace.
func namesService(r entry, ref *yaml.Node) bool {
	kind, namespace := kube.Text(ref, "kind"), kube.Text(ref, "namespace")
	if namespace == "" && r.Own != nil {
		namespace = r.Own.Namespace
	}
	if r.Core != "" && strings.EqualFold(kube.Text(ref, "group"), r.Core) || kube.Text(ref, "group") == "" {
		service := kind == "" || kind == "Service" || r.Core != "" && strings.EqualFold(kind, "Service")
		return service && kube.SameNamespace(namespace, r.Source.Namespace())
	}
	return false
}

// matches are the matches of a rule; for HTTP, those that the API server
// fills in where there are none.
func matches(r entry, rule *yaml.Node) []*yaml.Node {
	matches := kube.Items(rule, "matches")
	if len(matches) == 0 && kind(r) == "HTTPRoute" {
		return []*yaml.Node{kube.Node(match{Path: path(schemas.Path{Prefix: "/"})})}
	}
	return matches
}

// join crosses the matches of a rule with one more. The second answer
// is no where one match cannot say both.
func join(matches []*yaml.Node, also *yaml.Node) ([]*yaml.Node, bool) {
	return route.JoinMatches(matches, []*yaml.Node{also}, joinFields)
}

// joinFields joins what two matches say of one field.
func joinFields(key string, a, b *yaml.Node) (both *yaml.Node, some, ok bool) {
	switch key {
	case "path":
		return bothPaths(a, b)
	case "headers", "queryParams":
		return bothNamed(a, b)
	}
	both, some = bothMethods(a, b)
	return both, some, true
}

// bothMethods intersects two methods that differ: of HTTP, there is
// none; of gRPC, one may say less than the other.
func bothMethods(a, b *yaml.Node) (both *yaml.Node, some bool) {
	service := kube.Text(a, "service")
	switch {
	case service == "" || service != kube.Text(b, "service"):
		return nil, false
	case kube.Text(a, "method") == "":
		return b, true
	}
	return a, kube.Text(b, "method") == ""
}

// bothNamed joins conditions on named texts, of which one that says no
// type is exact. Two texts of one name have nothing in common; what two patterns
// have cannot be said.
func bothNamed(a, b *yaml.Node) (both *yaml.Node, some, ok bool) {
	all := slices.Clone(a.Content)
	kind := func(n *yaml.Node) string { return cmp.Or(kube.Text(n, "type"), "Exact") }
	for _, n := range b.Content {
		i := slices.IndexFunc(all, func(m *yaml.Node) bool { return strings.EqualFold(kube.Text(m, "name"), kube.Text(n, "name")) })
		switch {
		case i < 0:
			all = append(all, n)
		case kind(all[i]) != kind(n):
			return nil, false, false
		case kube.Text(all[i], "value") != kube.Text(n, "value"):
			return nil, false, kind(n) == "Exact"
		}
	}
	return kube.Node(all), true, true
}

// bothPaths intersects two conditions on the path.
func bothPaths(a, b *yaml.Node) (both *yaml.Node, some, ok bool) {
	p, q := gatewayroute.PathOf(a), gatewayroute.PathOf(b)
	switch {
	case q.Kind == route.PathPrefix && q.Value == "/":
		return a, true, true
	case p.Kind == route.PathPrefix && p.Value == "/":
		return b, true, true
	case p.Kind == route.PathMatches || q.Kind == route.PathMatches:
		return nil, false, false
	case p.Kind == route.PathIs:
		return a, q.Fits(p.Value) == route.Yes, true
	case q.Kind == route.PathIs, q.Fits(p.Value) == route.No:
		return b, p.Fits(q.Value) == route.Yes, true
	}
	return a, true, true
}
