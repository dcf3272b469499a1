package gatewayapi

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// answers say who answers for what changes in objects of the Gateway API (v1.6.3).
var answers = []route.Fields{
	{Group: "gateway.networking.k8s.io", Kinds: "HTTPRoute GRPCRoute", Lines: []route.Line{
		{Paths: "spec.hostnames[]", Left: "which clients in the mesh it is for: some meshes compare the host that they ask for", If: inMesh},
		{Paths: "+ - spec.parentRefs[].** spec.hostnames[]", Judged: "request-gone route-gap gateway-gone route-clash"},
		{Paths: "spec.rules[]", Judged: "request-gone route-gap backend-empty", When: route.Reordered},
		{Paths: "spec.rules[].matches[].path.** spec.rules[].matches[].headers[].** spec.rules[].matches[].queryParams[].** " +
			"spec.rules[].matches[].method.** spec.rules[].matches[]", Judged: "request-gone route-gap backend-empty"},
		{
			Paths: "spec.rules[].backendRefs[].group spec.rules[].backendRefs[].kind spec.rules[].backendRefs[].name " +
				"spec.rules[].backendRefs[].namespace spec.rules[].backendRefs[].port spec.rules[].backendRefs[].weight",
			Judged: "backend-missing backend-empty capacity-short weight-omitted weight-none",
		},
		{Paths: "spec.rules[].filters[].requestMirror.**", Judged: "backend-missing"},
		{
			Paths: "spec.rules[].filters[].responseHeaderModifier.add[].name spec.rules[].filters[].responseHeaderModifier.add[].value " +
				"spec.rules[].filters[].responseHeaderModifier.set[].name spec.rules[].filters[].responseHeaderModifier.set[].value",
			Harmless: "a cookie, by which a rule may know the client: the rule is judged", If: setsCookie,
		},
		{Paths: "spec.rules[].filters[].type", Judged: "request-gone", If: isLookedAt},
		{
			Paths: "spec.rules[].backendRefs[].filters[].responseHeaderModifier.add[].name " +
				"spec.rules[].backendRefs[].filters[].responseHeaderModifier.add[].value " +
				"spec.rules[].backendRefs[].filters[].responseHeaderModifier.set[].name " +
				"spec.rules[].backendRefs[].filters[].responseHeaderModifier.set[].value",
			Harmless: "a cookie, by which a rule may know the client: the rule is judged", If: setsCookie,
		},
		{Paths: "spec.rules[].backendRefs[].filters[].type", Harmless: "which of the filters beside it holds", If: changesAnswers},
		{Paths: "spec.rules[].filters[].urlRewrite.path.**", Harmless: "the same paths as before reach the pods", When: route.SameRewrites},
		{Paths: "spec.rules[].filters[].type", Harmless: "the same paths as before reach the pods", When: route.SameRewrites, If: rewritesPath},
		{Paths: "spec.rules[].filters[].** spec.rules[].backendRefs[].filters[].**", Left: "what becomes of requests and answers on the way"},
		{Paths: "spec.rules[].timeouts.** spec.rules[].retry.**", Left: "how long, and how often, an answer is waited for"},
		{Paths: "spec.useDefaultGateways", Left: "by which Gateways its requests come"},
		{Paths: "spec.rules[].sessionPersistence.**", Left: "which pod a client gets, whatever the weights"},
		{Paths: "spec.rules[].name", Harmless: "a name by which no policy attaches", When: route.Unattached},
		{Paths: "spec.rules[].name", Left: "a name by which policies attach"},
		{Paths: "metadata.labels.*", Harmless: "labels of the route, by which no controller of the Gateway API selects", When: route.Plain},
	}},
	{Group: "gateway.networking.k8s.io", Kinds: "TLSRoute TCPRoute UDPRoute", Lines: []route.Line{
		{Paths: "+ - spec.parentRefs[].** spec.hostnames[]", Judged: "request-gone route-gap gateway-gone route-clash"},
		{
			Paths: "spec.rules[] spec.rules[].backendRefs[].group spec.rules[].backendRefs[].kind spec.rules[].backendRefs[].name " +
				"spec.rules[].backendRefs[].namespace spec.rules[].backendRefs[].port spec.rules[].backendRefs[].weight",
			Judged: "backend-missing backend-empty capacity-short weight-omitted weight-none",
		},
		{Paths: "spec.useDefaultGateways", Left: "by which Gateways its connections come"},
		{Paths: "spec.rules[].name", Harmless: "a name by which no policy attaches", When: route.Unattached},
		{Paths: "spec.rules[].name", Left: "a name by which policies attach"},
		{Paths: "metadata.labels.*", Harmless: "labels of the route, by which no controller of the Gateway API selects", When: route.Plain},
	}},
	{Group: "gateway.networking.k8s.io", Kinds: "Gateway", Lines: []route.Line{
		{Paths: "+", Judged: "gateway-gone"},
		{
			Paths: "- spec.listeners[].name spec.listeners[].hostname spec.listeners[].port spec.listeners[].protocol " +
				"spec.listeners[].allowedRoutes.** spec.gatewayClassName spec.listeners[].tls.mode spec.listeners[].tls.certificateRefs[].**",
			Left: "routes come in by it that are in no manifest", When: route.NotEntered,
		},
		{Paths: "- spec.gatewayClassName", Judged: "gateway-gone"},
		{Paths: "spec.listeners[]", Harmless: "the order of listeners: the closest one takes a request", When: route.Reordered},
		{Paths: "spec.listeners[].name spec.listeners[].hostname spec.listeners[].port spec.listeners[].protocol " +
			"spec.listeners[].allowedRoutes.**", Judged: "gateway-gone"},
		{Paths: "spec.listeners[].tls.mode", Judged: "gateway-gone", Absent: "Terminate"},
		{Paths: "spec.listeners[].tls.certificateRefs[].**", Judged: "tls-gone"},
		{Paths: "spec.listeners[].tls.options.*", Left: "how clients and gateway agree on TLS"},
		{Paths: "spec.tls.frontend.** spec.listeners[].tls.frontendValidation.**", Judged: "access-narrowed"},
		{Paths: "spec.tls.**", Left: "which backends the gateway trusts, and which trust it"},
		{Paths: "spec.addresses[].**", Judged: "entry-moved"},
		{Paths: "spec.infrastructure.**", Left: "what serves the Gateway"},
		{Paths: "spec.allowedListeners.**", Judged: "gateway-gone"},
		{Paths: "spec.defaultScope", Left: "which routes attach that name no Gateway"},
		{Paths: "metadata.labels.*", Harmless: "labels of the Gateway, by which nobody selects", When: route.Plain},
	}},
	{Group: "gateway.networking.k8s.io", Kinds: "GatewayClass", Lines: []route.Line{
		{Paths: "+", Harmless: "no Gateway is of the class yet", When: route.NotNamedBefore},
		{Paths: "-", Judged: "ground-gone", When: route.Named},
		{Paths: "spec.description", Harmless: "is for people"},
		{Paths: "+ - spec.**", Left: "who serves Gateways of the class, and how"},
	}},
	{Group: "gateway.networking.k8s.io", Kinds: "ReferenceGrant", Lines: []route.Line{
		{Paths: "+", Harmless: "allows more than before"},
		{Paths: "- spec.from[].** spec.to[].**", Judged: "backend-missing", If: grantsServices},
		{Paths: "- spec.from[].** spec.to[].**", Judged: "tls-gone", If: grantsSecrets},
		{Paths: "- spec.from[].** spec.to[].**", Left: "which objects of its namespace others may name"},
	}},
	{Group: "gateway.networking.k8s.io", Kinds: "ListenerSet", Lines: listenerSet},
	{Group: "gateway.networking.k8s.io", Kinds: "BackendTLSPolicy", Lines: []route.Line{
		{Paths: "+ - spec.targetRefs spec.targetRefs.** spec.targetRefs[].**", Judged: "policy-lost"},
		{Paths: "spec.**", Left: "which certificates a gateway takes from pods"},
	}},
	{Group: "gateway.networking.k8s.io", Kinds: "BackendLBPolicy XBackendTrafficPolicy", Lines: []route.Line{
		{Paths: "+ - spec.**", Left: "adds to a Gateway or Service what nobody here reads"},
	}},
	{Group: "gateway.networking.x-k8s.io", Kinds: "XListenerSet", Lines: listenerSet},
	{Group: "gateway.networking.x-k8s.io", Kinds: "XBackendTrafficPolicy XMesh", Lines: []route.Line{
		{Paths: "+ - spec.**", Left: "adds to a Gateway or Service what nobody here reads"},
	}},
}

