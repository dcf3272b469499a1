// Package ingressnginx writes and reads Ingresses as the controller of
// kubernetes/ingress-nginx takes them (checked against v1.15.1): a main Ingress, and a
// canary beside it.
//
// 7 percent for the candidate are two objects with the same hosts and paths:
//
//	metadata: {name: basket}
//	spec: …cart.example.com, path /cart, backend cart-blue:9017
//
//	metadata: {name: basket-canary, annotations: {…/canary: "true", …/canary-weight: "7"}}
//	spec: …cart.example.com, path /cart, backend cart-green:9017
//
// Read makes one rule of the two: host cart.example.com, path prefix /cart, backends
// cart-blue 93 (the main one) and cart-green 7. With canary-by-header there is a rule
// for the header before it.
//
// What people write and is read as well: classes by field, annotation and controller,
// aliases, redirects, paths that are expressions, snippets, limits and allow lists.
// Ingresses of another class belong to nobody here and are listed as not judged.
//
// Surprises of v1.15.1:
//
//   - a canary needs a main Ingress with the same host, path and pathType to the
//     letter; without one it gets nothing;
//   - of several canaries of a rule one counts;
//   - a canary whose Service is the backend of an ordinary Ingress gets nothing
//     (ingress-nginx#9458), so that preview hosts have a Service of their own;
//   - a canary belongs to the main Ingress's backend, not to its path: every path with
//     that backend is shared;
//   - one path with use-regex or a rewrite makes all paths of its host expressions,
//     without regard to case and open at the end;
//   - a canary without endpoints is passed over; a main backend without them answers
//     503 whatever the canary's weight;
//   - booleans are read by strconv.ParseBool: "True", "t" and "1" count.
//
// Traefik (options.implementation, v3.7.9) reads them otherwise: it orders rules by the length of
// their text, so that a prefix comes before an exact path below it, and a header of the
// canary before longer paths of others; true is the only word that counts; a canary's Service
// may be that of another Ingress; and it passes over some annotations.
//
// From the top; files refer downward:
//
//	provider.go                      the Provider
//	facts.go                         its metrics, its traps, and what it lacks
//	check.go                         what two Ingresses have no words for
//	render.go                        Ingresses of a stage
//	annotations.go                   … and their annotations
//	own.go                           what of the user's own Ingress leads to an apex
//	paths.go                         paths of the entry in nginx's words
//	claims.go                        which Ingresses are this router's
//	read.go                          Ingresses as rules
//	traefik.go                       … as Traefik reads them
//	rules.go                         what is done at one path of an Ingress
//	canaries.go                      which canary belongs to which main Ingress
//	snippets.go                      nginx's own configuration in annotations
//	effects.go                       what annotations do to requests beside sending them on
//	servers.go                       what all paths of a host have in common
//	location.go                      one path of an Ingress
//	options.go types.go              options of an entry; specs
package ingressnginx
