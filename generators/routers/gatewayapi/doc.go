// Package gatewayapi writes and reads HTTPRoutes and GRPCRoutes of the Gateway API,
// for any implementation (checked against v1.6.3).
//
// As with istio, a route is first one for the apex Service, and then every rule that
// names the apex is split. 7 percent for the candidate, and all requests with a
// header:
//
//	rules:
//	- matches: [{path: {type: PathPrefix, value: /cart}, headers: [{name: x-team, value: qa}]}]
//	  backendRefs: [{name: cart-green, port: 9017}]
//	- matches: [{path: {type: PathPrefix, value: /cart}}]
//	  backendRefs: [{name: cart-blue, port: 9017, weight: 93}, {name: cart-green, port: 9017, weight: 7}]
//
// Read makes a rule of every match at every parent, and sorts them as the API demands.
//
// What people write and is read as well: rules of several routes at one parent,
// Services as parents (GAMMA), references across namespaces with their grants,
// filters, session persistence, weights that are left out. TLSRoute, TCPRoute and
// UDPRoute are listed as not judged.
//
// Surprises of v1.6.3:
//
//   - order in the list says little: the longer path wins, then the method, then more
//     headers. A split rule therefore keeps the path of the rule it comes from, and a
//     match of the release can take requests from a rule that leads elsewhere;
//   - a weight that is left out is 1, not the rest to 100;
//   - where regular expressions stand among the others is up to the implementation;
//   - a rule whose weights add up to 0 answers 500;
//   - a replaced prefix must be the only match of its rule;
//   - an HTTPRoute and a GRPCRoute cannot share a host at a listener: one of the two
//     is refused as a whole;
//   - in a mesh hostnames are ignored (GEP-1294);
//   - a route has at most 16 rules and 128 matches.
//
// From the top; files refer downward:
//
//	provider.go                      the Provider
//	check.go                         what a route has no words for
//	sessions.go precedence_check.go  … as it keeps clients; as it would take requests from other rules
//	render.go                        routes and grants of a stage
//	defaults.go                      what the API server fills in, written out
//	split.go                         a rule for the apex becomes rules for the tracks
//	spec.go                          what the entry asks for, before any split
//	read.go                          routes as rules
//	conflicts.go                     hosts that an HTTPRoute and a GRPCRoute claim
//	filters.go                       what a route does to requests beside choosing a backend
//	listeners.go                     what Gateways and ListenerSets let in
//	grants.go                        references across namespaces
//	precedence.go                    in which order rules are tried
//	conditions.go                    matches of a route as matches of a rule
//	reader.go                        what has been read so far
//	options.go types.go              options of an entry; specs
package gatewayapi
