package istio

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// sticky matches the requests of clients that stay on the candidate.
func sticky(r route.Route) []*yaml.Node {
	return matches(
		schemas.Match{Cookies: []schemas.NamedString{{Name: r.Affinity.Cookie, String: schemas.String{Exact: route.StickyValue(r)}}}})
}

// eachRule puts what fn makes of a rule in the rule's place, in some of the lists.
func eachRule(spec *yaml.Node, lists []string, fn func(*yaml.Node) []*yaml.Node) *yaml.Node {
	for _, key := range lists {
		if kube.Get(spec, key) != nil {
			spec = kube.Edit(spec, func(list *yaml.Node) *yaml.Node { return kube.Each(list, fn) }, key)
		}
	}
	return spec
}

// byWeight is the route as far as connections go: they have no headers to
// match or to set, and are not mirrored (istio.io/api, L4MatchAttributes, TCPRoute).
func byWeight(r route.Route) route.Route {
	r.Stage.Split = stage.Split{Weight: r.Stage.Split.Weight}
	r.Stage.Preview = false
	return r
}

// splitRoute is what takes the place of a rule that names the apex: the rule
// for clients that stay on the candidate, those for matches, and the weights.
func splitRoute(r route.Route, rule *yaml.Node) []*yaml.Node {
	if len(apexRoutes(r, rule)) == 0 {
		return []*yaml.Node{rule}
	}
	rule = mirrored(r, rule)
	var rules []*yaml.Node
	if r.Sticky() != nil {
		rules, _ = matched(r, rule, sticky(r))
	}
	for _, m := range r.Matches() {
		matched, _ := matched(r, rule, matches(m))
		rules = append(rules, matched...)
	}
	return append(rules, weighted(r, rule))
}

// mirrored is a rule that copied to the apex: beside the tracks, what goes
// there goes to the main one.
func mirrored(r route.Route, rule *yaml.Node) *yaml.Node {
	toMain := func(m *yaml.Node) *yaml.Node {
		if !isApex(r, m) {
			return m
		}
		return destinationTo(r, m, r.Main())
	}
	rule = kube.EditAll(rule, toMain, "mirrors", "*")
	return kube.EditAll(rule, func(dest *yaml.Node) *yaml.Node {
		return kube.Get(toMain(kube.Node(map[string]*yaml.Node{"destination": dest})), "destination")
	}, "mirror")
}

// matched is the rule for those of its requests that also match, all to
// the candidate; or several, where a rewrite must know which prefix it takes the
// place of. The second answer is no where Istio cannot say so.
func matched(r route.Route, rule *yaml.Node, also []*yaml.Node) ([]*yaml.Node, bool) {
	to := kube.Edit(toCandidate(r, rule), func(*yaml.Node) *yaml.Node { return nil }, "name") // a name is for one rule
	uri := kube.Text(rule, "rewrite", "uri")
	if uri == "" {
		joined, ok := join(kube.Items(rule, "match"), also)
		if len(joined) == 0 {
			return nil, ok
		}
		return []*yaml.Node{withMatches(to, joined)}, ok
	}
	own := kube.Items(rule, "match")
	if len(own) == 0 {
		own = []*yaml.Node{kube.Node(match{})}
	}
	var rules []*yaml.Node
	for _, m := range own {
		joined, ok := join([]*yaml.Node{m}, also)
		if !ok {
			return nil, false
		}
		for _, j := range joined {
			behind, ok := pathRemainder(m, j)
			if !ok {
				return nil, false
			}
			rules = append(rules, withMatches(kube.Put(to, uri+behind, "rewrite", "uri"), []*yaml.Node{j}))
		}
	}
	return rules, true
}

// pathRemainder is what the path of a narrower match has behind that of a rule's
// match. Istio replaces the path that is matched, so that it must be put behind
// the replacement. No for an expression: all that it matches is replaced.
func pathRemainder(rule, narrower *yaml.Node) (string, bool) {
	if kube.Equal(kube.Get(rule, "uri"), kube.Get(narrower, "uri")) {
		return "", true
	}
	prefix := cmp.Or(kube.Text(rule, "uri", "prefix"), "/")
	return strings.CutPrefix(kube.Text(narrower, "uri", "prefix")+kube.Text(narrower, "uri", "exact"), prefix)
}

// withMatches sets the matches of a rule, before its other fields.
func withMatches(rule *yaml.Node, matches []*yaml.Node) *yaml.Node {
	if kube.Get(rule, "match") != nil {
		return kube.Put(rule, matches, "match")
	}
	first := *rule
	first.Content = append([]*yaml.Node{kube.Node("match"), kube.Node(matches)}, rule.Content...)
	return &first
}

// toCandidate is the rule with the candidate in the apex's place.
func toCandidate(r route.Route, rule *yaml.Node) *yaml.Node {
	candidate, _ := r.Candidate()
	return routes(rule, func(dest *yaml.Node) []*yaml.Node {
		if isApex(r, dest) {
			dest = destinationTo(r, dest, candidate)
		}
		return []*yaml.Node{dest}
	})
}

