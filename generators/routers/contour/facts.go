package contour

import "github.com/cutoverdev/cutover/generators/route"

// metrics are Envoy's series of clusters. Contour v1.33.8 calls a cluster after its
// namespace, Service and port (internal/envoy/cluster.go, AltStatName), however its pods
// are spoken to. Envoy (main of 2026, which Contour's v1.38 counts alike) makes them so:
//
//   - source/common/http/codes.cc, chargeBasicResponseStat: each answer adds one to
//     upstream_rq_completed and to upstream_rq_5xx or its like, also one that Envoy gives
//     itself because no pod is ready (source/common/router/router.cc,
//     sendNoHealthyUpstreamResponse); chargeResponseTiming: upstream_rq_time is in milliseconds;
//   - upstream_rq_total counts what was sent to a pod: each retry again, and no request
//     that found no pod. It is not what answers are a share of;
//   - source/common/config/well_known_names.cc takes cluster and class out of the names, as
//     envoy.cluster_name and envoy.response_code_class;
//   - source/server/admin/prometheus_stats.cc puts envoy_ before a name, and _ for what
//     Prometheus does not take.
var metrics = []route.Metrics{{
	Version:  "v1.33",
	Source:   "https://github.com/projectcontour/contour/blob/v1.33.8/internal/envoy/cluster.go",
	Track:    `envoy_cluster_name=~"{{namespace}}_{{service}}_{{port}}"`,
	Requests: route.Series{Name: "envoy_cluster_upstream_rq_completed"},
	Failed:   route.Series{Name: "envoy_cluster_upstream_rq_xx", Labels: `envoy_response_code_class="5"`},
	Latency:  route.Series{Name: "envoy_cluster_upstream_rq_time"},
	Millis:   true,
	Unsaid:   "Copies of a mirror are counted with the requests of its Service, and a retry that succeeds counts as one answer. A call of gRPC that fails counts as 200.",
}}

var traps = []route.Trap{
	{
		Is:   "Two HTTPProxies with one host are both invalid, and Contour serves neither: the host answers 404.",
		Kept: "A release writes one for each host; your own that has the host is used as route:, and a second one is a finding.",
		Case: "contour/host-twice",
	},
	{
		Is:   "An HTTPProxy that includes one that is not there answers 502 for what it includes.",
		Kept: "It is read so, and an include that arrives with what it names is refuted.",
		Case: "contour/include-missing",
	},
	{
		Is:   "The last condition says how a path is compared: an exact path before a header is a prefix.",
		Kept: "The path is written last.",
		Case: "contour/exact-before-header",
	},
	{
		Is:   "Weights that are all 0 are the same as none: services share requests evenly. Where some have a weight, the others get nothing.",
		Kept: "Both tracks are written with a weight, which add up to 100.",
	},
	{
		Is:   "A mirror of weight 0 copies everything.",
		Kept: "A mirror is named only at the stages that copy requests.",
	},
	{
		Is:   "Contour replaces a prefix otherwise where a second route has it: a route for a header changes what the route beside it does.",
		Kept: "A match for a route of your own that replaces a prefix is refused.",
	},
	{
		Is:   "A Service that is not there is left out, and the others of its route get its share; under tcpproxy it takes the whole host with it.",
		Kept: "The Services of both tracks stand from the first stage to the last.",
		Case: "contour/service-missing",
	},
}

var lacks = []string{
	"Affinity to a track: headers of answers can be set and not added to, so that a cookie would take the place of the pods' own. The cookie of loadBalancerPolicy keeps a client on a pod, within one Service.",
	"A path is replaced for / alone, for Contour replaces by characters.",
	"Health checks, rate limits, authorization, JWT and IP filters are kept where your HTTPProxy has them, and no Release asks for them.",
	"TLSCertificateDelegation and ExtensionService are not read.",
}
