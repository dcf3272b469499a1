package gatewayapi

import (
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
