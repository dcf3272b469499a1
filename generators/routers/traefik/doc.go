// Package traefik writes and reads the custom resources of Traefik: IngressRoute,
// IngressRouteTCP, TraefikService and Middleware (checked against v3.7). It reads Ingresses of Traefik's classes as well.
//
// An IngressRoute is made in two steps: first as a person would write it for the apex
// Service, or as the person did write it (route:); then every router that names the apex
// is split. 9 percent for the candidate, a match, and clients that stay:
//
//	routes:
//	- match: Host(`cart.example.com`) && HeaderRegexp(`Cookie`, `…cart-track=(?:5f0c…)…`)
//	  priority: 25
//	  services: [{name: cart-green, port: 9017}]
//	- match: Host(`cart.example.com`) && Header(`x-beta`, `on`)
//	  priority: 25
//	  services: [{name: cart-green, port: 9017}]
//	- match: Host(`cart.example.com`)
//	  services:
//	  - {name: cart-blue, port: 9017, weight: 91}
//	  - {name: basket-sticky, kind: TraefikService, weight: 9}
//
// The TraefikService basket-sticky sets the cookie, with a hash of track and version, and
// leads to cart-green. Read makes three rules of it.
//
// What people write and is read as well: TraefikServices in each other, highest random
// weight, wildcards and expressions of hosts, negations, priorities, entry points,
// classes, Middlewares by what they do to requests. Of another provider (name@file),
// parentRefs, rules in the language of v2: they are listed as not judged.
//
// Surprises of v3.7:
//
//   - a Service that is not there takes the whole router with it, at weight 0 too; and
//     so does one without pods, unless allowEmptyServices is set; and a Middleware that
//     Traefik cannot build. The next router that fits has its requests then;
//   - of an IngressRouteTCP it takes its own share alone, which the others get;
//   - an IngressRouteTCP without TLS goes before every IngressRoute of its entry points;
//   - an omitted weight is 1: two services without weights get half each;
//   - priority is the length of the rule, and the host counts no more than the rest; of
//     equal ones nobody knows;
//   - two routes with the same match in one IngressRoute are one, the later;
//   - PathPrefix compares characters: /cart holds for /cartoon;
//   - Host(`*.example.com`) is for one label; before v3.7 it was for none;
//   - a TraefikService is no backend of an Ingress;
//   - attempts of the retry Middleware count the first try.
//
// From the top; files refer downward:
//
//	provider.go                      the Provider
//	check.go                         what an IngressRoute has no words for
//	render.go                        objects of a stage
//	split.go                         a router for the apex becomes routers for the tracks
//	spec.go                          what the entry asks for, before any split
//	read.go                          IngressRoutes as rules
//	ingresses.go                     Ingresses of Traefik's classes as rules
//	precedence.go                    in which order routers are tried, and for which hosts
//	certificates.go                  where TLS ends
//	depends.go                       what must stay for as long as it is named
//	services.go                      what stands behind a reference
//	connections.go                   who gets a connection where IngressRouteTCPs are beside IngressRoutes
//	names.go                         things that Traefik calls by one name
//	middlewares.go                   what Middlewares do to requests
//	buildable.go                     Middlewares that Traefik cannot build
//	reader.go                        what has been read so far
//	conditions.go                    conditions of a rule as matches
//	expression.go                    the language of rules
//	options.go types.go facts.go     options of an entry; specs; what its page says
package traefik
