package gatewayapi

import (
	"fmt"
	"strings"
)

// implementation is what one says of itself in the report of a conformance run, as it is
// published with the API.
type implementation struct {
	name    string // as in options.implementation
	version string // of the implementation
	api     string // release of the API that it was held to
	report  string // file below conformance/reports of kubernetes-sigs/gateway-api, as of 2026-08-21
	passed  string // profiles of which it passed the core, by the words of [profiles]
	partial string // profiles of which it passed the core but for some tests
	has     string // features that it supports, of [features]
	lacks   string // features that it does not support; of what is in neither the report says nothing
}

// profiles are those of a report (gateway-api v1.6.1, conformance/utils/suite), with
// words of ours.
var profiles = []struct{ name, word string }{
	{"GATEWAY-HTTP", "http"},
	{"GATEWAY-GRPC", "grpc"},
	{"GATEWAY-TLS", "tls"},
	{"GATEWAY-TCP", "tcp"},
	{"GATEWAY-UDP", "udp"},
	{"MESH-HTTP", "mesh-http"},
	{"MESH-GRPC", "mesh-grpc"},
}

// Features that a release may ask for (gateway-api v1.6.1, pkg/features).
const (
	methods        = "HTTPRouteMethodMatching"
	queries        = "HTTPRouteQueryParamMatching"
	responses      = "HTTPRouteResponseHeaderModification"
	rewriteHost    = "HTTPRouteHostRewrite"
	rewritePath    = "HTTPRoutePathRewrite"
	mirrors        = "HTTPRouteRequestMirror"
	mirrorShare    = "HTTPRouteRequestPercentageMirror"
	timeout        = "HTTPRouteRequestTimeout"
	backendTimeout = "HTTPRouteBackendTimeout"
	cors           = "HTTPRouteCORS"
	retries        = "HTTPRouteRetry"
	listenerSets   = "ListenerSet"
	meshQueries    = "MeshHTTPRouteQueryParamMatching"
	meshRewrite    = "MeshHTTPRouteRewritePath"
)

// features are all of them.
const features = methods + " " + queries + " " + responses + " " + rewriteHost + " " + rewritePath + " " +
	mirrors + " " + mirrorShare + " " +
	timeout + " " + backendTimeout + " " + cors + " " + retries + " " + listenerSets + " " + meshQueries + " " + meshRewrite

// matching are the features that most have.
const matching = methods + " " + queries + " " + responses + " " + rewriteHost + " " + rewritePath

