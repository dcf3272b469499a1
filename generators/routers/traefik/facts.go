package traefik

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// metrics are the series of Services (Traefik v3.7, pkg/observability/metrics/prometheus.go).
var metrics = []route.Metrics{
	{
		Version:  "v3.7",
		Source:   source,
		Track:    perService,
		Alone:    `service=~"{{home}}-{{route}}-[0-9a-f]{20}@kubernetescrd"`, // pkg/provider/kubernetes/crd, makeServiceKey
		Requests: route.Series{Name: "traefik_service_requests_total"},
		Failed:   route.Series{Labels: `code=~"5.."`},
		Latency:  route.Series{Name: "traefik_service_request_duration_seconds"},
		Unsaid: "A route with one service alone is counted under the name of its router: cutover advance asks for that while one track has all requests, " +
			"and recording rules do once it has had them for five minutes. " + always,
	},
	{
		Of:       ownRoutes,
		Version:  "v3.7",
		Source:   source,
		Track:    perService,
		Requests: route.Series{Name: "traefik_service_requests_total"},
		Failed:   route.Series{Labels: `code=~"5.."`},
		Latency:  route.Series{Name: "traefik_service_request_duration_seconds"},
		Unsaid: "A route with one service alone is counted under the name of its router, which does not tell your routes from each other: " +
			"there are numbers of a track only while requests are shared, and advance waits at the stages after that for whoever promotes by hand. " + always,
	},
}

const (
	source     = "https://doc.traefik.io/traefik/reference/install-configuration/observability/metrics/"
	perService = `service="{{namespace}}-{{service}}-{{port}}@kubernetescrd"`
	always     = "With safeNaming the label is another one. A call of gRPC that fails counts as 200."
	ownRoutes  = "own-routes"
)

// counted names the series of an entry: those of an IngressRoute of the user's own that has several routes are others.
func counted(r route.Route) string {
	if r.Own != nil && len(kube.Items(r.Own.Node, "spec", "routes")) > 1 {
		return ownRoutes
	}
	return ""
}

var traps = []route.Trap{
	{
		Is:   "Without allowEmptyServices, one Service without ready pods takes the whole router with it, at weight 0 too: all its requests get 404.",
		Kept: "A track without requests is not named at all, and is named only once its pods are ready.",
		Case: "traefik/empty-zero",
	},
	{
		Is:   "A Service or TraefikService that is not there takes the whole router with it, a mirror's too.",
		Kept: "TraefikServices are made as soon as both tracks run, stages before a router names them, and go when none does.",
		Case: "traefik/missing-service",
	},
	{
		Is:   "A service without a weight beside another one gets as much as that has by default: half each, at the first apply.",
		Kept: "While both tracks serve, both are written with a weight.",
	},
	{
		Is:   "Priority is the length of the rule, and the host counts no more than the rest: a match for the candidate may come before a rule for a path that somebody else serves.",
		Kept: "Rules for the candidate have the priority of the rule that they are taken from, plus 1.",
	},
	{
		Is:   "Two routes with the same match in one IngressRoute are one router, the later one.",
		Kept: "No two are written; of your own, it is a finding.",
		Case: "traefik/same-match",
	},
	{
		Is:   "Without safeNaming, Services that share requests are told apart by name and port alone: options that differ from route to route become those of the last.",
		Kept: "An object under route: that names the apex so is refused, unless options.safeNaming is set.",
	},
	{
		Is:   "A sticky cookie of a weighted TraefikService keeps clients on the live track too, so that later weights do not move them.",
		Kept: "Under affinity only the candidate's answers carry the cookie, and a router leads there who has it; its value is made of track and version.",
	},
	{
		Is:   "An Ingress names a Middleware as NAMESPACE-NAME@kubernetescrd. One that it names otherwise, or that Traefik cannot build, takes the router with it.",
		Kept: "Ingresses of Traefik's classes are read with the Middlewares that their annotations name.",
		Case: "traefik/ingress-middleware-bare",
	},
	{
		Is:   "A TraefikService is no backend of an Ingress.",
		Kept: "It is named by an IngressRoute.",
	},
}

var lacks = []string{
	"Timeouts are those of a ServersTransport, which options.serversTransport names; of a whole request there is none.",
	"Headers are set, not added to, and the time of one try is not limited.",
	"Sticky cookies for one pod, health checks, nativeLB and strategies of a Service are kept where your IngressRoute has them, and no Release asks for them.",
	"IngressRouteUDP, parentRefs, rules in the language of v2, and services of other providers (name@file) are not read.",
	"Failover and highest random weight are read and not written.",
	"Mirrors of gRPC calls: Traefik copies a request once all of its body has come, and the body of a stream ends with the call.",
}
