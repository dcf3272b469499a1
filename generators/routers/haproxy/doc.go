// Package haproxy writes and reads Ingresses as the two controllers take them that run
// HAProxy and are unlike each other: jcmoraisjr/haproxy-ingress (v0.16) and
// haproxytech/kubernetes-ingress (v3.2).
//
// haproxy-ingress has no weights between Services. It has weights of pods of one
// Service, by a label; that Service, and not the Ingress, carries the annotation:
//
//	Service  basket-haproxy selects both tracks
//	  …/blue-green-balance: cutover.dev/track=blue=93,cutover.dev/track=green=7
//	  …/blue-green-mode: deploy
//	Ingress  cart.example.com /cart → basket-haproxy:9017
//
// Read makes one rule of it, with two subsets of the Service: blue 93 and green 7. The
// Ingress is the same at every stage. On an Ingress the annotation would hold for every
// Service that it names, and pods without the label get nothing.
//
// haproxytech has neither. It has route-acl, a condition on a Service under which its
// path goes before all others, and rand() is one:
//
//	Service  cart-green-share, haproxy.org/route-acl: rand(100) lt 7
//	Ingress  cart.example.com /cart → cart-blue:9017
//	Ingress  cart.example.com /cart → cart-green-share:9017
//
// Surprises of both, each held by a trap in facts.go or by a rule of the reader:
//
//   - mode deploy counts pods: a group of 3 pods and weight 7 gets 7, as one of 30 does;
//     mode pod multiplies. Weights are whole numbers: with initial-weight 1 they are cut
//     off, with 100 they are as asked within a percent;
//   - a group without ready pods is passed over, the others take its share;
//   - a route-acl goes before every path, longer ones too, and before exact ones; so do
//     header matches of haproxy-ingress;
//   - a Service that loses its route-acl has an ordinary path again, beside the other one;
//   - annotations that change requests are those of the Ingress that has the path, and not
//     those of the one with route-acl.
//
// From the top; files refer downward:
//
//	provider.go                  the Provider
//	facts.go                     its metrics, its traps, and what it lacks
//	check.go matching.go         what the controllers have no words for
//	render.go                    objects of a stage
//	labels.go conditions.go      … by pods of one Service, and by conditions of several
//	annotations.go own.go        annotations of an entry; the user's own Ingress
//	claims.go                    which Ingresses are this router's, and whose
//	read.go                      Ingresses as rules
//	balance.go acl.go            weights by label; conditions of route-acl
//	effects.go                   what annotations do to requests beside sending them on
//	location.go                  paths of Ingresses, with their Services
//	options.go types.go          options of an entry; specs
package haproxy
