package traffic

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// istioSticky matches the requests of clients that stay on the candidate.
func istioSticky(r Route) []*yamlNode {
	return istioMatches(schemas.Match{Cookies: []schemas.NamedString{{Name: r.Affinity.Cookie, String: schemas.String{Exact: stickyValue(r)}}}})
}

// istioEach puts what fn makes of a rule in the rule's place, in some of the lists.
func istioEach(spec *yamlNode, lists []string, fn func(*yamlNode) []*yamlNode) *yamlNode {
	for _, key := range lists {
		if kube.Get(spec, key) != nil {
			spec = kube.Edit(spec, func(list *yamlNode) *yamlNode { return kube.Each(list, fn) }, key)
		}
	}
	return spec
}

// istioLists are the lists of rules, the one of requests before those of
// connections.
var istioLists = []string{"http", "tls", "tcp"}

// istioByWeight is the route as far as connections go: they have no headers to
// match or to set, and are not mirrored (istio.io/api, L4MatchAttributes, TCPRoute).
func istioByWeight(r Route) Route {
	r.Stage.Split = stage.Split{Weight: r.Stage.Split.Weight}
	r.Stage.Preview = false
	return r
}

// istioSplit is what takes the place of a rule that names the apex: the rule
// for clients that stay on the candidate, those for matches, and the weights.
func istioSplit(r Route, rule *yamlNode) []*yamlNode {
	if len(istioApexRoutes(r, rule)) == 0 {
		return []*yamlNode{rule}
	}
	rule = istioMirrored(r, rule)
	var rules []*yamlNode
	if r.Sticky() != nil {
		rules, _ = istioMatched(r, rule, istioSticky(r))
	}
	for _, m := range r.Matches() {
		matched, _ := istioMatched(r, rule, istioMatches(m))
		rules = append(rules, matched...)
	}
	return append(rules, istioWeighted(r, rule))
}

// istioMirrored is a rule that copied to the apex: beside the tracks, what goes
// there goes to the main one.
func istioMirrored(r Route, rule *yamlNode) *yamlNode {
	toMain := func(m *yamlNode) *yamlNode {
		if !istioIsApex(r, m) {
			return m
		}
		return istioTo(r, m, r.Main())
	}
	rule = kube.EditAll(rule, toMain, "mirrors", "*")
	return kube.EditAll(rule, func(dest *yamlNode) *yamlNode {
		return kube.Get(toMain(kube.Node(map[string]*yamlNode{"destination": dest})), "destination")
	}, "mirror")
}

// istioMatched is the rule for those of its requests that also match, all to
// the candidate; or several, where a rewrite must know which prefix it takes the
// place of. The second answer is no where Istio cannot say so.
func istioMatched(r Route, rule *yamlNode, also []*yamlNode) ([]*yamlNode, bool) {
	to := kube.Edit(istioToCandidate(r, rule), func(*yamlNode) *yamlNode { return nil }, "name") // a name is for one rule
	uri := kube.Text(rule, "rewrite", "uri")
	if uri == "" {
		joined, ok := istioJoin(kube.Items(rule, "match"), also)
		if len(joined) == 0 {
			return nil, ok
		}
		return []*yamlNode{istioFirst(to, joined)}, ok
	}
	own := kube.Items(rule, "match")
	if len(own) == 0 {
		own = []*yamlNode{kube.Node(istioMatch{})}
	}
	var rules []*yamlNode
	for _, m := range own {
		joined, ok := istioJoin([]*yamlNode{m}, also)
		if !ok {
			return nil, false
		}
		for _, j := range joined {
			behind, ok := istioBehind(m, j)
			if !ok {
				return nil, false
			}
			rules = append(rules, istioFirst(kube.Put(to, uri+behind, "rewrite", "uri"), []*yamlNode{j}))
		}
	}
	return rules, true
}

// istioBehind is what the path of a narrower match has behind that of a rule's
// match. Istio replaces the path that is matched, so that it must be put behind
// the replacement. No for an expression: all that it matches is replaced.
func istioBehind(rule, narrower *yamlNode) (string, bool) {
	if kube.Equal(kube.Get(rule, "uri"), kube.Get(narrower, "uri")) {
		return "", true
	}
	prefix := cmp.Or(kube.Text(rule, "uri", "prefix"), "/")
	return strings.CutPrefix(kube.Text(narrower, "uri", "prefix")+kube.Text(narrower, "uri", "exact"), prefix)
}

// istioFirst sets the matches of a rule, before its other fields.
func istioFirst(rule *yamlNode, matches []*yamlNode) *yamlNode {
	if kube.Get(rule, "match") != nil {
		return kube.Put(rule, matches, "match")
	}
	first := *rule
	first.Content = append([]*yamlNode{kube.Node("match"), kube.Node(matches)}, rule.Content...)
	return &first
}

// istioToCandidate is the rule with the candidate in the apex's place.
func istioToCandidate(r Route, rule *yamlNode) *yamlNode {
	candidate, _ := r.Candidate()
	return istioRoutes(rule, func(dest *yamlNode) []*yamlNode {
		if istioIsApex(r, dest) {
			dest = istioTo(r, dest, candidate)
		}
		return []*yamlNode{dest}
	})
}

