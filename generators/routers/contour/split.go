package contour

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// splitSpec is a spec with the tracks in the apex's place.
func splitSpec(r route.Route, spec *yaml.Node) *yaml.Node {
	if kube.Get(spec, "tcpproxy", "services") != nil {
		spec = kube.Put(spec, shares(r, kube.Items(spec, "tcpproxy", "services"), false), "tcpproxy", "services")
	}
	return eachRoute(spec, func(n *yaml.Node) []*yaml.Node { return splitRoute(r, n) })
}

func eachRoute(spec *yaml.Node, fn func(*yaml.Node) []*yaml.Node) *yaml.Node {
	if kube.Get(spec, "routes") == nil {
		return spec
	}
	return kube.Edit(spec, func(list *yaml.Node) *yaml.Node { return kube.Each(list, fn) }, "routes")
}

// splitRoute is what takes the place of a route that names the apex: those for matches,
// and the weights.
func splitRoute(r route.Route, n *yaml.Node) []*yaml.Node {
	if !namesApex(r, n) {
		return []*yaml.Node{n}
	}
	var all []*yaml.Node
	for _, m := range r.Matches() {
		for _, list := range matches(m) {
			joined, some, _ := join(n, list)
			one := kube.Put(toCandidate(r, n), joined, "conditions")
			same := func(o *yaml.Node) bool { return kube.Equal(kube.Get(o, "conditions"), kube.Get(one, "conditions")) }
			if some && !slices.ContainsFunc(all, same) {
				all = append(all, one)
			}
		}
	}
	mirror := r.Stage.Split.Mirror > 0 && !isTLS(r)
	return append(all, kube.Put(n, shares(r, kube.Items(n, "services"), mirror), "services"))
}

// toCandidate is the route with the candidate in the apex's place.
func toCandidate(r route.Route, n *yaml.Node) *yaml.Node {
	candidate, _ := r.Candidate()
	return kube.Edit(n, func(list *yaml.Node) *yaml.Node {
		return kube.Each(list, func(s *yaml.Node) []*yaml.Node {
			if isApex(r, s) {
				s = serviceTo(r, s, candidate)
			}
			return []*yaml.Node{s}
		})
	}, "services")
}

// shares are the services of a route once every apex is two tracks, with weights that add
// up to 100 where that can be. Where some have a weight, the others have none. A mirror of
// the apex is one of the main track.
func shares(r route.Route, list []*yaml.Node, mirror bool) []*yaml.Node {
	some := false
	for _, s := range list {
		w, _ := kube.Number(s, "weight")
		some = some || w > 0 && !isMirror(s)
	}
	var all []*yaml.Node
	var weights []int
	var first *yaml.Node
	for _, s := range list {
		weight, _ := kube.Number(s, "weight")
		if !some {
			weight = 1
		}
		switch {
		case isMirror(s) && isApex(r, s):
			all, weights = append(all, serviceTo(r, s, r.Main())), append(weights, 0)
		case isMirror(s):
			all, weights = append(all, s), append(weights, 0)
		case !isApex(r, s):
			all, weights = append(all, s), append(weights, weight*100)
		default:
			first = cmp.Or(first, s)
			for _, t := range r.Tracks {
				all, weights = append(all, serviceTo(r, s, t)), append(weights, weight*t.Weight)
			}
		}
	}
	weights = route.PercentWeights(weights)
	for i, s := range all {
		if !isMirror(s) {
			all[i] = kube.Put(s, weights[i], "weight")
		}
	}
	if candidate, ok := r.Candidate(); ok && mirror {
		to := kube.Put(serviceTo(r, first, candidate), r.Stage.Split.Mirror, "weight")
		all = append(all, kube.Put(to, true, "mirror"))
	}
	return all
}

func isMirror(s *yaml.Node) bool { return kube.Text(s, "mirror") == "true" }

// namesApex reports whether a route shares requests with an apex.
func namesApex(r route.Route, n *yaml.Node) bool {
	return slices.ContainsFunc(kube.Items(n, "services"), func(s *yaml.Node) bool { return !isMirror(s) && isApex(r, s) })
}

// isApex reports whether a service is an apex of the release. Services are those of the
// HTTPProxy's namespace.
func isApex(r route.Route, s *yaml.Node) bool {
	_, ok := r.Place(kube.Text(s, "name"), kube.Text(s, "port"))
	return ok && (r.Own == nil || kube.SameNamespace(r.Own.Namespace, r.Source.Namespace()))
}

// serviceTo is a service with a track in the apex's place.
func serviceTo(r route.Route, s *yaml.Node, t route.Target) *yaml.Node {
	port, _ := r.Place(kube.Text(s, "name"), kube.Text(s, "port"))
	if n, _ := kube.Number(s, "port"); n != port.Number {
		s = kube.Put(s, port.Number, "port")
	}
	return kube.Put(s, t.Service, "name")
}

// join are the conditions of a route and those of a match; some is no where no request
// fits both, ok where Contour cannot say both.
func join(n *yaml.Node, also []condition) (joined []*yaml.Node, some, ok bool) {
	var path, other *yaml.Node
	for _, c := range kube.Items(n, "conditions") {
		if isPath(c) {
			path = c
			continue
		}
		joined = append(joined, c)
	}
	for _, c := range also {
		one := kube.Node(c)
		switch {
		case isPath(one):
			other = one
		case slices.ContainsFunc(joined, func(o *yaml.Node) bool { return kube.Equal(o, one) }):
		case c.Header != nil && c.Header.Exact != "" && hasExact(joined, c.Header.Name):
			return nil, false, true
		default:
			joined = append(joined, one)
		}
	}
	both, some, ok := bothPaths(path, other)
	if both != nil {
		joined = append(joined, both)
	}
	return joined, some && ok, ok
}

func isPath(c *yaml.Node) bool {
	return kube.Text(c, "prefix") != "" || kube.Text(c, "exact") != "" || kube.Text(c, "regex") != ""
}

// hasExact reports whether a header is compared with a text, which Contour takes once.
func hasExact(all []*yaml.Node, name string) bool {
	return slices.ContainsFunc(all, func(c *yaml.Node) bool {
		return strings.EqualFold(kube.Text(c, "header", "name"), name) && kube.Text(c, "header", "exact") != ""
	})
}

// bothPaths intersects two conditions on the path.
func bothPaths(a, b *yaml.Node) (both *yaml.Node, some, ok bool) {
	switch {
	case a == nil || kube.Text(a, "prefix") == "/":
		return cmp.Or(b, a), true, true
	case b == nil || kube.Text(b, "prefix") == "/" || kube.Equal(a, b):
		return a, true, true
	case kube.Text(a, "regex") != "" || kube.Text(b, "regex") != "":
		return nil, false, false
	}
	exactA, exactB := kube.Text(a, "exact"), kube.Text(b, "exact")
	prefixA, prefixB := kube.Text(a, "prefix"), kube.Text(b, "prefix")
	switch {
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
