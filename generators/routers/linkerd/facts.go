package linkerd

import "github.com/cutoverdev/cutover/generators/route"

// metrics are those of the clients' proxies. The address and labels of a backend are the
// Service's.
var metrics = []route.Metrics{
	{
		Version:  "2.19",
		Source:   "https://linkerd.io/2.19/reference/proxy-metrics/",
		Track:    `backend_namespace="{{namespace}}",backend_name="{{service}}"`,
		Requests: route.Series{Name: "outbound_http_route_backend_response_statuses_total"},
		Failed:   route.Series{Labels: `http_status=~"5.."`},
		Latency:  route.Series{Name: "outbound_http_route_backend_response_duration_seconds"},
		Unsaid:   "Requests of clients without a proxy are not counted. gRPC that comes by a GRPCRoute is in outbound_grpc_route_backend_response_statuses_total.",
	},
}

var traps = []route.Trap{
	{
		Is:   "A ServiceProfile for a Service makes proxies pass over all routes of that Service.",
		Kept: "A release whose apex has one is refused, and one that comes beside a route is a finding.",
		Case: "linkerd/profile",
	},
	{
		Is:   "A filter that Linkerd does not know makes it pass over the whole route, with its weights.",
		Kept: "None is written, and one in your own route is refused; a route that gets one is listed as not judged.",
	},
	{
		Is:   "The proxy of the client routes, by the cluster IP that it dials: clients without a proxy get what the Service selects, and a headless Service has no routes.",
		Kept: "The apex selects the main track at every stage, so that they are answered; a headless apex is refused.",
	},
	{
		Is:   "A duration has one unit: 1m30s in timeouts.request is no timeout, and nobody says so.",
		Kept: "Timeouts are written as annotations, in seconds or milliseconds.",
	},
	{
		Is:   "A port with an appProtocol other than http and kubernetes.io/h2c is one of bytes, and follows TCPRoutes alone.",
		Kept: "An entry of HTTP or gRPC for such a port is refused.",
	},
	{
		Is:   "A TLSRoute or TCPRoute is read as v1alpha2, which the standard channel of the Gateway API does not serve from v1.5 and v1.6 on.",
		Kept: "They are written as v1alpha2, so that an API server which lacks it says so.",
	},
}

var lacks = []string{
	"Mirrors, rewrites and cross-origin rules: Linkerd has no such filters.",
	"ServiceProfiles are not written, and what they do is not judged.",
	"EgressNetworks as parents stay in your own route, and are not judged.",
	"Routes in a client's namespace (consumer routes) are not written, and not judged.",
	"Hosts, paths of hosts and certificates belong to the ingress in front, which is another entry of the Release.",
}
