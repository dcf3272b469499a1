package istio

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// answers say who answers for what changes in objects of Istio (istio.io/api v1.31).
var answers = []route.Fields{
	{Group: "networking.istio.io", Kinds: "VirtualService", Lines: []route.Line{
		{Paths: "+ - spec.http[].**", Left: "who delegates to it is in no manifest", When: route.NotNamed, If: hostless},
		{Paths: "spec.exportTo[]", Left: "whether the pods of its gateways are in a namespace that sees it", If: namesNamespaces},
		{Paths: "+ - spec.hosts[] spec.gateways[] spec.exportTo[]", Judged: "request-gone route-gap route-clash gateway-gone"},
		{Paths: "spec.http[].name spec.http[].match[].name spec.http[].match[].statPrefix", Harmless: "a name in metrics and logs"},
		{Paths: "spec.http[] spec.tls[] spec.tcp[] spec.http[].match[] spec.tls[].match[] spec.tcp[].match[] spec.http[].route[] " +
			"spec.tcp[].route[] spec.tls[].route[]", Judged: "request-gone route-gap backend-empty", When: route.Reordered},
		{Paths: istioMatched, Judged: "request-gone route-gap backend-empty"},
		{Paths: "spec.http[].match[].**", Left: "a condition that nobody here understands"},
		{Paths: istioTo, Judged: "backend-missing backend-empty capacity-short weight-none"},
		{Paths: "spec.http[].delegate.**", Judged: "request-gone route-gap"},
		{Paths: "spec.http[].fault.abort.percentage.value spec.http[].fault.abort.percent", Judged: "fault-abort"},
		{
			Paths: "spec.http[].headers.response.add.* spec.http[].headers.response.set.* spec.http[].route[].headers.response.add.* " +
				"spec.http[].route[].headers.response.set.*", Harmless: "a cookie, by which a rule may know the client: the rule is judged",
			If: setsCookie,
		},
		{Paths: "spec.http[].redirect.** spec.http[].directResponse.**", Left: "what the router answers by itself"},
		{Paths: "spec.http[].fault.**", Left: "requests that are aborted or delayed on purpose"},
		{Paths: "spec.http[].timeout spec.http[].retries.**", Left: "how long, and how often, an answer is waited for"},
		{Paths: "spec.http[].rewrite.uri", Harmless: "the same paths as before reach the pods", When: route.SameRewrites},
		{Paths: "spec.http[].rewrite.** spec.http[].headers.** spec.http[].route[].headers.** " +
			"spec.http[].corsPolicy.**", Left: "what becomes of requests and answers on the way"},
		{Paths: "spec.tls[].match[].** spec.tcp[].match[].**", Left: "a condition that nobody here understands"},
		{Paths: "metadata.labels.*", Harmless: "labels of the route, by which nobody selects", When: route.Plain},
	}},
	{Group: "networking.istio.io", Kinds: "DestinationRule", Lines: []route.Line{
		{Paths: "+ - spec.host spec.subsets[].name spec.subsets[].labels.*", Judged: "backend-missing backend-empty selector-moved subset-twice"},
		{Paths: "spec.subsets[]", Harmless: "the order of subsets, which are called by name", When: route.Reordered},
		{Paths: "spec.trafficPolicy.** spec.subsets[].trafficPolicy.**", Left: "what clients and pods make of connections"},
		{Paths: "spec.exportTo[] spec.workloadSelector.**", Left: "whose clients it is for"},
		{Paths: "metadata.labels.*", Harmless: "labels of the rule, by which nobody selects", When: route.Plain},
	}},
	{Group: "networking.istio.io", Kinds: "Gateway", Lines: []route.Line{
		{Paths: "+", Judged: "gateway-gone"},
		{Paths: "- spec.selector.* spec.servers[].hosts[] spec.servers[].port.number spec.servers[].port.protocol " +
			"spec.servers[].tls.credentialName", Left: "routes come in by it that are in no manifest", When: route.NotEntered},
		{Paths: "- spec.selector.*", Judged: "gateway-gone"},
		{
			Paths: "spec.servers[] spec.servers[].hosts[]", Harmless: "the order of servers: the closest one takes a request",
			When: route.Reordered,
		},
		{Paths: "spec.servers[].port.number spec.servers[].port.protocol spec.servers[].hosts[]", Judged: "gateway-gone"},
		{Paths: "spec.servers[].port.name spec.servers[].name", Harmless: "a name in metrics and logs"},
		{Paths: "spec.servers[].tls.mode", Left: "TLS that is passed through to pods, or no longer is", If: passedThrough},
		{Paths: "spec.servers[].tls.credentialName spec.servers[].tls.httpsRedirect", Judged: "tls-gone"},
		{Paths: "spec.servers[].tls.mode", Judged: "access-narrowed"},
		{Paths: "spec.servers[].tls.**", Left: "which clients are let in, and how"},
		{Paths: "spec.servers[].bind spec.servers[].defaultEndpoint " +
			"spec.servers[].port.targetPort", Left: "where the gateway listens, and sends what no route takes"},
		{Paths: "metadata.labels.*", Harmless: "labels of the Gateway, by which nobody selects", When: route.Plain},
	}},
	{Group: "networking.istio.io", Kinds: "ServiceEntry WorkloadEntry WorkloadGroup", Lines: []route.Line{{
		Paths: "+ - spec.**", Left: "who answers for a host in the mesh",
	}}},
	{Group: "networking.istio.io", Kinds: "EnvoyFilter", Lines: []route.Line{
		{Paths: "+ - spec.** spec.configPatches[]", Harmless: "what is logged, traced and counted of requests (Envoy v1.37, " +
			"HttpConnectionManager.access_log, tracing and stat_prefix)", If: logging},
		{Paths: "spec.workloadSelector.** spec.targetRefs[].**", Left: "whose proxies it changes"},
		{Paths: "spec.priority spec.configPatches[]", Left: "in which order patches are applied", When: route.Reordered},
		{Paths: "spec.priority", Left: "in which order patches are applied", Absent: "0"},
		{Paths: "spec.configPatches[].applyTo spec.configPatches[].match.**", Left: "which listeners, routes and clusters of proxies it changes"},
		{Paths: "spec.configPatches[].patch.filterClass", Left: "which filters look at a request first", Absent: "UNSPECIFIED"},
		{Paths: "spec.configPatches[].** + -", Left: "how proxies treat requests"},
		{Paths: "metadata.labels.*", Harmless: "labels of the filter, by which nobody selects", When: route.Plain},
	}},
	{Group: "networking.istio.io", Kinds: "Sidecar ProxyConfig", Lines: []route.Line{
		{Paths: "+ - spec.**", Left: "how proxies treat all requests"},
	}},
	{Group: "security.istio.io", Kinds: "AuthorizationPolicy", Lines: []route.Line{
		{Paths: "-", Harmless: "what it refused is let in", If: refusesOnly},
		{Paths: "+ - spec.**", Left: "which requests and connections are let through"},
	}},
	{Group: "security.istio.io", Kinds: "RequestAuthentication PeerAuthentication", Lines: []route.Line{{
		Paths: "+ - spec.**", Left: "which requests and connections are let through",
	}}},
	{Group: "telemetry.istio.io", Kinds: "Telemetry", Lines: []route.Line{
		{Paths: "+ - spec.**", Harmless: "what is counted and logged of requests"},
	}},
	{Group: "extensions.istio.io", Kinds: "WasmPlugin TrafficExtension", Lines: []route.Line{
		{Paths: "+ - spec.**", Left: "what proxies do to requests"},
	}},
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

// hostless: a VirtualService that another one delegates to.
func hostless(d route.Difference) bool { return len(kube.Items(d.Object().Node, "spec", "hosts")) == 0 }

// setsCookie: the header that a key stands for is one that sets a cookie.
func setsCookie(d route.Difference) bool {
	return strings.EqualFold(d.Path[len(d.Path)-1], "set-cookie")
}

// passedThrough: one of two modes of TLS leaves it to the pods.
func passedThrough(d route.Difference) bool {
	passes := func(n *yaml.Node) bool { return n != nil && strings.HasSuffix(n.Value, "PASSTHROUGH") }
	return passes(d.Was) || passes(d.Is)
}

// refusesOnly: the policy did nothing but refuse requests.
func refusesOnly(d route.Difference) bool { return d.From.Text("spec", "action") == "DENY" }

// logging: the patches of an EnvoyFilter say what is told of requests, and nothing else,
// before and after.
func logging(d route.Difference) bool {
	return (d.From.Node == nil || route.OnlyTells(d.From)) && (d.To.Node == nil || route.OnlyTells(d.To))
}

// namesNamespaces: it is for namespaces by their names, from now on.
func namesNamespaces(d route.Difference) bool {
	named := false
	for _, n := range kube.Items(d.To.Node, "spec", "exportTo") {
		if n.Value == "*" {
			return false
		}
		named = named || n.Value != "." && n.Value != "~"
	}
	return named
}
