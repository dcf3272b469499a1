package istio

import "github.com/cutoverdev/cutover/generators/route"

// metrics are Istio's standard metrics, as the proxy of the client or the gateway, or
// a waypoint, counts them: those are the requests that never arrived, too. Failed
// calls are the codes that google.rpc.Code maps to a status of 500 and more.
//
// Names and labels are those that the proxy's own tests want of a scrape: istio/proxy,
// branch release-1.31 (8ecb8795), testdata/metric/client_request_total.yaml.tmpl and
// server_waypoint_proxy_request_total.yaml.tmpl. That times are whole milliseconds, and a
// request without an answer has code 0, says the filter: envoyproxy/envoy,
// contrib/istio/filters/http/istio_stats/source/istio_stats.cc, IstioStatsFilter::log.
var metrics = []route.Metrics{{
	Version:  "1.31",
	Source:   "https://github.com/istio/proxy/blob/8ecb87958061f571c9d47e7be6e68bef869a11ec/testdata/metric/client_request_total.yaml.tmpl",
	Track:    `reporter=~"source|waypoint",destination_service_namespace="{{namespace}}",destination_service_name="{{service}}"`,
	Requests: route.Series{Name: "istio_requests_total"},
	Failed:   route.Series{Labels: `response_code=~"5..|0"`},
	Calls:    route.Series{Labels: `grpc_response_status=~"2|4|12|13|14|15"`},
	Latency:  route.Series{Name: "istio_request_duration_milliseconds"},
	Millis:   true,
	Unsaid: "With options.subsets both tracks are one Service, and only destination_workload tells them apart. " +
		"A request that passes a gateway and then a waypoint is counted by both. " +
		"A client that leaves before the answer counts as a failure, with code 0. TCP has istio_tcp_connections_opened_total, which says nothing of failures.",
}}

var traps = []route.Trap{
	{
		Is:   "Rules are tried from the top, and the first one that matches counts: a rule for the candidate below the one for everybody is never reached.",
		Kept: "The rules of the candidate stand before the others.",
	},
	{
		Is:   "A route with one destination sends it everything, whatever its weight says; a destination without a weight beside others has weight 0.",
		Kept: "While both tracks serve, both are written with a weight, which add up to 100: older releases refuse anything else.",
		Case: "weight-none-istio",
	},
	{
		Is:   "A VirtualService that names a subset before the DestinationRule that defines it has arrived answers 503 for it.",
		Kept: "The DestinationRule with both subsets stands from the first stage to the last; a commit that brings both at once is refuted.",
		Case: "istio/subset-added",
	},
	{
		Is:   "The sidecar of a pod listens for the Services that select it: when the last of them moves away, the requests that are still on their way to it are refused.",
		Kept: "Each track has a Service of its own, which stays until its pods are gone.",
		Case: "istio/flip-under-mesh",
	},
	{
		Is:   "Two DestinationRules for one host are merged by age, and subsets of one name are not: the older one counts.",
		Kept: "A release writes one for each Service, and a second one is a finding.",
		Case: "subset-twice",
	},
	{
		Is:   "A VirtualService that another one delegates to is dropped as a whole where one of its matches is wider than that of the root.",
		Kept: "Such a delegate is read as Istio reads it, and that it is lost is a finding.",
		Case: "delegate-lost",
	},
	{
		Is: "In a mesh over two clusters each has routes of its own, which an agent of its own applies: those of one may lead to pods " +
			"that the other has not started yet, or no longer has.",
		Kept: "Pods of a track are ready, and spec.arrives has passed, before a route of either cluster leads to them, and go after that time.",
		Case: "istio/clusters-early",
	},
}

var lacks = []string{
	"Faults, rate limits, authentication and EnvoyFilters stay in objects of your own.",
	"Locality, outlier detection and connection pools are kept where your DestinationRule has them, and no Release asks for them.",
	"ServiceEntry and Sidecar are not read: hosts outside of the manifests are not judged.",
	"Certificates stand in a Gateway, which is yours and not written: options.gateways names it.",
}
