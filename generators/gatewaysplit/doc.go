// Package gatewaysplit writes routes of the Gateway API over the tracks of a release,
// for every router that reads such routes (checked against v1.6.3). What routers differ
// in is a [Dialect].
//
// A route is first one for the apex Service, and then every rule that names the apex is
// split. 7 percent for the candidate, and all requests with a header:
//
//	rules:
//	- matches: [{path: {type: PathPrefix, value: /cart}, headers: [{name: x-team, value: qa}]}]
//	  backendRefs: [{name: cart-green, port: 9017}]
//	- matches: [{path: {type: PathPrefix, value: /cart}}]
//	  backendRefs: [{name: cart-blue, port: 9017, weight: 93}, {name: cart-green, port: 9017, weight: 7}]
//
// Surprises of v1.6.3:
//
//   - order in the list says little: a split rule keeps the path of the rule it comes
//     from, and a match of the release can take requests from a rule that leads elsewhere;
//   - a replaced prefix must be the only match of its rule;
//   - a route has at most 16 rules and 128 matches.
//
// From the top; files refer downward:
//
//	check.go                         what a route has no words for
//	sessions.go precedence_check.go  … as it keeps clients; as it would take requests from other rules
//	render.go                        routes and grants of a stage
//	defaults.go                      what the API server fills in, written out
//	split.go                         a rule for the apex becomes rules for the tracks
//	spec.go                          what the entry asks for, before any split
//	dialect.go                       what routers differ in
//	types.go                         specs
package gatewaysplit