// implementations are those that a release may name, in order. The newest report of each
// that is no older than its last release but one; of Kong that of the router flavor
// expressions, of Cilium, Envoy Gateway and others that of the experimental channel. haproxy
// is haproxy-ingress.
var implementations = []implementation{
	{
		"agentgateway", "v1.3.1", "v1.6.0", "v1.6/agentgateway-agentgateway/v1.3.1-report.yaml", "http grpc tls", "",
		matching + " " + mirrors + " " + mirrorShare + " " + timeout + " " + backendTimeout + " " + cors + " " +
			retries + " " + listenerSets, "",
	},
	{
		"alb", "v3.5.0", "v1.6.1", "v1.6/aws-load-balancer-controller/conformance-report.yaml", "", "http",
		methods + " " + listenerSets,
		queries + " " + responses + " " + rewriteHost + " " + rewritePath + " " + mirrors + " " + mirrorShare + " " +
			timeout + " " + backendTimeout + " " + cors + " " + retries,
	},
	{
		"cilium", "v1.20.0", "v1.6.1", "v1.6/cilium/experimental-v1.20.0-default-report.yaml", "http grpc tls tcp udp mesh-http mesh-grpc", "",
		matching + " " + mirrors + " " + mirrorShare + " " + timeout + " " + backendTimeout + " " + cors + " " +
			retries + " " + listenerSets + " " + meshQueries + " " + meshRewrite, "",
	},
	{
		"contour", "v1.33.0", "v1.3.0", "v1.3.0/projectcontour-contour/experimental-v1.33.0-default-report.yaml", "grpc tls", "http",
		matching + " " + mirrors + " " + timeout + " " + backendTimeout, mirrorShare,
	},
	{
		"envoy-gateway", "v1.9.0", "v1.6.1", "v1.6/envoy-gateway/experimental-v1.9.0-default-report.yaml", "http grpc tls", "",
		matching + " " + mirrors + " " + mirrorShare + " " + timeout + " " + backendTimeout + " " + cors + " " +
			retries + " " + listenerSets, "",
	},
	{
		"gke", "1.36.2-gke.2154000", "v1.6.0", "v1.6/gke-gateway/v1.6.0-gke-report.yaml", "http", "",
		queries + " " + responses + " " + rewriteHost + " " + mirrors + " " + mirrorShare,
		methods + " " + rewritePath + " " + timeout + " " + backendTimeout + " " + cors + " " + retries + " " + listenerSets,
	},
	{
		"haproxy", "v0.17.0-alpha.1", "v1.5.1", "v1.5/haproxy-ingress/experimental-v0.17.0-alpha.1-default-report.yaml", "http", "",
		responses + " " + cors,
		methods + " " + queries + " " + rewriteHost + " " + rewritePath + " " + mirrors + " " + mirrorShare + " " +
			timeout + " " + backendTimeout + " " + listenerSets,
	},
	{
		"istio", "1.30.1", "v1.5.1", "v1.5/istio-istio/1.30.0-default-report.yaml", "http grpc tls mesh-http", "",
		matching + " " + mirrors + " " + mirrorShare + " " + timeout + " " + backendTimeout + " " + cors + " " +
			meshQueries + " " + meshRewrite, listenerSets,
	},
	{
		"kgateway", "v2.4.0-rc.1", "v1.6.1", "v1.6/kgateway/v2.4.0-rc.1-report.yaml", "http grpc tls tcp", "",
		matching + " " + mirrors + " " + mirrorShare + " " + timeout + " " + backendTimeout + " " + cors + " " +
			retries + " " + listenerSets, "",
	},
	{
		"kong", "v2.3.0-rc.3", "v1.6.1", "v1.6/kong-operator/experimental-v2.3.0-rc.3-expressions-standard-report.yaml", "http tls udp", "grpc tcp",
		matching + " " + backendTimeout, mirrors + " " + mirrorShare + " " + timeout + " " + cors + " " + retries + " " + listenerSets,
	},
	{
		"nginx-gateway-fabric", "v2.7.0-pre-release", "v1.6.1", "v1.6/nginx-nginx-gateway-fabric/experimental-2.7.0-pre-release-default-report.yaml", "http grpc tls tcp udp", "",
		matching + " " + mirrors + " " + mirrorShare + " " + cors + " " + listenerSets, timeout + " " + backendTimeout + " " + retries,
	},
	{
		"traefik", "v3.7.10", "v1.6.1", "v1.6/traefik-traefik/experimental-v3.7.10-default-report.yaml", "grpc tls", "http",
		matching, mirrors + " " + mirrorShare + " " + timeout + " " + backendTimeout + " " + cors + " " + retries + " " + listenerSets,
	},
}

// Implementations is the table as a page of the docs has it.
func Implementations() string {
	var b strings.Builder
	b.WriteString("| implementation | report | protocols | has | lacks |\n|---|---|---|---|---|\n")
	for _, i := range implementations {
		protocols := strings.ReplaceAll(i.passed, " ", ", ")
		if i.partial != "" {
			protocols = strings.TrimPrefix(protocols+", ", ", ") + "in part: " + strings.ReplaceAll(i.partial, " ", ", ")
		}
		fmt.Fprintf(&b, "| `%s` %s | [%s](https://github.com/kubernetes-sigs/gateway-api/blob/main/conformance/reports/%s) | %s | %s | %s |\n",
			i.name, i.version, i.api, i.report, protocols, strings.ReplaceAll(i.has, " ", ", "), strings.ReplaceAll(i.lacks, " ", ", "))
	}
	return b.String()
}

// word reports whether a text with spaces has a word.
func word(text, one string) bool {
	for w := range strings.FieldsSeq(text) {
		if w == one {
			return true
		}
	}
	return false
}