// weighted is the rule with both tracks in the apex's place, copying to
// the candidate if the stage says so.
func weighted(r route.Route, rule *yaml.Node) *yaml.Node {
	shares := shares(r, kube.Items(rule, "route"))
	share := func(dest *yaml.Node) *yaml.Node {
		w := shares[0]
		shares = shares[1:]
		return kube.Put(dest, w, "weight")
	}
	weighted := routes(rule, func(dest *yaml.Node) []*yaml.Node {
		if !isApex(r, dest) {
			return []*yaml.Node{share(dest)}
		}
		var to []*yaml.Node
		for _, t := range r.Tracks {
			d := share(destinationTo(r, dest, t))
			if r.Sticky() != nil && t.Track == r.Stage.Candidate {
				d = kube.Put(d, route.StickyCookie(r), "headers", "response", "add", "Set-Cookie")
			}
			to = append(to, d)
		}
		return to
	})
	candidate, ok := r.Candidate()
	if r.Stage.Split.Mirror == 0 || !ok {
		return weighted
	}
	to := destinationTo(r, apexRoutes(r, rule)[0], candidate)
	mirror := mirrorTo{kube.Get(to, "destination"), percent{float64(r.Stage.Split.Mirror)}}
	return kube.Put(weighted, append(slices.Clip(kube.Items(rule, "mirrors")), kube.Node(mirror)), "mirrors")
}

// shares are the weights of a rule's destinations once every apex is two
// tracks: whole numbers, adding up to 100 where that can be.
func shares(r route.Route, dests []*yaml.Node) []int {
	var shares []int
	for _, d := range dests {
		w, _ := kube.Number(d, "weight")
		if len(dests) == 1 {
			w = 100 // Istio sends everything to a single destination
		}
		if !isApex(r, d) {
			shares = append(shares, w*100)
			continue
		}
		for _, t := range r.Tracks {
			shares = append(shares, w*t.Weight)
		}
	}
	return route.PercentWeights(shares)
}

// routes puts what fn makes of a destination in its place.
func routes(rule *yaml.Node, fn func(*yaml.Node) []*yaml.Node) *yaml.Node {
	if kube.Get(rule, "route") == nil {
		return rule
	}
	return kube.Edit(rule, func(list *yaml.Node) *yaml.Node { return kube.Each(list, fn) }, "route")
}

// destinationTo is a destination with a track in the apex's place. The host keeps
// its form: checkout.shop.svc.cluster.local becomes checkout-blue.shop.….
func destinationTo(r route.Route, dest *yaml.Node, t route.Target) *yaml.Node {
	service := t.Service
	apex, called, _ := destinationService(r, dest)
	port, _ := r.Place(apex, called)
	if optionsOf(r.Traffic).Subsets {
		service = tracksService(r)
		dest = kube.Put(dest, t.Track, "destination", "subset")
	}
	dest = kube.Put(dest, hostOf(r, service, t.Namespace, kube.Text(dest, "destination", "host")), "destination", "host")
	if kube.Get(dest, "destination", "port") == nil {
		dest = kube.Put(dest, portRef{port.Number}, "destination", "port")
	}
	return dest
}

// hostOf is the host of a Service in the form of the apex's; in another namespace than the
// one that a short host is looked for in, all of it is said.
func hostOf(r route.Route, service, namespace, apex string) string {
	_, domain, dotted := strings.Cut(apex, ".")
	switch {
	case !r.Source.Away() && dotted:
		return service + "." + domain
	case dotted:
		_, domain, _ = strings.Cut(domain, ".")
		return service + "." + namespace + "." + domain
	case r.Source.Away() && namespace != r.Stands():
		return route.MeshHost(namespace, service) + "." + r.Release.Spec.Domain
	}
	return service
}

func apexRoutes(r route.Route, rule *yaml.Node) []*yaml.Node {
	return slices.DeleteFunc(slices.Clone(kube.Items(rule, "route")), func(d *yaml.Node) bool { return !isApex(r, d) })
}

// isApex reports whether a destination is an apex of the release.
func isApex(r route.Route, dest *yaml.Node) bool {
	name, port, ok := destinationService(r, dest)
	if !ok {
		return false
	}
	_, ok = r.Place(name, port)
	return ok
}

// destinationService is the Service and the port of a destination in the release's
// namespace.
func destinationService(r route.Route, dest *yaml.Node) (name, port string, ok bool) {
	from := r.Source.Namespace()
	if r.Own != nil {
		from = r.Own.Namespace
	}
	ns, name, ok := serviceOf(kube.Text(dest, "destination", "host"), from)
	return name, kube.Text(dest, "destination", "port", "number"), ok && kube.SameNamespace(ns, r.Source.Namespace())
}

// join crosses two lists of matches: a request must fit one of each. The
// second answer is no where Istio cannot say so.
func join(rule, also []*yaml.Node) ([]*yaml.Node, bool) {
	return route.JoinMatches(rule, also, joinFields)
}

// joinFields joins what two matches say of one field.
func joinFields(key string, a, b *yaml.Node) (both *yaml.Node, some, ok bool) {
	switch key {
	case "uri":
		return bothPaths(a, b)
	case "headers", "queryParams":
		return bothMaps(a, b)
	}
	return nil, false, kube.Text(a, "exact") != "" // two methods
}

// bothMaps joins conditions on named texts. Two texts of one name have
// nothing in common; what two patterns have cannot be said.
func bothMaps(a, b *yaml.Node) (both *yaml.Node, some, ok bool) {
	for i := 0; i+1 < len(b.Content); i += 2 {
		key, v := b.Content[i].Value, b.Content[i+1]
		if have := kube.Get(a, key); have != nil && !kube.Equal(have, v) {
			return nil, false, kube.Get(have, "exact") != nil && kube.Get(v, "exact") != nil
		}
		a = kube.Put(a, v, key)
	}
	return a, true, true
}

// bothPaths intersects two conditions on the path.
func bothPaths(a, b *yaml.Node) (both *yaml.Node, some, ok bool) {
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
