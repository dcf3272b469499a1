package ingressnginx

import "github.com/cutoverdev/cutover/generators/route"

// metrics: a request is counted under the Service of the main Ingress, and names in
// the label canary the upstream that it went to instead (v1.15.1,
// rootfs/etc/nginx/lua/monitor.lua and balancer.lua; upstreamName in
// internal/ingress/controller/util.go).
var metrics = []route.Metrics{{
	Version:  "v1.15.1",
	Source:   "https://kubernetes.github.io/ingress-nginx/user-guide/monitoring/",
	Track:    `namespace="{{namespace}}",service="{{service}}",canary=""`,
	Or:       `namespace="{{namespace}}",canary="{{namespace}}-{{service}}-{{port}}"`,
	Requests: route.Series{Name: "nginx_ingress_controller_requests"},
	Failed:   route.Series{Labels: `status=~"5.."`},
	Latency:  route.Series{Name: "nginx_ingress_controller_request_duration_seconds"},
	Unsaid: "The status of a gRPC call stands in no label. Prometheus renames namespace and service to exported_namespace and exported_service, " +
		"unless what scrapes the controller honours its labels. An Ingress that names its port by name has that name in the label canary.",
}}

var traps = []route.Trap{
	{
		Is:   "A canary Ingress joins a main one with the same host, path and pathType; where one of them differs it is dropped without a word.",
		Kept: "Both are written from one list of hosts and paths; a canary that joins nothing is a finding.",
		Case: "ingressNginx/path-type",
	},
	{
		Is:   "A canary at 100 % still needs the main Ingress's pods: without one of them every request is answered 503.",
		Kept: "The main Ingress moves to the new version in a stage of its own, before the old pods go.",
		Case: "ingressNginx/main-empty",
	},
	{
		Is:   "A canary whose Service is the backend of an ordinary Ingress, such as one for a preview host, gets no requests (ingress-nginx#9458).",
		Kept: "A preview host has a Service of its own.",
		Case: "canary-shared",
	},
	{
		Is:   "A rule has one canary: a second canary Ingress for it is refused or ignored.",
		Kept: "A release has one canary Ingress, and what a canary cannot say at once is refused.",
		Case: "canary-twice",
	},
	{
		Is:   "An upstream is a Service and a port: a canary takes its share from every other path with the same main Service as well (ingress-nginx#8689).",
		Kept: "Each track has a Service of its own, which no other Ingress names.",
	},
	{
		Is:   "A canary header beats a cookie, and a cookie beats the weight; the values always and never mean something by themselves.",
		Kept: "One header and one cookie with the value always are what a Release may ask for.",
	},
	{
		Is:   "Traefik, in the place of the controller, tries the rule with the longest text first: a prefix, which it names twice, comes before an exact path below it.",
		Kept: "With options.implementation: traefik it is read so, and annotations that Traefik passes over are refused.",
		Case: "ingressNginx/traefik-exact",
	},
	{
		Is:   "The class is written by the API server when an Ingress is made, and not when it loses its class later.",
		Kept: "options.class is written out, and a class that goes is read as the API server keeps it.",
		Case: "ingressNginx/class-left-out",
	},
}

var lacks = []string{
	"Mirrors (mirror-target) and consistent hashing stay annotations of your own Ingress, under route:.",
	"Snippets are not judged, but for what they do to hosts and redirects.",
	"TCP and UDP stand in a ConfigMap of the controller, which no Release writes.",
	"options.implementation: traefik is for Traefik from v3.7 in the place of the controller: the Ingresses say so by the annotation cutover.dev/ingress-implementation, and are read as Traefik does.",
	"Timeouts and retries are annotations for all requests of an Ingress and not expressed.",
}

// retired: kubernetes.io, 2025-11-11, and the archived repository.
var retired = &route.Retired{
	Since: "2026-03",
	What:  "kubernetes/ingress-nginx gets no releases any more, for vulnerabilities neither",
	Instead: []string{
		"gatewayAPI, with an implementation of your choice: ingress2gateway converts Ingresses with their canary annotations",
		"Traefik from v3.7 and Higress, which read the same annotations: nothing changes in the Release",
	},
	Source: "https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/",
	Unless: Implementation,
}
