package linkerd

import (
	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/gatewaysplit"
	"github.com/cutoverdev/cutover/generators/route"
)

// ownGroup is that of Linkerd's own HTTPRoute.
const ownGroup = "policy.linkerd.io"

type options struct {
	Group string `yaml:"group" default:"gateway.networking.k8s.io" enum:"gateway.networking.k8s.io|policy.linkerd.io" doc:"group of the HTTPRoute; policy.linkerd.io is Linkerd's own, for clusters without the Gateway API"`
}

// own reports whether an entry is written as Linkerd's own HTTPRoute.
func own(r route.Route) bool {
	options, _ := r.Options.(options)
	if r.Own != nil {
		return r.Own.Group == ownGroup
	}
	return options.Group == ownGroup
}

// dialect is that of Linkerd's proxies. They match headers by expression
// (policy-controller/k8s/index/src/routes/http.rs).
var dialect = gatewaysplit.Dialect{
	Core:       "core",
	Parents:    gatewaysplit.Services,
	APIVersion: apiVersion,
	Regex:      func(route.Route) bool { return true },
}

// apiVersion is the one that Linkerd watches: a TLSRoute or TCPRoute of v1 alone, as in the
// standard channel of the Gateway API since v1.5 and v1.6, it does not see
// (policy-controller/k8s/api/src/lib.rs).
func apiVersion(r route.Route, kind string) string {
	switch {
	case gatewayroute.Streams(kind):
		return gatewayroute.Group + "/v1alpha2"
	case own(r):
		return ownGroup + "/v1beta3"
	}
	return gatewayroute.Group + "/v1"
}
