// Package gatewayapi is the Gateway API as a router of its own, for any implementation
// (checked against v1.6.3).
//
// What is written of routes is in generators/gatewaysplit, what is read of them in
// generators/gatewayroute: other routers share both.
//
// From the top; files refer downward:
//
//	provider.go       the Provider
//	facts.go          its metrics, its traps, and what it lacks
//	fields.go         who answers for which field
//	check.go                  what cannot be asked
//	implementation_check.go   … of the implementation
//	versions.go               … of the definitions (CRDs) in the cluster
//	implementations.go        what implementations say of themselves
//	options.go                options of an entry, and its parents
package gatewayapi
