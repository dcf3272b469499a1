package traffic

import (
	"cmp"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// This file writes out what the API server fills in. Where an agent compares what is
// in Git with what is in the cluster field by field, as Argo CD does with server-side
// apply, a route that leaves it out stays OutOfSync.

// gatewayDefault is a field that the API server fills in, below the items of a list.
type gatewayDefault struct {
	list  []string // keys that lead to the list, lists in between passed through
	under []string // keys below its items; the field is filled in where they are
	field string
	value any
}

// gatewayDefaults are those of HTTPRoute and GRPCRoute (gateway-api v1.6.3, standard
// and experimental channel), but for those that [gatewaySpelled] knows.
var gatewayDefaults = append([]gatewayDefault{
	{[]string{"parentRefs"}, nil, "group", gatewayGroup},
	{[]string{"parentRefs"}, nil, "kind", "Gateway"},
	{[]string{"rules", "backendRefs"}, nil, "group", ""},
	{[]string{"rules", "backendRefs"}, nil, "kind", "Service"},
	{[]string{"rules", "backendRefs"}, nil, "weight", 1},
	{[]string{"rules", "matches", "headers"}, nil, "type", "Exact"},
	{[]string{"rules", "matches", "queryParams"}, nil, "type", "Exact"},
	{[]string{"rules"}, []string{"sessionPersistence"}, "type", "Cookie"},
	{[]string{"rules"}, []string{"sessionPersistence", "cookieConfig"}, "lifetimeType", "Session"},
}, append(gatewayFilterDefaults("rules", "filters"), gatewayFilterDefaults("rules", "backendRefs", "filters")...)...)

// gatewayFilterDefaults are those of a list of filters.
func gatewayFilterDefaults(list ...string) []gatewayDefault {
	return []gatewayDefault{
		{list, []string{"cors"}, "maxAge", 5},
		{list, []string{"requestRedirect"}, "statusCode", 302},
		{list, []string{"requestMirror", "backendRef"}, "group", ""},
		{list, []string{"requestMirror", "backendRef"}, "kind", "Service"},
		{list, []string{"requestMirror", "fraction"}, "denominator", 100},
		{list, []string{"externalAuth", "backendRef"}, "group", ""},
		{list, []string{"externalAuth", "backendRef"}, "kind", "Service"},
	}
}

// gatewaySpelled is a spec of the user's with the fields written out that the API
// server would fill in.
func gatewaySpelled(spec *yamlNode, kind string) *yamlNode {
	for _, d := range gatewayDefaults {
		spec = gatewayFill(spec, d.list, func(item *yamlNode) *yamlNode {
			if kube.Get(item, d.under...) != nil && kube.Get(item, append(slices.Clip(d.under), d.field)...) == nil {
				item = kube.Put(item, d.value, append(slices.Clip(d.under), d.field)...)
			}
			return item
		})
	}
	if kind != "HTTPRoute" {
		return gatewayFill(spec, []string{"rules", "matches"}, func(m *yamlNode) *yamlNode {
			if kube.Get(m, "method") != nil && kube.Get(m, "method", "type") == nil {
				m = kube.Put(m, "Exact", "method", "type")
			}
			return m
		})
	}
	everything := gatewayPath(schemas.Path{Prefix: "/"})
	spec = gatewayFill(spec, []string{"rules"}, func(rule *yamlNode) *yamlNode {
		if len(kube.Items(rule, "matches")) == 0 {
			rule = kube.Put(rule, []gatewayMatch{{Path: everything}}, "matches")
		}
		return rule
	})
	return gatewayFill(spec, []string{"rules", "matches"}, func(m *yamlNode) *yamlNode {
		if path := kube.Get(m, "path"); path != nil && kube.Get(path, "type") != nil && kube.Get(path, "value") != nil {
			return m
		}
		return kube.Put(m, gatewayValue{cmp.Or(kube.Text(m, "path", "type"), "PathPrefix"), cmp.Or(kube.Text(m, "path", "value"), "/")}, "path")
	})
}
