// Package istio writes and reads VirtualServices and DestinationRules, for the mesh
// and for Istio's gateways (checked against Istio 1.31).
//
// A VirtualService is made in two steps: first as a person would write it for the
// apex Service, or as the person did write it (route:); then every rule that names
// the apex is split. 9 percent for the candidate, a copy of 33 percent, and clients
// that stay where they have been:
//
//	http:
//	- match: [{headers: {cookie: {regex: …cart-track=green-e1c10789…}}}]
//	  route: [{destination: {host: cart-green}, weight: 100}]
//	- route:
//	  - {destination: {host: cart-blue}, weight: 91}
//	  - {destination: {host: cart-green}, weight: 9, headers: …Set-Cookie…}
//	  mirrors: [{destination: {host: cart-green}, percentage: {value: 33}}]
//
// Read makes two rules of it: one with the cookie as its match and one backend, and
// one without a match, with two backends and a mirror.
//
// What people write and is read as well: delegates, exportTo, several VirtualServices
// of one host, subsets, faults, redirects, rules of tcp and tls, hosts by any of their
// names. EnvoyFilter, ServiceEntry and Sidecar are listed as not judged.
//
// Surprises of Istio 1.31:
//
//   - a single destination gets everything, whatever its weight; among several, one
//     without a weight gets nothing;
//   - a prefix compares characters: /cart holds for /cartoon;
//   - in the mesh only the oldest VirtualService of a host counts; gateways merge them
//     in an order that no manifest tells;
//   - a gateway tries rules without a match last, sidecars where they stand;
//   - a delegate's rule of which one match is no part of the root's matches is left
//     out, silently;
//   - a host and a wildcard over it are refused in one VirtualService, as duplicates;
//   - a subset that no DestinationRule defines for the client gets 503.
//
// From the top; files refer downward:
//
//	provider.go                      the Provider
//	facts.go                         its metrics, its traps, and what it lacks
//	fields.go                        who answers for which field
//	check.go                         what a VirtualService has no words for
//	render.go                        VirtualServices and DestinationRules of a stage
//	split.go                         a rule for the apex becomes rules for the tracks
//	spec.go                          what the entry asks for, before any split
//	read.go                          VirtualServices as rules
//	delegate.go                      rules that one VirtualService hands over to another
//	conflicts.go                     hosts that two claim in the mesh
//	subsets.go                       which DestinationRule counts for a client
//	visibility.go                    who sees what: exportTo, workloadSelector
//	precedence.go                    in which order rules are tried
//	conditions.go                    matches of a VirtualService as matches of a rule
//	reader.go                        what has been read so far
//	listeners.go                     what a Gateway lets in
//	hosts.go                         names of Services and gateways
//	options.go types.go              options of an entry; specs
package istio
