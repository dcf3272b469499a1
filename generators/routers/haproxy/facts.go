package haproxy

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// metrics: both controllers run HAProxy's own exporter, which counts by backend. Its
// names stand in HAProxy v3.2.0, src/stats-proxy.c (v2.6 to v3.0: addons/promex), and its
// labels proxy and code, of 1xx to 5xx and other, in addons/promex/service-prometheus.c.
//
// haproxytech v3.2.9 calls a backend NAMESPACE_svc_SERVICE_PORT, with the port's name
// where it has one (pkg/service/service.go, GetBackendName). The exporter is always on, at
// the frontend stats (fs/usr/local/etc/haproxy/haproxy.cfg): --prometheus is for the
// controller's own series, which count no requests (documentation/prometheus.md).
var metrics = []route.Metrics{
	{
		Of:      community,
		Version: "v0.16",
		Source:  "https://haproxy-ingress.github.io/docs/configuration/keys/#backend-server-naming",
		Reason:  "Both tracks are one backend of HAProxy, whose servers are numbered unless backend-server-naming says otherwise: its series count them together.",
	},
	{
		Of:       technology,
		Version:  "v3.2",
		Source:   "https://github.com/haproxy/haproxy/blob/v3.2.0/addons/promex/README",
		Track:    `proxy=~"{{namespace}}_svc_{{service}}(-share|-match)?_.*"`,
		Requests: route.Series{Name: "haproxy_backend_http_requests_total"},
		Failed:   route.Series{Name: "haproxy_backend_http_responses_total", Labels: `code="5xx"`},
		Unsaid: "HAProxy has averages of the last 1024 requests and no histogram of their time. They are at /metrics of the port stat (1024). " +
			"A reload of HAProxy counts from zero. The status of a gRPC call stands in no label. An Ingress with standalone-backend has another name of its backend.",
	},
}

var traps = []route.Trap{
	{
		Is: "Weights of haproxy-ingress are of pods of one Service. With mode pod, or before v0.7, a group gets its weight for each of its pods: " +
			"whoever scales a track moves requests.",
		Kept: "Mode deploy is written, which counts the pods, and pod is a finding.",
		Case: "haproxy/mode-pod",
	},
	{
		Is: "blue-green-balance on an Ingress holds for every Service that it names: pods without the label get weight 0, " +
			"and the Service answers 503.",
		Kept: "It stands on a Service of its own, which selects both tracks; on a route of yours it is refused.",
		Case: "haproxy/other-service",
	},
	{
		Is: "A value of blue-green-balance that is no label=value=weight is left out as a whole: all pods get the same, " +
			"and a new version half of the requests.",
		Kept: "It is written as a whole; one that is left out is a finding.",
		Case: "haproxy-balance",
	},
	{
		Is: "A Service with route-acl goes before all paths of its host, exact and longer ones too: with rand(100) lt 7 it takes 7 percent " +
			"of every path below its own. So do header matches of haproxy-ingress.",
		Kept: "Where another Ingress has a path below, the Release is refused.",
		Case: "haproxy-below",
	},
	{
		Is: "A Service that has lost its route-acl, or does not have it yet, has an ordinary path: it and the main Service have the same one, " +
			"and which of them counts nobody knows.",
		Kept: "Services with conditions are there at every stage, with always_false while they get nothing, and never serve without one.",
		Case: "haproxy/acl-gone",
	},
	{
		Is:   "Pods without a ready one in their group are passed over by haproxy-ingress: the other group takes their share, however small it is.",
		Kept: "A track has pods for all it may get a stage before it gets it; a group that is left without is a finding.",
		Case: "haproxy/group-empty",
	},
	{
		Is:   "Affinity is to a pod, by a cookie that does not ask for weights: clients stay on a track that has lost its requests.",
		Kept: "affinity and cookie-persistence are refused.",
	},
}

var lacks = []string{
	"Mirrors: HAProxy has them only through an agent of its own (SPOE), which no annotation sets up.",
	"Timeouts (timeout-server and others) end silence, and not long requests; they and retries stay options.annotations.",
	"Headers are changed by annotations for all requests of a Service or Ingress: options.annotations.",
	"The deprecated tcp-services ConfigMap: tcp-service-port, which is written, takes its place.",
	"haproxytech's resources TCP, Backend, Defaults and Global stay as they are; cr-backend is not judged.",
	"blue-green-header and blue-green-cookie: they lead all requests to the first pod that is up.",
	"haproxytech's route-acl takes any expression of HAProxy's: queries, methods and paths of matches are not written, and those of yours are read as far as they are headers, cookies, hosts and paths.",
}

const (
	fateSecret = "its requests get an error, or go unchecked"
	fateConfig = "HAProxy does not get it, and requests get an error or go unchecked"
)

var secretKind = []kube.ID{{Kind: "Secret"}}

// known are annotations of both that name Secrets, say how pods are spoken to, or share
// requests.
var known = []route.Annotation{
	{Key: "haproxy.org/auth-secret", Names: secretKind, Fate: fateSecret},
	{Key: "haproxy.org/server-ca", Names: secretKind, Fate: fateConfig},
	{Key: "haproxy.org/server-crt", Names: secretKind, Fate: fateConfig},
	{Key: "haproxy.org/client-ca", Names: secretKind, Fate: fateConfig},
	{Key: "haproxy.org/server-ssl", Speaks: true},
	{Key: "haproxy.org/server-proto", Speaks: true},
	{Key: "haproxy.org/send-proxy-protocol", Speaks: true},
	{Key: "haproxy-ingress.github.io/auth-secret", Names: secretKind, Fate: fateSecret},
	{Key: "haproxy-ingress.github.io/auth-tls-secret", Names: secretKind, Fate: fateSecret},
	{Key: "haproxy-ingress.github.io/secure-verify-ca-secret", Names: secretKind, Fate: fateConfig},
	{Key: "haproxy-ingress.github.io/secure-crt-secret", Names: secretKind, Fate: fateConfig},
	{Key: "haproxy-ingress.github.io/secure-backends", Speaks: true},
	{Key: "haproxy-ingress.github.io/backend-protocol", Speaks: true},
	{Key: "haproxy-ingress.github.io/proxy-protocol", Speaks: true},

	{Key: "haproxy-ingress.github.io/blue-green-balance", Shares: true},
	{Key: "haproxy-ingress.github.io/blue-green-deploy", Shares: true},
	{Key: "haproxy-ingress.github.io/blue-green-mode", Shares: true},
	{Key: "haproxy-ingress.github.io/blue-green-header", Shares: true},
	{Key: "haproxy-ingress.github.io/blue-green-cookie", Shares: true},
	{Key: "ingress.kubernetes.io/blue-green-balance", Shares: true},
	{Key: "ingress.kubernetes.io/route-acl", Shares: true},
	{Key: "haproxy.org/route-acl", Shares: true},
	{Key: "haproxy.com/route-acl", Shares: true},
	{Key: aclKey, Shares: true},
}
