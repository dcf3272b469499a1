package gatewayapi

import "github.com/cutoverdev/cutover/generators/route"

// metrics by implementation: the API itself says nothing of them.
var metrics = []route.Metrics{
	{
		Reason: "The Gateway API names no metrics: each implementation has its own, and only those below are known here.",
	},
	{
		// As in generators/routers/istio, which says where they are written.
		Of:       "istio",
		Version:  "1.31",
		Source:   "https://github.com/istio/proxy/blob/8ecb87958061f571c9d47e7be6e68bef869a11ec/testdata/metric/client_request_total.yaml.tmpl",
		Track:    `reporter=~"source|waypoint",destination_service_namespace="{{namespace}}",destination_service_name="{{service}}"`,
		Requests: route.Series{Name: "istio_requests_total"},
		Failed:   route.Series{Labels: `response_code=~"5..|0"`},
		Calls:    route.Series{Labels: `grpc_response_status=~"2|4|12|13|14|15"`},
		Latency:  route.Series{Name: "istio_request_duration_milliseconds"},
		Millis:   true,
		Unsaid: "A request that passes a gateway and then a waypoint is counted by both. " +
			"A client that leaves before the answer counts as a failure, with code 0.",
	},
	{
		// pkg/provider/kubernetes/gateway: v3.2 names a service by namespace, Service and
		// port, later releases put the name of the router and -svc- before it.
		Of:       "traefik",
		Version:  "v3.7",
		Source:   "https://doc.traefik.io/traefik/reference/install-configuration/observability/metrics/",
		Track:    `service=~"(.*-svc-)?{{namespace}}-{{service}}-[0-9]+@kubernetesgateway"`,
		Requests: route.Series{Name: "traefik_service_requests_total"},
		Failed:   route.Series{Labels: `code=~"5.."`},
		Latency:  route.Series{Name: "traefik_service_request_duration_seconds"},
		Unsaid: "The status of a gRPC call stands in no label. The histogram has three buckets unless metrics.prometheus.buckets says otherwise. " +
			"The label service is exported_service where the scrape sets one of its own.",
	},
	{
		// v1.8.0: the name of the cluster stands in internal/gatewayapi/helpers.go
		// (irRouteDestinationName), that a backend is a region of it in
		// internal/xds/translator/cluster.go. A backend with filters, or unlike the others,
		// gets a cluster of its own (internal/ir/xds.go, NeedsClusterPerSetting), called
		// after its place in the rule: there is no Service in that name either.
		Of:      "envoy-gateway",
		Version: "v1.8",
		Source:  "https://gateway.envoyproxy.io/docs/tasks/observability/proxy-metric/",
		Reason: "Envoy Gateway makes one Envoy cluster of all backends of a rule, httproute/NAMESPACE/NAME/rule/N, and tells them apart by locality: " +
			"its series count both tracks together.",
	},
	{
		Of:      "nginx-gateway-fabric",
		Version: "v2",
		Source:  "https://docs.nginx.com/nginx-gateway-fabric/monitoring/prometheus/",
		Reason:  "NGINX Gateway Fabric counts the requests of the whole NGINX; only with NGINX Plus are there series of an upstream.",
	},
}

var traps = []route.Trap{
	{
		Is:   "Weights are relative, and one that is left out is 1: 95 for one backend and nothing for the other is 95 to 1.",
		Kept: "Both weights are written, and add up to 100; one that is left out beside others is a finding.",
		Case: "weight-omitted",
	},
	{
		Is:   "A backend that does not exist is answered 500 for its share, and one without ready pods 503: nobody else takes its requests.",
		Kept: "Service and pods of a track are ready a stage before it has a weight, and stay until a stage after it has none.",
		Case: "gatewayAPI/create-and-route",
	},
	{
		Is:   "Rules are not tried in order: the more conditions a rule has, the sooner it counts.",
		Kept: "A rule for the candidate keeps the path of the rule that it comes from, and adds to it.",
	},
	{
		Is:   "An API server drops a field that its definitions do not have, without a word: a mirror of 7 percent is one of everything before v1.3.",
		Kept: "With options.version and options.channel, kinds and fields that the cluster lacks are refused.",
	},
	{
		Is:   "Much of the API is optional, and an implementation that lacks a part refuses the whole route, or passes over the part.",
		Kept: "With options.implementation, what its published conformance report says that it lacks is refused (docs/gateway-implementations.md), and what the report is silent about is a warning.",
	},
	{
		Is:   "For Traefik (v3.7) a path, a method or a header weighs more than the host: a route of *.example.com for /cart takes requests from the route of shop.example.com.",
		Kept: "Routes at a Gateway of Traefik's class are read in Traefik's order; for any other Gateway the closest host decides, as the API says.",
		Case: "gatewayAPI/traefik-wildcard",
	},
	{
		Is:   "A backend in another namespace is answered 500 without a ReferenceGrant there.",
		Kept: "Where the route stands in another namespace, the grant for the Services of the tracks is written with it and stays.",
		Case: "gatewayAPI/grant",
	},
	{
		Is:   "An HTTPRoute and a GRPCRoute cannot share a host at a listener: one of the two is refused as a whole.",
		Kept: "Both are read as the API says, and a release whose routes get in each other's way is refused.",
	},
	{
		Is:   "Of two TCPRoutes or UDPRoutes at one listener the younger gets nothing, and in a mesh the kind that says less does.",
		Kept: "Two routes for the same connections are a finding.",
		Case: "gatewayAPI/route-clash-stream",
	},
	{
		Is:   "A route that names no section comes in through every listener whose host fits, and one that names a section through that alone.",
		Kept: "Which listeners a route joins is worked out from the Gateway, and that one is lost is a finding.",
		Case: "gatewayAPI/section-narrowed",
	},
}

var lacks = []string{
	"Session persistence is in the experimental channel and would outlive an abort: affinity is a match on a cookie, for implementations that match headers by expression (options.regex).",
	"Filters of an implementation (ExtensionRef) stay in your own route, under route:, and what they do is not judged.",
	"Policies that are attached to a route or Service are carried, and not written.",
	"Certificates stand in a Gateway or ListenerSet, which is yours and not written: options.gateways names it.",
}