// listenerSet are the lines of listeners that stand beside their Gateway.
var listenerSet = []route.Line{
	{Paths: "+", Left: "listeners that may take requests from those of its Gateway"},
	{Paths: "- spec.parentRef.name spec.parentRef.namespace", Judged: "gateway-gone"},
	{Paths: "spec.listeners[]", Harmless: "the order of listeners: the closest one takes a request", When: route.Reordered},
	{Paths: "spec.listeners[].name spec.listeners[].hostname spec.listeners[].port spec.listeners[].protocol " +
		"spec.listeners[].allowedRoutes.**", Judged: "gateway-gone"},
	{Paths: "spec.listeners[].tls.mode", Judged: "gateway-gone", Absent: "Terminate"},
	{Paths: "spec.listeners[].tls.certificateRefs[].**", Judged: "tls-gone"},
	{Paths: "spec.listeners[].tls.frontendValidation.**", Judged: "access-narrowed"},
	{Paths: "spec.**", Left: "how clients and gateway agree"},
	{Paths: "metadata.labels.*", Harmless: "labels of the listeners, by which nobody selects", When: route.Plain},
}

// inMesh: the route is for those who call a Service by its name, before or after. Hosts are
// to be ignored there (GEP-1294), and Linkerd compares them (v2.18, HTTPRoute reference).
func inMesh(d route.Difference) bool {
	return slices.ContainsFunc([]kube.Object{d.From, d.To}, func(o kube.Object) bool {
		return slices.ContainsFunc(kube.Items(o.Node, "spec", "parentRefs"), func(n *yaml.Node) bool { return kube.Text(n, "kind") == "Service" })
	})
}

