package ingressnginx

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// expressions reports whether the Ingress's paths are expressions. One
// that is makes all paths of its host into some.
func expressions(r route.Route) bool {
	return rewrites(r) || slices.ContainsFunc(r.EntryPaths(), func(p schemas.Path) bool { return p.Regex != "" })
}

// rewrites reports whether there is something to rewrite: / by / is not.
func rewrites(r route.Route) bool {
	if r.Rewrite == nil || r.Rewrite.Path == "" {
		return false
	}
	return slices.ContainsFunc(r.EntryPaths(), func(p schemas.Path) bool {
		return strings.TrimSuffix(p.Prefix, "/") != strings.TrimSuffix(r.Rewrite.Path, "/")
	})
}

// pathOf says a path in nginx's words: an expression matches from the
// start of the path, without regard to case. What stands behind a prefix is its
// second group, for the rewrite. The API server wants every path to begin with /,
// expressions too (kubernetes v1.37, validateHTTPIngressPath).
func pathOf(r route.Route, p schemas.Path) (path, pathType string) {
	prefix := strings.TrimSuffix(p.Prefix, "/")
	switch {
	case !expressions(r) && p.Exact != "":
		return p.Exact, "Exact"
	case !expressions(r):
		return "/" + strings.TrimPrefix(prefix, "/"), "Prefix"
	case p.Exact != "":
		return route.QuoteMeta(p.Exact) + "$", "ImplementationSpecific"
	case p.Regex != "":
		return expression(p.Regex), "ImplementationSpecific"
	case prefix == "":
		return "/()(.*)", "ImplementationSpecific"
	}
	return route.QuoteMeta(prefix) + "(/|$)(.*)", "ImplementationSpecific"
}

// expression is an expression for the whole path, which begins with /. One
// that does not by itself, or has alternatives, follows a / that stands no times.
func expression(expr string) string {
	if strings.HasPrefix(expr, "/") && !strings.Contains(expr, "|") {
		return expr + "$"
	}
	return "/{0}(?:" + expr + ")$"
}
