package gatewayroute

import (
	"cmp"

	"github.com/cutoverdev/cutover/generators/route"
)

// precedenceClass says what rules of a path are tried before, see [Compare]:
// those of one expression are in order, and so are those of prefixes.
func precedenceClass(p *route.PathMatch) (tier int, order string) {
	switch {
	case p == nil || p.Kind == route.PathPrefix:
		return 1, string(route.PathPrefix)
	case p.Kind == route.PathMatches:
		return 1, string(route.PathMatches) + " " + p.Value
	}
	return 0, ""
}

// Compare orders rules as HTTPRouteRule.matches demands: exact path,
// longest prefix, method, most headers, most query parameters. Where
// expressions stand is up to the implementation (v1.6, HTTPRouteMatch): here behind
// exact paths, and in no known order among the others. Envoy Gateway tries the longer expression
// first and prefixes later, Istio the longer one first and prefixes before.
func Compare(a, b route.Rule) int {
	rank := func(r route.Rule) int {
		switch {
		case r.Match.Path == nil || r.Match.Path.Kind == route.PathPrefix:
			return 2
		case r.Match.Path.Kind == route.PathMatches:
			return 1
		}
		return 0
	}
	length := func(r route.Rule) int {
		if r.Match.Path == nil || rank(r) == 1 {
			return 1
		}
		return len(r.Match.Path.Value)
	}
	without := func(method string) int {
		if method == "" {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)),
		-cmp.Compare(length(a), length(b)),
		cmp.Compare(without(a.Match.Method), without(b.Match.Method)),
		-cmp.Compare(len(a.Match.Headers), len(b.Match.Headers)),
		-cmp.Compare(len(a.Match.Query), len(b.Match.Query)),
	)
}