// setsCookie: the header sets a cookie, wherever there is one.
func setsCookie(d route.Difference) bool { return has(d, "name", "set-cookie") }

// isLookedAt: the filter is one that rules know.
func isLookedAt(d route.Difference) bool {
	return has(d, "type", "RequestRedirect", "RequestMirror", "ResponseHeaderModifier")
}

func changesAnswers(d route.Difference) bool { return has(d, "type", "ResponseHeaderModifier") }

func rewritesPath(d route.Difference) bool { return has(d, "type", "URLRewrite") }

// has: one of some texts stands in a field beside the place, wherever there is one.
func has(d route.Difference, field string, texts ...string) bool {
	fit := func(n *yaml.Node) bool {
		return n == nil || slices.ContainsFunc(texts, func(t string) bool { return strings.EqualFold(t, kube.Text(n, field)) })
	}
	return fit(d.Old) && fit(d.New)
}

// grantsServices and grantsSecrets: a ReferenceGrant is for objects of one kind alone,
// before and after.
func grantsServices(d route.Difference) bool { return grants(d, "Service") }

func grantsSecrets(d route.Difference) bool { return grants(d, "Secret") }

func grants(d route.Difference, kind string) bool {
	only := func(o kube.Object) bool {
		return !slices.ContainsFunc(kube.Items(o.Node, "spec", "to"), func(n *yaml.Node) bool { return kube.Text(n, "kind") != kind })
	}
	return only(d.From) && only(d.To)
}
