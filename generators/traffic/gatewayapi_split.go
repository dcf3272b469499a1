package traffic

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// gatewayFill changes the items of a list, and of the lists within lists.
func gatewayFill(n *yamlNode, list []string, fn func(*yamlNode) *yamlNode) *yamlNode {
	if len(list) == 0 {
		return fn(n)
	}
	if kube.Get(n, list[0]) == nil {
		return n
	}
	return kube.Edit(n, func(items *yamlNode) *yamlNode {
		return kube.Each(items, func(item *yamlNode) []*yamlNode { return []*yamlNode{gatewayFill(item, list[1:], fn)} })
	}, list[0])
}

// gatewaySticky matches the requests of clients that stay on the candidate.
func gatewaySticky(r Route) gatewayMatch {
	return gatewayMatchOf(r, schemas.Match{Cookies: []schemas.NamedString{{Name: r.Affinity.Cookie, String: schemas.String{Exact: stickyValue(r)}}}})
}

// gatewaySplit is what takes the place of a rule that names the apex.
func gatewaySplit(r Route, rule *yamlNode) []*yamlNode {
	if len(gatewayApexRefs(r, rule)) == 0 {
		return []*yamlNode{rule}
	}
	rule = gatewayMirrored(r, rule)
	var also []gatewayMatch
	if r.Sticky() != nil {
		also = append(also, gatewaySticky(r))
	}
	for _, m := range r.Matches() {
		also = append(also, gatewayMatchOf(r, m))
	}
	var rules []*yamlNode
	for _, m := range also {
		matched, _ := gatewayMatched(r, rule, m)
		rules = append(rules, matched...)
	}
	return append(rules, gatewayWeighted(r, rule))
}

// gatewayMirrored is a rule that copied to the apex: beside the tracks, what goes
// there goes to the main one.
func gatewayMirrored(r Route, rule *yamlNode) *yamlNode {
	return kube.EditAll(rule, func(ref *yamlNode) *yamlNode {
		if !gatewayIsApex(r, ref) {
			return ref
		}
		return gatewayTo(ref, r.Main())
	}, "filters", "*", "requestMirror", "backendRef")
}

// gatewayMatched is the rule for those of its requests that also match, all to
// the candidate; none if there are none. The second answer is no where a route
// cannot say so.
func gatewayMatched(r Route, rule *yamlNode, m gatewayMatch) ([]*yamlNode, bool) {
	own := gatewayMatches(r, rule)
	joined, ok := gatewayJoin(own, kube.Node(m))
	if !ok || len(joined) == 0 {
		return nil, ok
	}
	to := gatewayFirst(gatewayToCandidate(r, rule), joined)
	if len(own) != 1 { // a replaced prefix is the only match of its rule
		return []*yamlNode{to}, true
	}
	to, ok = gatewayRewritten(to, kube.Get(own[0], "path"), kube.Get(joined[0], "path"))
	return []*yamlNode{to}, ok
}

// gatewayRewritten is a rule that replaced a prefix, now that it is for a narrower
// path: what stands behind the prefix there stays behind the replacement. No for
// an expression, which is no prefix.
func gatewayRewritten(rule, wide, narrow *yamlNode) (*yamlNode, bool) {
	rewrites := slices.ContainsFunc(kube.Items(rule, "filters"), func(f *yamlNode) bool { return kube.Get(f, "urlRewrite", "path", "replacePrefixMatch") != nil })
	if !rewrites || kube.Equal(wide, narrow) {
		return rule, true
	}
	from, to := gatewayPathOf(wide), gatewayPathOf(narrow)
	behind, ok := strings.CutPrefix(to.Value, strings.TrimSuffix(from.Value, "/"))
	if !ok || to.Kind == PathMatches {
		return rule, false
	}
	return kube.EditAll(rule, func(path *yamlNode) *yamlNode {
		replacement := strings.TrimSuffix(kube.Text(path, "replacePrefixMatch"), "/") + behind
		if to.Kind == PathIs {
			return kube.Node(gatewayURLPath{Type: "ReplaceFullPath", ReplaceFullPath: cmp.Or(replacement, "/")})
		}
		return kube.Put(path, cmp.Or(replacement, "/"), "replacePrefixMatch")
	}, "filters", "*", "urlRewrite", "path"), true
}

