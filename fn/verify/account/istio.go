package account

// Istio (istio.io/api v1.31). What is judged of routes is what generators/routers
// reads.
var istio = []kind{
	{"networking.istio.io", "VirtualService", []line{
		{paths: "+ - spec.http[].**", left: "who delegates to it is in no manifest", when: rootless},
		{paths: "+ - spec.hosts[] spec.gateways[] spec.exportTo[]", judged: "request-gone route-gap route-clash gateway-gone"},
		{paths: "spec.http[].name spec.http[].match[].name spec.http[].match[].statPrefix", harmless: "a name in metrics and logs"},
		{paths: "spec.http[] spec.tls[] spec.tcp[] spec.http[].match[] spec.tls[].match[] spec.tcp[].match[] spec.http[].route[] " +
			"spec.tcp[].route[] spec.tls[].route[]", judged: "request-gone route-gap backend-empty", when: reordered},
		{paths: istioMatched, judged: "request-gone route-gap backend-empty"},
		{paths: "spec.http[].match[].**", left: "a condition that nobody here understands"},
		{paths: istioTo, judged: "backend-missing backend-empty capacity-short weight-none"},
		{paths: "spec.http[].delegate.**", judged: "request-gone route-gap"},
		{paths: "spec.http[].fault.abort.percentage.value spec.http[].fault.abort.percent", judged: "fault-abort"},
		{
			paths: "spec.http[].headers.response.add.* spec.http[].headers.response.set.* spec.http[].route[].headers.response.add.* " +
				"spec.http[].route[].headers.response.set.*", harmless: "a cookie, by which a rule may know the client: the rule is judged",
			when: cookie,
		},
		{paths: "spec.http[].redirect.** spec.http[].directResponse.**", left: "what the router answers by itself"},
		{paths: "spec.http[].fault.**", left: "requests that are aborted or delayed on purpose"},
		{paths: "spec.http[].timeout spec.http[].retries.**", left: "how long, and how often, an answer is waited for"},
		{paths: "spec.http[].rewrite.uri", harmless: "the same paths as before reach the pods", when: rewritesAlike},
		{paths: "spec.http[].rewrite.** spec.http[].headers.** spec.http[].route[].headers.** " +
			"spec.http[].corsPolicy.**", left: "what becomes of requests and answers on the way"},
		{paths: "spec.tls[].match[].** spec.tcp[].match[].**", left: "a condition that nobody here understands"},
		{paths: "metadata.labels.*", harmless: "labels of the route, by which nobody selects", when: plain},
	}},
	{"networking.istio.io", "DestinationRule", []line{
		{paths: "+ - spec.host spec.subsets[].name spec.subsets[].labels.*", judged: "backend-missing backend-empty selector-moved subset-twice"},
		{paths: "spec.subsets[]", harmless: "the order of subsets, which are called by name", when: reordered},
		{paths: "spec.trafficPolicy.** spec.subsets[].trafficPolicy.**", left: "what clients and pods make of connections"},
		{paths: "spec.exportTo[] spec.workloadSelector.**", left: "whose clients it is for"},
		{paths: "metadata.labels.*", harmless: "labels of the rule, by which nobody selects", when: plain},
	}},
	{"networking.istio.io", "Gateway", []line{
		{paths: "+", judged: "gateway-gone"},
		{paths: "- spec.selector.* spec.servers[].hosts[] spec.servers[].port.number spec.servers[].port.protocol " +
			"spec.servers[].tls.credentialName", left: "routes come in by it that are in no manifest", when: not(entered)},
		{paths: "- spec.selector.*", judged: "gateway-gone"},
		{paths: "spec.servers[] spec.servers[].hosts[]", harmless: "the order of servers: the closest one takes a request", when: reordered},
		{paths: "spec.servers[].port.number spec.servers[].port.protocol spec.servers[].hosts[]", judged: "gateway-gone"},
		{paths: "spec.servers[].port.name spec.servers[].name", harmless: "a name in metrics and logs"},
		{paths: "spec.servers[].tls.mode", left: "TLS that is passed through to pods, or no longer is", when: passing},
		{paths: "spec.servers[].tls.credentialName spec.servers[].tls.httpsRedirect", judged: "tls-gone"},
		{paths: "spec.servers[].tls.mode", judged: "access-narrowed"},
		{paths: "spec.servers[].tls.**", left: "which clients are let in, and how"},
		{paths: "spec.servers[].bind spec.servers[].defaultEndpoint " +
			"spec.servers[].port.targetPort", left: "where the gateway listens, and sends what no route takes"},
		{paths: "metadata.labels.*", harmless: "labels of the Gateway, by which nobody selects", when: plain},
	}},
	{"networking.istio.io", "ServiceEntry WorkloadEntry WorkloadGroup", []line{{
		paths: "+ - spec.**", left: "who answers for a host in the mesh",
	}}},
	{"networking.istio.io", "EnvoyFilter Sidecar ProxyConfig", []line{{paths: "+ - spec.**", left: "how proxies treat all requests"}}},
	{"security.istio.io", "AuthorizationPolicy", []line{
		{paths: "-", harmless: "what it refused is let in", when: refusing},
		{paths: "+ - spec.**", left: "which requests and connections are let through"},
	}},
	{"security.istio.io", "RequestAuthentication PeerAuthentication", []line{{
		paths: "+ - spec.**", left: "which requests and connections are let through",
	}}},
	{"telemetry.istio.io", "Telemetry", []line{{paths: "+ - spec.**", harmless: "what is counted and logged of requests"}}},
	{"extensions.istio.io", "WasmPlugin TrafficExtension", []line{{paths: "+ - spec.**", left: "what proxies do to requests"}}},
}

// istioMatched are the conditions that the reader compares.
const istioMatched = "spec.http[].match[].uri.** spec.http[].match[].method.** spec.http[].match[].headers.** " +
	"spec.http[].match[].queryParams.** spec.http[].match[].gateways[]" +
	" spec.http[].match[].port spec.http[].match[].withoutHeaders.** spec.http[].match[].ignoreUriCase spec.http[].match[]" +
	" spec.tls[].match[].gateways[] spec.tls[].match[].port spec.tls[].match[].sniHosts[] spec.tcp[].match[].gateways[] " +
	"spec.tcp[].match[].port"

// istioTo are the destinations that it follows.
const istioTo = "spec.http[].route[].destination.** spec.http[].route[].weight spec.tls[].route[].destination.** " +
	"spec.tls[].route[].weight spec.tcp[].route[].destination.** spec.tcp[].route[].weight" +
	" spec.http[].mirror.** spec.http[].mirrorPercentage.** spec.http[].mirrors[].**"
