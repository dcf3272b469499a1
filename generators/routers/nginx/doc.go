// Package nginx writes and reads VirtualServers, VirtualServerRoutes, TransportServers and
// Policies of the NGINX Ingress Controller of F5 (checked against v5.5.4).
//
// A VirtualServer is made in two steps: first as a person would write it for the apex
// Service, or as the person did write it (route:); then its upstreams for the apex become
// those of the tracks, and every route that leads there is split. 9 percent for the
// candidate, and a match:
//
//	host: cart.example.com
//	upstreams:
//	- {name: blue, service: cart-blue, port: 9017}
//	- {name: green, service: cart-green, port: 9017}
//	routes:
//	- path: /
//	  matches:
//	  - conditions: [{header: x-beta, value: ~^on$}]
//	    action: {pass: green}
//	  splits:
//	  - {weight: 91, action: {pass: blue}}
//	  - {weight: 9, action: {pass: green}}
//
// Read makes two rules of it, the one with the header first.
//
// What people write and is read as well: VirtualServerRoutes by name and by label, hosts
// that are there twice, every sign before a path, redirects and answers of NGINX's own,
// conditions with texts, expressions and !, Policies, listeners, connections.
//
// Surprises of v5.5.4:
//
//   - what the API server takes and the controller refuses ends what was served before;
//   - two VirtualServers with one host: the older has all of it;
//   - splits are at least two, and add up to 100; 0 and 100 are weights;
//   - a Service that is missing or without pods answers 502, for its share alone;
//   - texts are compared without regard to case; expressions hold anywhere in a text;
//   - a path is a prefix by characters; expressions come before prefixes, unless the
//     longest one has ^~;
//   - rewritePath does nothing for an exact path under splits;
//   - a proxied path that ends with a slash leads the one without it there;
//   - a TransportServer has no weights.
//
// From the top; files refer downward:
//
//	provider.go                      the Provider
//	check.go check_own.go            what a VirtualServer has no words for
//	render.go                        objects of a stage
//	split.go                         a route for the apex becomes one for the tracks
//	spec.go                          what the entry asks for, before any split
//	read.go                          objects as rules
//	connections.go                   TransportServers, and where connections come in
//	effects.go                       what is done to requests beside sending them on
//	refused.go                       why the controller refuses an object
//	depends.go certificates.go       what an object needs; where TLS ends
//	conditions.go precedence.go      conditions as matches; in which order paths are tried
//	reader.go                        what has been read so far
//	options.go types.go facts.go     options of an entry; specs; what its page says
package nginx
