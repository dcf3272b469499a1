package gatewaysplit

import (
	"cmp"
	"slices"

	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file writes out what the API server fills in. Where an agent compares what is
// in Git with what is in the cluster field by field, as Argo CD does with server-side
// apply, a route that leaves it out stays OutOfSync.

// defaultRef is a field that the API server fills in, below the items of a list.
type defaultRef struct {
	list  []string // keys that lead to the list, lists in between passed through
	under []string // keys below its items; the field is filled in where they are
	field string
	value any
}

// defaults are those of HTTPRoute and GRPCRoute (gateway-api v1.6.3, standard
// and experimental channel), but for those that [withDefaults] knows.
var defaults = append([]defaultRef{
	{[]string{"parentRefs"}, nil, "group", gatewayroute.Group},
	{[]string{"parentRefs"}, nil, "kind", "Gateway"},
	{[]string{"rules", "backendRefs"}, nil, "group", ""},
	{[]string{"rules", "backendRefs"}, nil, "kind", "Service"},
	{[]string{"rules", "backendRefs"}, nil, "weight", 1},
	{[]string{"rules", "matches", "headers"}, nil, "type", "Exact"},
	{[]string{"rules", "matches", "queryParams"}, nil, "type", "Exact"},
	{[]string{"rules"}, []string{"sessionPersistence"}, "type", "Cookie"},
	{[]string{"rules"}, []string{"sessionPersistence", "cookieConfig"}, "lifetimeType", "Session"},
}, append(filterDefaults("rules", "filters"), filterDefaults("rules", "backendRefs", "filters")...)...)

// filterDefaults are those of a list of filters.
func filterDefaults(list ...string) []defaultRef {
	return []defaultRef{
		{list, []string{"cors"}, "maxAge", 5},
		{list, []string{"requestRedirect"}, "statusCode", 302},
		{list, []string{"requestMirror", "backendRef"}, "group", ""},
		{list, []string{"requestMirror", "backendRef"}, "kind", "Service"},
		{list, []string{"requestMirror", "fraction"}, "denominator", 100},
		{list, []string{"externalAuth", "backendRef"}, "group", ""},
		{list, []string{"externalAuth", "backendRef"}, "kind", "Service"},
	}
}

// withDefaults is a spec of the user's with the fields written out that the API
// server would fill in.
func withDefaults(spec *yaml.Node, kind string) *yaml.Node {
	for _, d := range defaults {
		spec = editItems(spec, d.list, func(item *yaml.Node) *yaml.Node {
			if kube.Get(item, d.under...) != nil && kube.Get(item, append(slices.Clip(d.under), d.field)...) == nil {
				item = kube.Put(item, d.value, append(slices.Clip(d.under), d.field)...)
			}
			return item
		})
	}
	if kind != "HTTPRoute" {
		return editItems(spec, []string{"rules", "matches"}, func(m *yaml.Node) *yaml.Node {
			if kube.Get(m, "method") != nil && kube.Get(m, "method", "type") == nil {
				m = kube.Put(m, "Exact", "method", "type")
			}
			return m
		})
	}
	everything := path(schemas.Path{Prefix: "/"})
	spec = editItems(spec, []string{"rules"}, func(rule *yaml.Node) *yaml.Node {
		if len(kube.Items(rule, "matches")) == 0 {
			rule = kube.Put(rule, []match{{Path: everything}}, "matches")
		}
		return rule
	})
	return editItems(spec, []string{"rules", "matches"}, func(m *yaml.Node) *yaml.Node {
		if path := kube.Get(m, "path"); path != nil && kube.Get(path, "type") != nil && kube.Get(path, "value") != nil {
			return m
		}
		return kube.Put(m, value{cmp.Or(kube.Text(m, "path", "type"), "PathPrefix"), cmp.Or(kube.Text(m, "path", "value"), "/")}, "path")
	})
}

// editItems changes the items of a list, and of the lists within lists.
func editItems(n *yaml.Node, list []string, fn func(*yaml.Node) *yaml.Node) *yaml.Node {
	if len(list) == 0 {
		return fn(n)
	}
	if kube.Get(n, list[0]) == nil {
		return n
	}
	return kube.Edit(n, func(items *yaml.Node) *yaml.Node {
		return kube.Each(items, func(item *yaml.Node) []*yaml.Node { return []*yaml.Node{editItems(item, list[1:], fn)} })
	}, list[0])
}
