package haproxy

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// Provider writes Ingresses for one of two controllers, and the Services whose annotations
// share the requests.
var Provider = route.Provider{
	Name:  "haproxy",
	Title: "HAProxy Ingress controllers",
	Doc: "Writes an Ingress, and shares requests by annotations of Services. For haproxy-ingress of jcmoraisjr one Service selects both " +
		"tracks and weighs their pods by label. For the controller of HAProxy Technologies (options.controller: haproxytech) a Service of the " +
		"candidate has a condition; it has one match at a time. gatewayAPI writes for the Gateways of haproxy-ingress.",
	URL:     "https://haproxy-ingress.github.io/docs/configuration/keys/#blue-green",
	Version: "haproxy-ingress v0.16, haproxytech v3.2",
	Also:    []string{"haproxy-ingress", "haproxytech", "haproxyIngress", "jcmoraisjr"},
	Kinds: []route.Kind{{
		Group: "networking.k8s.io", Kind: "Ingress", Versions: []string{"v1"}, BuiltIn: true, Own: true,
		Hosts: "spec/rules/host", Refs: []route.Ref{
			{Path: "spec/defaultBackend/service/name", Kind: "Service"},
			{Path: "spec/rules/http/paths/backend/service/name", Kind: "Service"},
			{Path: "spec/tls/secretName", Kind: "Secret"},
		},
	}},
	Can: route.Can{
		"http": can, "grpc": can,
		"tcp": route.Weights | route.OwnRoute,
		"tls": route.Weights | route.Hosts | route.OwnRoute,
	},
	ServiceAnnotations: route.ServiceAnnotations,
	Annotations:        known,
	Options:            options{},
	Metrics:            metrics,
	Traps:              traps,
	Lacks:              lacks,
	Check:              check,
	Render:             render,
	Names:              &route.Names{Listed: true, Search: true},
	Claims:             claims,
	Exclusive:          exclusive,
	Steers:             shares,
	Read:               read,
}

const can = route.Weights | route.Matches | route.MatchPatterns | route.MatchCookies | route.Previews | route.Hosts | route.Paths |
	route.PathExact | route.PathRegex | route.Rewrite | route.CORS | route.TLS | route.OwnRoute

// shares reports whether an object is a Service by which requests are shared.
func shares(o kube.Object) bool {
	if !o.Is("", "Service") {
		return false
	}
	return slices.ContainsFunc([]string{balanceKey, deployKey, selectorHeader, selectorCookie}, func(key string) bool {
		return annotation(o, community, key) != ""
	}) || annotation(o, technology, aclKey) != ""
}
