package nginx

import (
	"slices"
	"strconv"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// splitSpec is a spec with the tracks in the apex's place: both are upstreams at every
// stage, and routes share requests between them.
func splitSpec(r route.Route, spec *yaml.Node) *yaml.Node {
	apexes := apexUpstreams(r, spec)
	out := kube.Edit(spec, func(list *yaml.Node) *yaml.Node {
		return kube.Each(list, func(u *yaml.Node) []*yaml.Node {
			if !apexes.has(kube.Text(u, "name")) {
				return []*yaml.Node{u}
			}
			return []*yaml.Node{upstreamTo(r, u, r.Tracks[0]), upstreamTo(r, u, r.Tracks[1])}
		})
	}, "upstreams")
	return eachRoute(out, func(n *yaml.Node) *yaml.Node { return splitRoute(r, apexes, n) })
}

// eachRoute puts what fn makes of a route, or of a subroute, in its place.
func eachRoute(spec *yaml.Node, fn func(*yaml.Node) *yaml.Node) *yaml.Node {
	for _, key := range []string{"routes", "subroutes"} {
		spec = kube.EditAll(spec, fn, key, "*")
	}
	return spec
}

// names are those of upstreams.
type names []string

func (all names) has(name string) bool { return slices.Contains(all, name) }

// apexUpstreams are the upstreams of a spec that lead to the apex.
func apexUpstreams(r route.Route, spec *yaml.Node) names {
	var all names
	for _, u := range kube.Items(spec, "upstreams") {
		if isApex(r, u) {
			all = append(all, kube.Text(u, "name"))
		}
	}
	return all
}

// isApex reports whether an upstream is an apex of the release.
func isApex(r route.Route, u *yaml.Node) bool {
	namespace, service := serviceOf(kube.Text(u, "service"))
	if namespace == "" && r.Own != nil {
		namespace = r.Own.Namespace
	}
	_, ok := r.Place(service, kube.Text(u, "port"))
	return ok && kube.SameNamespace(namespace, r.Source.Namespace())
}

// upstreamTo is an upstream with a track in the apex's place, under a name of its own.
func upstreamTo(r route.Route, u *yaml.Node, t route.Target) *yaml.Node {
	service := t.Service
	namespace, name := serviceOf(kube.Text(u, "service"))
	if namespace != "" {
		service = namespace + "/" + service
	}
	port := kube.Text(u, "port")
	if at, _ := r.Place(name, port); strconv.Itoa(at.Number) != port {
		u = kube.Put(u, at.Number, "port")
	}
	u = kube.Put(u, service, "service")
	return kube.Put(u, upstreamName(kube.Text(u, "name"), t), "name")
}

// upstreamName is the name of a track's upstream: the track, or behind the name of the
// user's own.
func upstreamName(name string, t route.Target) string {
	if name == apexUpstream {
		return t.Track
	}
	return name + "-" + t.Track
}

// splitRoute is a route that shares the apex's requests: matches of the release come
// before what they are taken from, so that the route's own conditions still hold.
func splitRoute(r route.Route, apexes names, n *yaml.Node) *yaml.Node {
	var all []*yaml.Node
	for _, m := range kube.Items(n, "matches") {
		all = append(all, candidates(r, apexes, m, kube.Items(m, "conditions"))...)
		all = append(all, shared(r, apexes, m))
	}
	all = append(all, candidates(r, apexes, n, nil)...)
	n = shared(r, apexes, n)
	if len(all) == 0 {
		return n
	}
	if kube.Get(n, "matches") != nil {
		return kube.Put(n, all, "matches")
	}
	return before(n, "matches", all)
}

// before is a route with one more field, before what is done without a match.
func before(n *yaml.Node, key string, value any) *yaml.Node {
	at := len(n.Content)
	for i := 0; i < len(n.Content); i += 2 {
		if k := n.Content[i].Value; k == "action" || k == "splits" {
			at = i
		}
	}
	out := *n
	out.Content = slices.Insert(slices.Clone(n.Content), at, kube.Node(key), kube.Node(value))
	return &out
}

// candidates are the matches that lead to the candidate, of what a route or a match does:
// for clients that stay there, and those that the release asks for.
func candidates(r route.Route, apexes names, n *yaml.Node, also []*yaml.Node) []*yaml.Node {
	if !leads(apexes, n) {
		return nil
	}
	var all []*yaml.Node
	for _, m := range r.Matches() {
		list := slices.Clip(also)
		for _, c := range conditions(m) {
			list = append(list, kube.Node(c))
		}
		all = append(all, takes(r, apexes, n, list))
	}
	if a := r.Sticky(); a != nil {
		stays := condition{Cookie: a.Cookie, Value: valueOf(schemas.String{Exact: route.StickyValue(r)})}
		all = append([]*yaml.Node{takes(r, apexes, n, append(slices.Clip(also), kube.Node(stays)))}, all...)
	}
	return all
}

// takes is a match that does what a route or a match does, with the candidate in the
// apex's place.
func takes(r route.Route, apexes names, n *yaml.Node, list []*yaml.Node) *yaml.Node {
	out := kube.Node(map[string]*yaml.Node{})
	if len(list) > 0 {
		out = kube.Put(out, list, "conditions")
	} else {
		// A match of every request: its conditions may not be none.
		out = kube.Put(out, []condition{{Variable: "$request_method", Value: "!"}}, "conditions")
	}
	candidate, _ := r.Candidate()
	for _, key := range []string{"action", "splits"} {
		if what := kube.Get(n, key); what != nil {
			out = kube.Put(out, what, key)
		}
	}
	return toTrack(apexes, out, candidate)
}

// toTrack is a route or a match with a track in the apex's place.
func toTrack(apexes names, n *yaml.Node, t route.Target) *yaml.Node {
	to := func(a *yaml.Node) *yaml.Node { return actionTo(apexes, a, t) }
	for _, path := range [][]string{
		{"action"}, {"splits", "*", "action"}, {"matches", "*", "action"}, {"matches", "*", "splits", "*", "action"},
	} {
		n = kube.EditAll(n, to, path...)
	}
	return n
}

// actionTo is an action with a track in the apex's place.
func actionTo(apexes names, a *yaml.Node, t route.Target) *yaml.Node {
	for _, path := range [][]string{{"pass"}, {"proxy", "upstream"}} {
		if name := kube.Text(a, path...); apexes.has(name) {
			a = kube.Put(a, upstreamName(name, t), path...)
		}
	}
	return a
}

// leads reports whether an action of a route or a match, or one of its splits, leads to
// the apex. The matches of a route are asked by themselves.
func leads(apexes names, n *yaml.Node) bool {
	return slices.ContainsFunc(actions(n), func(a *yaml.Node) bool { return leadsTo(apexes, a) })
}

func leadsTo(apexes names, a *yaml.Node) bool {
	return apexes.has(kube.Text(a, "pass")) || apexes.has(kube.Text(a, "proxy", "upstream"))
}

// actions are what a route or a match does, with or without splits.
func actions(n *yaml.Node) []*yaml.Node {
	if a := kube.Get(n, "action"); a != nil {
		return []*yaml.Node{a}
	}
	var all []*yaml.Node
	for _, s := range kube.Items(n, "splits") {
		all = append(all, kube.Get(s, "action"))
	}
	return all
}

// shared is a route or a match with both tracks in the apex's place, by their weights,
// which add up to 100: checkOwn has refused what cannot be divided so.
func shared(r route.Route, apexes names, n *yaml.Node) *yaml.Node {
	if !leads(apexes, n) {
		return n
	}
	list := kube.Items(n, "splits")
	if a := kube.Get(n, "action"); a != nil {
		list = []*yaml.Node{kube.Node(map[string]any{"weight": 100})}
		list[0] = kube.Put(list[0], a, "action")
	}
	var all []*yaml.Node
	for _, s := range list {
		a := kube.Get(s, "action")
		if !leadsTo(apexes, a) {
			all = append(all, s)
			continue
		}
		weight, _ := kube.Number(s, "weight")
		for _, t := range r.Tracks {
			one := kube.Put(s, weight*t.Weight/100, "weight")
			all = append(all, kube.Put(one, keeping(r, actionTo(apexes, a, t), t), "action"))
		}
	}
	if kube.Get(n, "action") == nil {
		return kube.Put(n, all, "splits")
	}
	return kube.Put(kube.Edit(n, func(*yaml.Node) *yaml.Node { return nil }, "action"), all, "splits")
}

// keeping is an action whose answers carry the cookie by which clients stay, if it leads
// to the candidate while there is affinity.
func keeping(r route.Route, a *yaml.Node, t route.Target) *yaml.Node {
	if r.Sticky() == nil || t.Track != r.Stage.Candidate {
		return a
	}
	if name := kube.Text(a, "pass"); name != "" {
		a = kube.Put(kube.Edit(a, func(*yaml.Node) *yaml.Node { return nil }, "pass"), proxy{Upstream: name}, "proxy")
	}
	at := []string{"proxy", "responseHeaders", "add"}
	cookie := kube.Node(addedHeader{"Set-Cookie", route.StickyCookie(r), true})
	return kube.Put(a, append(slices.Clip(kube.Items(a, at...)), cookie), at...)
}

// switched is the spec of a TransportServer that leads to one track: it has no weights.
func switched(r route.Route, spec *yaml.Node) *yaml.Node {
	apexes := apexUpstreams(r, spec)
	to := r.Tracks[0]
	if r.Tracks[1].Weight > to.Weight {
		to = r.Tracks[1]
	}
	return kube.EditAll(splitSpec(r, spec), func(a *yaml.Node) *yaml.Node { return actionTo(apexes, a, to) }, "action")
}