// gatewayFirst sets the matches of a rule, before its other fields. A name
// would stand twice in the route.
func gatewayFirst(rule *yamlNode, matches []*yamlNode) *yamlNode {
	if kube.Get(rule, "name") != nil {
		rule = kube.Edit(rule, func(*yamlNode) *yamlNode { return nil }, "name")
	}
	if kube.Get(rule, "matches") != nil {
		return kube.Put(rule, matches, "matches")
	}
	first := *rule
	first.Content = append([]*yamlNode{kube.Node("matches"), kube.Node(matches)}, rule.Content...)
	return &first
}

// gatewayToCandidate is the rule with the candidate in the apex's place. A
// weight that is left out beside others is spelled out.
func gatewayToCandidate(r Route, rule *yamlNode) *yamlNode {
	candidate, _ := r.Candidate()
	several := len(kube.Items(rule, "backendRefs")) > 1
	return gatewayBackends(rule, func(ref *yamlNode) []*yamlNode {
		if gatewayIsApex(r, ref) {
			ref = gatewayTo(ref, candidate)
		}
		if several && kube.Get(ref, "weight") == nil {
			ref = kube.Put(ref, 1, "weight")
		}
		return []*yamlNode{ref}
	})
}

// gatewayWeighted is the rule with both tracks in the apex's place, copying to
// the candidate if the stage says so.
func gatewayWeighted(r Route, rule *yamlNode) *yamlNode {
	shares := gatewayShares(r, kube.Items(rule, "backendRefs"))
	share := func(ref *yamlNode) *yamlNode {
		w := shares[0]
		shares = shares[1:]
		return kube.Put(ref, w, "weight")
	}
	weighted := gatewayBackends(rule, func(ref *yamlNode) []*yamlNode {
		if !gatewayIsApex(r, ref) {
			return []*yamlNode{share(ref)}
		}
		var to []*yamlNode
		for _, t := range r.Tracks {
			b := share(gatewayTo(ref, t))
			if r.Sticky() != nil && t.Track == r.Stage.Candidate {
				cookie := gatewayFilter{Type: "ResponseHeaderModifier", ResponseHeaderModifier: &gatewayHeader{Add: []gatewayPair{{"Set-Cookie", stickyCookie(r)}}}}
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
	port, _ := kube.Number(gatewayApexRefs(r, rule)[0], "port") // that of the rule: an own route has several
	mirror := gatewayFilter{Type: "RequestMirror", RequestMirror: &gatewayMirror{gatewayBackend{Kind: "Service", Name: candidate.Service, Namespace: gatewayNamespace(r), Port: port}, &r.Stage.Split.Mirror, nil}}
	return kube.Put(weighted, append(slices.Clip(kube.Items(rule, "filters")), kube.Node(mirror)), "filters")
}

// gatewayNamespace is what a reference from the route to a track Service needs.
func gatewayNamespace(r Route) string {
	if r.Own == nil || r.Own.Namespace == r.Source.Namespace() {
		return ""
	}
	return r.Source.Namespace()
}

// gatewayShares are the weights of a rule's backends once every apex is two
// tracks. An omitted weight is 1.
func gatewayShares(r Route, refs []*yamlNode) []int {
	var shares []int
	for _, ref := range refs {
		w, ok := kube.Number(ref, "weight")
		if !ok {
			w = 1
		}
		if !gatewayIsApex(r, ref) {
			shares = append(shares, w*100)
			continue
		}
		for _, t := range r.Tracks {
			shares = append(shares, w*t.Weight)
		}
	}
	return toHundred(shares)
}

func gatewayBackends(rule *yamlNode, fn func(*yamlNode) []*yamlNode) *yamlNode {
	if kube.Get(rule, "backendRefs") == nil {
		return rule
	}
	return kube.Edit(rule, func(refs *yamlNode) *yamlNode { return kube.Each(refs, fn) }, "backendRefs")
}

// gatewayTo is a backend with a track in the apex's place, defaults spelled out.
func gatewayTo(ref *yamlNode, t Target) *yamlNode {
	ref = kube.Put(ref, t.Service, "name")
	for _, d := range []struct{ key, value string }{{"group", ""}, {"kind", "Service"}} {
		if kube.Get(ref, d.key) == nil {
			ref = kube.Put(ref, d.value, d.key)
		}
	}
	return ref
}

func gatewayApexRefs(r Route, rule *yamlNode) []*yamlNode {
	return slices.DeleteFunc(slices.Clone(kube.Items(rule, "backendRefs")), func(ref *yamlNode) bool { return !gatewayIsApex(r, ref) })
}

// gatewayIsApex reports whether a backend is an apex of the release.
func gatewayIsApex(r Route, ref *yamlNode) bool {
	if !gatewayNames(r, ref) {
		return false
	}
	_, ok := r.place(kube.Text(ref, "name"), kube.Text(ref, "port"))
	return ok
}

// gatewayNames reports whether a backend is a Service in the release's namespace.
func gatewayNames(r Route, ref *yamlNode) bool {
	kind, namespace := kube.Text(ref, "kind"), kube.Text(ref, "namespace")
	if namespace == "" && r.Own != nil {
		namespace = r.Own.Namespace
	}
	return kube.Text(ref, "group") == "" && (kind == "" || kind == "Service") && kube.SameNamespace(namespace, r.Source.Namespace())
}

// gatewayMatches are the matches of a rule; for HTTP, those that the API server
// fills in where there are none.
func gatewayMatches(r Route, rule *yamlNode) []*yamlNode {
	matches := kube.Items(rule, "matches")
	if len(matches) == 0 && gatewayKind(r) == "HTTPRoute" {
		return []*yamlNode{kube.Node(gatewayMatch{Path: gatewayPath(schemas.Path{Prefix: "/"})})}
	}
	return matches
}

// gatewayJoin crosses the matches of a rule with one more. The second answer
// is no where one match cannot say both.
func gatewayJoin(matches []*yamlNode, also *yamlNode) ([]*yamlNode, bool) {
	return crossed(matches, []*yamlNode{also}, gatewayFields)
}

// gatewayFields joins what two matches say of one field.
func gatewayFields(key string, a, b *yamlNode) (both *yamlNode, some, ok bool) {
	switch key {
	case "path":
		return gatewayBothPaths(a, b)
	case "headers", "queryParams":
		return gatewayBothNamed(a, b)
	}
	both, some = gatewayBothMethods(a, b)
	return both, some, true
}

// gatewayBothMethods intersects two methods that differ: of HTTP, there is
// none; of gRPC, one may say less than the other.
func gatewayBothMethods(a, b *yamlNode) (both *yamlNode, some bool) {
	service := kube.Text(a, "service")
	switch {
	case service == "" || service != kube.Text(b, "service"):
		return nil, false
	case kube.Text(a, "method") == "":
		return b, true
	}
	return a, kube.Text(b, "method") == ""
}

// gatewayBothNamed joins conditions on named texts, of which one that says no
// type is exact. Two texts of one name have nothing in common; what two patterns
// have cannot be said.
func gatewayBothNamed(a, b *yamlNode) (both *yamlNode, some, ok bool) {
	all := slices.Clone(a.Content)
	kind := func(n *yamlNode) string { return cmp.Or(kube.Text(n, "type"), "Exact") }
	for _, n := range b.Content {
		i := slices.IndexFunc(all, func(m *yamlNode) bool { return strings.EqualFold(kube.Text(m, "name"), kube.Text(n, "name")) })
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

// gatewayBothPaths intersects two conditions on the path.
func gatewayBothPaths(a, b *yamlNode) (both *yamlNode, some, ok bool) {
	p, q := gatewayPathOf(a), gatewayPathOf(b)
	switch {
	case q.Kind == PathPrefix && q.Value == "/":
		return a, true, true
	case p.Kind == PathPrefix && p.Value == "/":
		return b, true, true
	case p.Kind == PathMatches || q.Kind == PathMatches:
		return nil, false, false
	case p.Kind == PathIs:
		return a, q.fits(p.Value) == Yes, true
	case q.Kind == PathIs, q.fits(p.Value) == No:
		return b, p.fits(q.Value) == Yes, true
	}
	return a, true, true
}
