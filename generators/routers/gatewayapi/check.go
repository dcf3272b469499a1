package gatewayapi

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/gatewaysplit"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// dialect is that of any implementation.
var dialect = gatewaysplit.Dialect{
	Parents:    parents,
	APIVersion: apiVersion,
	Regex:      func(r route.Route) bool { return optionsOf(r).Regex },
}

// check refuses what a route has no words for, what the cluster's definitions lack, and
// what the implementation says of itself that it cannot do.
func check(r route.Route) []schemas.Finding {
	found := dialect.Check(r)
	if schemas.Failed(found) {
		return found
	}
	return append(append(found, checkVersion(r)...), checkImplementation(r)...)
}

// checkVersion refuses what the cluster's definitions do not have: the kind of route in
// its version, and fields that an API server would drop.
func checkVersion(r route.Route) []schemas.Finding {
	d, ok := definitionsOf(r)
	if !ok {
		return []schemas.Finding{
			r.Find("gateway-version", "options.version", optionsOf(r).Version+" is no release of the Gateway API from v1.1 on", "1.6.1, say"),
		}
	}
	if r.Own != nil && optionsOf(r).Version == "" && optionsOf(r).Channel == "" {
		return nil // it stands in the cluster already, whatever that has
	}
	var found []schemas.Finding
	for _, o := range dialect.Render(r) {
		if gatewayroute.Protocol(o.Kind) == "" {
			continue
		}
		if what, s, lacks := lacking(d, o); lacks {
			message := fmt.Sprintf("%s has no %s", d, what)
			found = append(found, r.Find("gateway-version", "options", message, "options: {"+s.wanted()+"}, if your cluster has them"))
		}
	}
	return slices.CompactFunc(found, func(a, b schemas.Finding) bool { return a.Message == b.Message })
}
