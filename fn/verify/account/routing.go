package account

// Routes of Kubernetes and of the Gateway API (v1.37; gateway-api v1.6.3). What is
// judged of them is what generators/routers reads.
var routing = []kind{
	{"networking.k8s.io", "Ingress", []line{
		{
			paths: "+ - spec.rules[].host spec.rules[].http.paths[].path spec.rules[].http.paths[].pathType " +
				"spec.rules[].http.paths[].backend.service.** spec.defaultBackend.service.**",
			judged: "request-gone route-gap backend-missing backend-empty capacity-short route-clash",
		},
		{paths: "spec.rules[]", harmless: "the order of rules, which none of them stands in", when: reordered},
		{paths: "spec.rules[].http.paths[]", harmless: "the order of paths: the longest one that fits answers", when: reordered},
		{paths: "spec.tls[]", harmless: "the order of certificates", when: reordered},
		{paths: "spec.rules[].http.paths[].backend.resource.** spec.defaultBackend.resource.**", left: "a backend that is no Service"},
		{paths: "spec.tls[].hosts[] spec.tls[].secretName", judged: "tls-gone"},
		{paths: "spec.ingressClassName metadata.annotations.kubernetes.io/ingress.class", judged: "request-gone route-gap"},
		{paths: nginxRead, judged: "request-gone route-gap backend-empty capacity-short canary-lost"},
		{paths: "metadata.annotations.nginx.ingress.kubernetes.io/backend-protocol", judged: "protocol-changed"},
		{paths: "metadata.annotations.*", judged: "access-narrowed entry-moved protocol-changed request-gone", when: ofRouters},
		{paths: nginxAffinity, harmless: "which of the pods of a backend a client gets, each of which answers"},
	}},
	{"networking.k8s.io", "IngressClass", []line{
		{paths: "+ spec.controller metadata.annotations.ingressclass.kubernetes.io/is-default-class", judged: "request-gone route-gap"},
		{paths: "-", judged: "ground-gone", when: standing},
		{paths: "-", left: "Ingresses are of the class that are in no manifest"},
		{paths: "spec.parameters.**", left: "how the controller serves all Ingresses of the class"},
	}},
	{"gateway.networking.k8s.io", "HTTPRoute GRPCRoute", []line{
		{paths: "+ - spec.parentRefs[].** spec.hostnames[]", judged: "request-gone route-gap gateway-gone route-clash"},
		{paths: "spec.rules[]", judged: "request-gone route-gap backend-empty", when: reordered},
		{paths: "spec.rules[].matches[].path.** spec.rules[].matches[].headers[].** spec.rules[].matches[].queryParams[].** " +
			"spec.rules[].matches[].method.** spec.rules[].matches[]", judged: "request-gone route-gap backend-empty"},
		{
			paths: "spec.rules[].backendRefs[].group spec.rules[].backendRefs[].kind spec.rules[].backendRefs[].name " +
				"spec.rules[].backendRefs[].namespace spec.rules[].backendRefs[].port spec.rules[].backendRefs[].weight",
			judged: "backend-missing backend-empty capacity-short weight-omitted weight-none",
		},
		{paths: "spec.rules[].filters[].requestMirror.**", judged: "backend-missing"},
		{
			paths: "spec.rules[].filters[].responseHeaderModifier.add[].name spec.rules[].filters[].responseHeaderModifier.add[].value " +
				"spec.rules[].filters[].responseHeaderModifier.set[].name spec.rules[].filters[].responseHeaderModifier.set[].value",
			harmless: "a cookie, by which a rule may know the client: the rule is judged", when: has("name", "set-cookie"),
		},
		{paths: "spec.rules[].filters[].type", judged: "request-gone", when: has("type", "RequestRedirect", "RequestMirror",
			"ResponseHeaderModifier")},
		{
			paths: "spec.rules[].backendRefs[].filters[].responseHeaderModifier.add[].name " +
				"spec.rules[].backendRefs[].filters[].responseHeaderModifier.add[].value " +
				"spec.rules[].backendRefs[].filters[].responseHeaderModifier.set[].name " +
				"spec.rules[].backendRefs[].filters[].responseHeaderModifier.set[].value",
			harmless: "a cookie, by which a rule may know the client: the rule is judged", when: has("name", "set-cookie"),
		},
		{paths: "spec.rules[].backendRefs[].filters[].type", harmless: "which of the filters beside it holds", when: has("type",
			"ResponseHeaderModifier")},
		{paths: "spec.rules[].filters[].urlRewrite.path.**", harmless: "the same paths as before reach the pods", when: rewritesAlike},
		{paths: "spec.rules[].filters[].type", harmless: "the same paths as before reach the pods", when: both(has("type", "URLRewrite"),
			rewritesAlike)},
		{paths: "spec.rules[].filters[].** spec.rules[].backendRefs[].filters[].**", left: "what becomes of requests and answers on the way"},
		{paths: "spec.rules[].timeouts.** spec.rules[].retry.**", left: "how long, and how often, an answer is waited for"},
		{paths: "spec.useDefaultGateways", left: "by which Gateways its requests come"},
		{paths: "spec.rules[].sessionPersistence.**", left: "which pod a client gets, whatever the weights"},
		{paths: "spec.rules[].name", harmless: "a name by which no policy attaches", when: unattached},
		{paths: "spec.rules[].name", left: "a name by which policies attach"},
		{paths: "metadata.labels.*", harmless: "labels of the route, by which no controller of the Gateway API selects", when: plain},
	}},
	{"gateway.networking.k8s.io", "TLSRoute TCPRoute UDPRoute", []line{
		{paths: "+ - spec.parentRefs[].** spec.hostnames[]", judged: "request-gone route-gap gateway-gone route-clash"},
		{
			paths: "spec.rules[] spec.rules[].backendRefs[].group spec.rules[].backendRefs[].kind spec.rules[].backendRefs[].name " +
				"spec.rules[].backendRefs[].namespace spec.rules[].backendRefs[].port spec.rules[].backendRefs[].weight",
			judged: "backend-missing backend-empty capacity-short weight-omitted weight-none",
		},
		{paths: "spec.useDefaultGateways", left: "by which Gateways its connections come"},
		{paths: "spec.rules[].name", harmless: "a name by which no policy attaches", when: unattached},
		{paths: "spec.rules[].name", left: "a name by which policies attach"},
		{paths: "metadata.labels.*", harmless: "labels of the route, by which no controller of the Gateway API selects", when: plain},
	}},
	{"gateway.networking.k8s.io", "Gateway", []line{
		{paths: "+", judged: "gateway-gone"},
		{
			paths: "- spec.listeners[].name spec.listeners[].hostname spec.listeners[].port spec.listeners[].protocol " +
				"spec.listeners[].allowedRoutes.** spec.gatewayClassName spec.listeners[].tls.mode spec.listeners[].tls.certificateRefs[].**",
			left: "routes come in by it that are in no manifest", when: not(entered),
		},
		{paths: "- spec.gatewayClassName", judged: "gateway-gone"},
		{paths: "spec.listeners[]", harmless: "the order of listeners: the closest one takes a request", when: reordered},
		{paths: "spec.listeners[].name spec.listeners[].hostname spec.listeners[].port spec.listeners[].protocol " +
			"spec.listeners[].allowedRoutes.**", judged: "gateway-gone"},
		{paths: "spec.listeners[].tls.mode", judged: "gateway-gone", absent: "Terminate"},
		{paths: "spec.listeners[].tls.certificateRefs[].**", judged: "tls-gone"},
		{paths: "spec.listeners[].tls.options.*", left: "how clients and gateway agree on TLS"},
		{paths: "spec.tls.frontend.** spec.listeners[].tls.frontendValidation.**", judged: "access-narrowed"},
		{paths: "spec.tls.**", left: "which backends the gateway trusts, and which trust it"},
		{paths: "spec.addresses[].**", judged: "entry-moved"},
		{paths: "spec.infrastructure.**", left: "what serves the Gateway"},
		{paths: "spec.allowedListeners.**", judged: "gateway-gone"},
		{paths: "spec.defaultScope", left: "which routes attach that name no Gateway"},
		{paths: "metadata.labels.*", harmless: "labels of the Gateway, by which nobody selects", when: plain},
	}},
	{"gateway.networking.k8s.io", "GatewayClass", []line{
		{paths: "+", harmless: "no Gateway is of the class yet", when: not(namedBefore)},
		{paths: "-", judged: "ground-gone", when: named},
		{paths: "spec.description", harmless: "is for people"},
		{paths: "+ - spec.**", left: "who serves Gateways of the class, and how"},
	}},
	{"gateway.networking.k8s.io", "ReferenceGrant", []line{
		{paths: "+", harmless: "allows more than before"},
		{paths: "- spec.from[].** spec.to[].**", judged: "backend-missing", when: granting("Service")},
		{paths: "- spec.from[].** spec.to[].**", judged: "tls-gone", when: granting("Secret")},
		{paths: "- spec.from[].** spec.to[].**", left: "which objects of its namespace others may name"},
	}},
	{"gateway.networking.k8s.io", "ListenerSet", listenerSet},
	{"gateway.networking.k8s.io", "BackendTLSPolicy", []line{
		{paths: "+ - spec.targetRefs spec.targetRefs.** spec.targetRefs[].**", judged: "policy-lost"},
		{paths: "spec.**", left: "which certificates a gateway takes from pods"},
	}},
	{"gateway.networking.k8s.io", "BackendLBPolicy XBackendTrafficPolicy", []line{
		{paths: "+ - spec.**", left: "adds to a Gateway or Service what nobody here reads"},
	}},
	{"gateway.networking.x-k8s.io", "XListenerSet", listenerSet},
	{"gateway.networking.x-k8s.io", "XBackendTrafficPolicy XMesh", []line{
		{paths: "+ - spec.**", left: "adds to a Gateway or Service what nobody here reads"},
	}},
}

