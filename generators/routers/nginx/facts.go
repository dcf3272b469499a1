package nginx

import "github.com/cutoverdev/cutover/generators/route"

// metrics are the series of latencies, which count requests by their codes (NGINX Ingress
// Controller v5.5.4, internal/metrics/collectors/latency.go, cmd/nginx-ingress/main.go).
var metrics = []route.Metrics{{
	Version:  "v5.5.4",
	Source:   "https://docs.nginx.com/nginx-ingress-controller/logging-and-monitoring/prometheus/",
	Track:    `resource_namespace="{{namespace}}",service="{{service}}"`,
	Requests: route.Series{Name: "nginx_ingress_controller_upstream_server_response_latency_ms_count"},
	Failed:   route.Series{Labels: `code=~"5.."`},
	Latency:  route.Series{Name: "nginx_ingress_controller_upstream_server_response_latency_ms"},
	Millis:   true,
	Unsaid: "The controller writes them with -enable-latency-metrics. resource_namespace is that of the VirtualServer, which is the workload's " +
		"own but for an object of yours elsewhere. Of a request that was tried again the last answer counts, and one that no pod took counts nowhere. " +
		"A call of gRPC that fails counts as 200.",
}}

var traps = []route.Trap{
	{
		Is: "The API server takes a VirtualServer that the controller then refuses, such as one whose weights add up to 99. " +
			"What was served of the version before ends: the whole host answers 404.",
		Kept: "Weights add up to 100, and names, paths and conditions are those that the controller takes; of your own it is read and refuted.",
		Case: "nginx/weights-99",
	},
	{
		Is:   "Of two VirtualServers with one host the older has all of it, and when that goes the other one appears.",
		Kept: "A release writes one for each host; your own that has the host is used as route:, and a second one is a finding.",
		Case: "nginx/host-twice",
	},
	{
		Is:   "A VirtualServerRoute that is not there, or of another host, leaves its path out: requests get 404, or go to a shorter path.",
		Kept: "It is read so, and a commit after which the path leads elsewhere is refuted.",
		Case: "nginx/route-other-host",
	},
	{
		Is:   "An upstream whose Service is missing or has no pods answers 502 for its share, and NGINX never takes the other split instead.",
		Kept: "The Services of both tracks stand from the first stage to the last, and a split gets a share only once its pods are ready.",
		Case: "nginx/service-missing",
	},
	{
		Is:   "Values of conditions are compared without regard to case, and ~ in front makes them expressions that hold anywhere in the text.",
		Kept: "They are written as expressions from ^ to $.",
	},
	{
		Is:   "Under splits and matches rewritePath does nothing for an exact path or one with ^~: NGINX looks for the sign in the path.",
		Kept: "Paths that are rewritten are written as expressions, and your own such path is refused.",
	},
	{
		Is:   "sessionCookie keeps a client on a pod of one upstream, and not on a split: the next request is shared anew.",
		Kept: "affinity is a cookie of the candidate's answers and a match before the splits. It works without NGINX Plus.",
	},
	{
		Is:   "A route's Policy that is missing, refused or without its Secret makes its requests answer 500.",
		Kept: "What a route names stays while it does.",
		Case: "nginx/policy-gone",
	},
}

var lacks = []string{
	"There is no mirror, and no limit for a whole request: connectTimeout, readTimeout and sendTimeout under options are for pieces of one.",
	"A TransportServer has one upstream and no weights: connections move from track to track all at once.",
	"Active health checks, slow-start, queue and ntlm are those of NGINX Plus; upstreams of yours keep them, and sessionCookie, which NGINX has without Plus too.",
	"Policies are named by options.policies; only that for cors is written.",
	"Ingresses of class nginx of this controller, with masters and minions (nginx.org/mergeable-ingress-type), are read as any Ingress, and no Release writes them.",
	"Snippets and error pages are kept where your VirtualServer has them, and not read.",
}
