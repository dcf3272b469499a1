// Package route says what a router is: what can be asked of it, the route that it
// carries out at a stage, and the rules, matches and backends that its objects are
// read as. The routers themselves are packages below generators/routers.
//
// A provider is a value. Render and Read are a pair: Render turns a [Route], one
// traffic entry at one stage, into objects; Read turns objects into [Rule]s, from the
// text alone, whoever wrote them. The verifier knows rules only, so that what it says
// of a release does not depend on what Render meant.
//
// A share of 9 percent for the candidate, and what every router reads it as:
//
//	Route  Tracks: {blue, cart-blue, 91}, {green, cart-green, 9}; Stage: shift-9
//	Rule   Hosts: cart.example.com
//	       Match: {} (everything)
//	       Backends: cart-blue.store:9017 weight 91, cart-green.store:9017 weight 9
//	       Empty: 503, Dangling: 503 (Istio; 500 with Gateway API)
//
// What the verifier knows of a router beside its rules is data of its Provider, too, so
// that no rule names one:
//
//	Provider      says                                          held by
//	Gateways      where requests come in; who is let in         gateway-gone, access-narrowed, entry-moved, ground-gone
//	Gateways      which certificates listeners show             tls-gone
//	TLSEnds       … and hosts of routes, stores                 tls-gone
//	Names         what a name for a Service leads to (ExternalName)   backend-missing
//	Grants        what lets Secrets be named across namespaces  tls-gone, reference-gone
//	Depends       what a route needs beside backends            reference-gone
//	Annotations   what annotations name, move and speak         reference-gone, entry-moved, policy-lost
//	Ports         on which ports a load balancer listens        entry-moved
//	TLSPolicies   which policies say TLS to pods                policy-lost
//	Fields        who answers for which field                   (account: proven or not judged)
//	Rule.Effects  what a router does to requests                access-narrowed
//
// From the top; files refer downward:
//
//	read.go                          who reads an object, and all that is read of a state
//	missing.go                       what an entry asks for and its provider cannot do
//	provider.go                      what a router is
//	counts.go                        the questions for numbers of requests, where the series are called otherwise, too
//	metrics.go                       the series that a router writes, and the questions they answer
//	request_spec.go                  what several routers ask of an entry: paths, sizes, sticky cookies
//	match_join.go                    one match for what two say
//	apex.go                          where tracks take the place of a Service that a route names
//	route.go                         one traffic entry at one stage
//	abilities.go                     what can be asked of a router, and what a Release asks
//	every_host.go                    rules of routers for which a host is a condition like the others
//	match.go                         whether a match holds for a request, and what rules have in common
//	unsupported.go                   kinds of routers that nobody here reads
//	unread.go                        what of an object is not judged, and why
//	listener.go tls.go               where requests come in, and where TLS ends
//	foreign.go                       annotations of routers that have no package here
//	annotation_kinds.go              annotations that name objects, move an entry, say how pods are spoken to
//	dependency.go fields.go          what an object needs by name; who answers for what changes in it
//	rule.go                          what a router does with one class of requests
//	backend.go                       where it sends them, and what it does with a Service that is a name
//	annotations.go effect.go         what it does to requests beside sending them on
//	service_annotations.go           what routers read from Services
//	world.go host.go words.go        the objects of a state; hosts; small words for Render
package route