// listenerSet are the lines of listeners that stand beside their Gateway.
var listenerSet = []line{
	{paths: "+", left: "listeners that may take requests from those of its Gateway"},
	{paths: "- spec.parentRef.name spec.parentRef.namespace", judged: "gateway-gone"},
	{paths: "spec.listeners[]", harmless: "the order of listeners: the closest one takes a request", when: reordered},
	{paths: "spec.listeners[].name spec.listeners[].hostname spec.listeners[].port spec.listeners[].protocol " +
		"spec.listeners[].allowedRoutes.**", judged: "gateway-gone"},
	{paths: "spec.listeners[].tls.mode", judged: "gateway-gone", absent: "Terminate"},
	{paths: "spec.listeners[].tls.certificateRefs[].**", judged: "tls-gone"},
	{paths: "spec.listeners[].tls.frontendValidation.**", judged: "access-narrowed"},
	{paths: "spec.**", left: "how clients and gateway agree"},
	{paths: "metadata.labels.*", harmless: "labels of the listeners, by which nobody selects", when: plain},
}

// nginxRead are the annotations of ingress-nginx that its reader knows.
const nginxRead = "metadata.annotations.nginx.ingress.kubernetes.io/canary" +
	" metadata.annotations.nginx.ingress.kubernetes.io/canary-weight" +
	" metadata.annotations.nginx.ingress.kubernetes.io/canary-weight-total" +
	" metadata.annotations.nginx.ingress.kubernetes.io/canary-by-header" +
	" metadata.annotations.nginx.ingress.kubernetes.io/canary-by-header-value" +
	" metadata.annotations.nginx.ingress.kubernetes.io/canary-by-header-pattern" +
	" metadata.annotations.nginx.ingress.kubernetes.io/canary-by-cookie" +
	" metadata.annotations.nginx.ingress.kubernetes.io/use-regex" +
	" metadata.annotations.nginx.ingress.kubernetes.io/server-alias"

// nginxAffinity are those that keep a client with a pod.
const nginxAffinity = "metadata.annotations.nginx.ingress.kubernetes.io/affinity" +
	" metadata.annotations.nginx.ingress.kubernetes.io/affinity-mode" +
	" metadata.annotations.nginx.ingress.kubernetes.io/affinity-canary-behavior" +
	" metadata.annotations.nginx.ingress.kubernetes.io/session-cookie-name" +
	" metadata.annotations.nginx.ingress.kubernetes.io/session-cookie-expires" +
	" metadata.annotations.nginx.ingress.kubernetes.io/session-cookie-max-age" +
	" metadata.annotations.nginx.ingress.kubernetes.io/session-cookie-change-on-failure"
