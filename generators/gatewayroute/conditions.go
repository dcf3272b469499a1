package gatewayroute

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// MatchOf is a match of a kind of route; everything where it cannot be decoded, as the
// reader says.
func MatchOf(kind string, n *yaml.Node) route.Match {
	var m match
	if n.Decode(&m) != nil {
		return route.Match{}
	}
	return matchOf(kind, m)
}

func matchOf(kind string, m match) route.Match {
	out := route.Match{Other: slices.Sorted(maps.Keys(m.Other))}
	if !m.Path.IsZero() {
		path := PathOf(&m.Path)
		out.Path = &path
	}
	for _, h := range m.Headers {
		c := condition(h)
		c.Name = strings.ToLower(c.Name)
		out.Headers = append(out.Headers, c)
	}
	for _, q := range m.QueryParams {
		out.Query = append(out.Query, condition(q))
	}
	switch {
	case m.Method.IsZero():
	case kind == "GRPCRoute":
		out.Path = methodPath(&m.Method)
	default:
		out.Method = m.Method.Value
	}
	return out
}

func condition(n named) route.Condition {
	if n.Type == "RegularExpression" {
		return route.Condition{Name: n.Name, Kind: route.TextMatches, Value: n.Value}
	}
	return route.Condition{Name: n.Name, Kind: route.TextIs, Value: n.Value}
}

// PathOf is the condition of a match on paths.
func PathOf(n *yaml.Node) route.PathMatch {
	value := cmp.Or(kube.Text(n, "value"), "/")
	switch kube.Text(n, "type") {
	case "Exact":
		return route.PathMatch{Kind: route.PathIs, Value: value}
	case "RegularExpression":
		return route.PathMatch{Kind: route.PathMatches, Value: value}
	}
	return route.PathMatch{Kind: route.PathPrefix, Value: value}
}

// methodPath is the HTTP/2 path of a gRPC method.
func methodPath(n *yaml.Node) *route.PathMatch {
	service, method := kube.Text(n, "service"), kube.Text(n, "method")
	exact := kube.Text(n, "type") != "RegularExpression"
	switch {
	case exact && service != "" && method != "":
		return &route.PathMatch{Kind: route.PathIs, Value: "/" + service + "/" + method}
	case exact && service != "":
		return &route.PathMatch{Kind: route.PathPrefix, Value: "/" + service}
	case exact:
		service, method = "[^/]+", route.QuoteMeta(method)
	}
	return &route.PathMatch{Kind: route.PathMatches, Value: "/" + cmp.Or(service, "[^/]+") + "/" + cmp.Or(method, "[^/]+")}
}