// istioWeighted is the rule with both tracks in the apex's place, copying to
// the candidate if the stage says so.
func istioWeighted(r Route, rule *yamlNode) *yamlNode {
	shares := istioShares(r, kube.Items(rule, "route"))
	share := func(dest *yamlNode) *yamlNode {
		w := shares[0]
		shares = shares[1:]
		return kube.Put(dest, w, "weight")
	}
	weighted := istioRoutes(rule, func(dest *yamlNode) []*yamlNode {
		if !istioIsApex(r, dest) {
			return []*yamlNode{share(dest)}
		}
		var to []*yamlNode
		for _, t := range r.Tracks {
			d := share(istioTo(r, dest, t))
			if r.Sticky() != nil && t.Track == r.Stage.Candidate {
				d = kube.Put(d, stickyCookie(r), "headers", "response", "add", "Set-Cookie")
			}
			to = append(to, d)
		}
		return to
	})
	candidate, ok := r.Candidate()
	if r.Stage.Split.Mirror == 0 || !ok {
		return weighted
	}
	to := istioTo(r, istioApexRoutes(r, rule)[0], candidate)
	mirror := istioMirrorTo{kube.Get(to, "destination"), istioPercent{float64(r.Stage.Split.Mirror)}}
	return kube.Put(weighted, append(slices.Clip(kube.Items(rule, "mirrors")), kube.Node(mirror)), "mirrors")
}

// istioShares are the weights of a rule's destinations once every apex is two
// tracks: whole numbers, adding up to 100 where that can be.
func istioShares(r Route, dests []*yamlNode) []int {
	var shares []int
	for _, d := range dests {
		w, _ := kube.Number(d, "weight")
		if len(dests) == 1 {
			w = 100 // Istio sends everything to a single destination
		}
		if !istioIsApex(r, d) {
			shares = append(shares, w*100)
			continue
		}
		for _, t := range r.Tracks {
			shares = append(shares, w*t.Weight)
		}
	}
	return toHundred(shares)
}

// istioRoutes puts what fn makes of a destination in its place.
func istioRoutes(rule *yamlNode, fn func(*yamlNode) []*yamlNode) *yamlNode {
	if kube.Get(rule, "route") == nil {
		return rule
	}
	return kube.Edit(rule, func(list *yamlNode) *yamlNode { return kube.Each(list, fn) }, "route")
}

// istioTo is a destination with a track in the apex's place. The host keeps
// its form: checkout.shop.svc.cluster.local becomes checkout-blue.shop.….
func istioTo(r Route, dest *yamlNode, t Target) *yamlNode {
	service := t.Service
	apex, called, _ := istioCalls(r, dest)
	port, _ := r.place(apex, called)
	if istioOptionsOf(r.Traffic).Subsets {
		service = istioBoth(r)
		dest = kube.Put(dest, t.Track, "destination", "subset")
	}
	_, domain, dotted := strings.Cut(kube.Text(dest, "destination", "host"), ".")
	if dotted {
		service += "." + domain
	}
	dest = kube.Put(dest, service, "destination", "host")
	if kube.Get(dest, "destination", "port") == nil {
		dest = kube.Put(dest, istioPort{port.Number}, "destination", "port")
	}
	return dest
}

func istioApexRoutes(r Route, rule *yamlNode) []*yamlNode {
	return slices.DeleteFunc(slices.Clone(kube.Items(rule, "route")), func(d *yamlNode) bool { return !istioIsApex(r, d) })
}

// istioIsApex reports whether a destination is an apex of the release.
func istioIsApex(r Route, dest *yamlNode) bool {
	name, port, ok := istioCalls(r, dest)
	if !ok {
		return false
	}
	_, ok = r.place(name, port)
	return ok
}

// istioCalls is the Service and the port of a destination in the release's
// namespace.
func istioCalls(r Route, dest *yamlNode) (name, port string, ok bool) {
	from := r.Source.Namespace()
	if r.Own != nil {
		from = r.Own.Namespace
	}
	ns, name, ok := istioService(kube.Text(dest, "destination", "host"), from)
	return name, kube.Text(dest, "destination", "port", "number"), ok && kube.SameNamespace(ns, r.Source.Namespace())
}

// istioJoin crosses two lists of matches: a request must fit one of each. The
// second answer is no where Istio cannot say so.
func istioJoin(rule, also []*yamlNode) ([]*yamlNode, bool) {
	return crossed(rule, also, istioFields)
}

// istioFields joins what two matches say of one field.
func istioFields(key string, a, b *yamlNode) (both *yamlNode, some, ok bool) {
	switch key {
	case "uri":
		return istioBothPaths(a, b)
	case "headers", "queryParams":
		return istioBothMaps(a, b)
	}
	return nil, false, kube.Text(a, "exact") != "" // two methods
}

// istioBothMaps joins conditions on named texts. Two texts of one name have
// nothing in common; what two patterns have cannot be said.
func istioBothMaps(a, b *yamlNode) (both *yamlNode, some, ok bool) {
	for i := 0; i+1 < len(b.Content); i += 2 {
		key, v := b.Content[i].Value, b.Content[i+1]
		if have := kube.Get(a, key); have != nil && !kube.Equal(have, v) {
			return nil, false, kube.Get(have, "exact") != nil && kube.Get(v, "exact") != nil
		}
		a = kube.Put(a, v, key)
	}
	return a, true, true
}

// istioBothPaths intersects two conditions on the path.
func istioBothPaths(a, b *yamlNode) (both *yamlNode, some, ok bool) {
	exactA, exactB := kube.Text(a, "exact"), kube.Text(b, "exact")
	prefixA, prefixB := kube.Text(a, "prefix"), kube.Text(b, "prefix")
	switch {
	case prefixA == "/":
		return b, true, true
	case prefixB == "/":
		return a, true, true
	case kube.Text(a, "regex") != "" || kube.Text(b, "regex") != "":
		return nil, false, false
	case exactA != "" && exactB != "":
		return a, exactA == exactB, true
	case exactA != "":
		return a, strings.HasPrefix(exactA, prefixB), true
	case exactB != "":
		return b, strings.HasPrefix(exactB, prefixA), true
	case strings.HasPrefix(prefixA, prefixB):
		return a, true, true
	}
	return b, strings.HasPrefix(prefixB, prefixA), true
}
