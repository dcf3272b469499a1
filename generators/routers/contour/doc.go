// Package contour writes and reads HTTPProxies of Contour (checked against v1.33).
//
// An HTTPProxy is made in two steps: first as a person would write it for the apex
// Service, or as the person did write it (route:); then every route that names the apex
// is split. 9 percent for the candidate, a copy of 33 percent, and a match:
//
//	virtualhost: {fqdn: cart.example.com}
//	routes:
//	- conditions: [{header: {name: x-beta, exact: "on"}}]
//	  services: [{name: cart-green, port: 9017}]
//	- services:
//	  - {name: cart-blue, port: 9017, weight: 91}
//	  - {name: cart-green, port: 9017, weight: 9}
//	  - {name: cart-green, port: 9017, weight: 33, mirror: true}
//
// Read makes two rules of it, the one with the header first.
//
// What people write and is read as well: includes with conditions, in each other; hosts
// that are there twice; redirects and answers of Contour's own; connections, passed
// through or not; classes.
//
// Surprises of v1.33:
//
//   - one HTTPProxy has one host, and two with one host are both left out;
//   - the last condition says how the path is compared: exact before a header is a prefix;
//   - weights that are all 0 are even shares; where some have one, the others get nothing;
//   - a mirror without a weight, or of 0, copies everything;
//   - one route that Contour refuses takes all routes of its HTTPProxy with it;
//   - an include that is not there answers 502 where it has conditions, and nothing where
//     it has none;
//   - routes are sorted by path, then by the number of headers, wherever they stand; of
//     two with the same conditions the later counts, and includes come before routes;
//   - with tls, plain HTTP is led to HTTPS.
//
// From the top; files refer downward:
//
//	provider.go                      the Provider
//	check.go                         what an HTTPProxy has no words for
//	render.go                        HTTPProxies of a stage
//	split.go                         a route for the apex becomes routes for the tracks
//	spec.go                          what the entry asks for, before any split
//	read.go                          HTTPProxies as rules
//	precedence.go                    in which order routes are tried
//	certificates.go                  where TLS ends, and of which Contour serves nothing
//	effects.go                       what is done to requests beside sending them on
//	conditions.go                    conditions as matches
//	reader.go                        what has been read so far
//	options.go types.go facts.go     options of an entry; specs; what its page says
package contour
