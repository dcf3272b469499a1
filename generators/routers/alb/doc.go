// Package alb writes and reads Ingresses as the AWS Load Balancer Controller takes them
// (checked against v3.5.0): backends that are actions in annotations.
//
// An Ingress is made in two steps: first as a person would write it for the apex Service,
// or as the person did write it (route:); then every backend that leads to the apex
// becomes an action. 9 percent for the candidate, and a match:
//
//	annotations:
//	  …/actions.cutover-1-match-1: {"type":"forward","forwardConfig":{"targetGroups":[…cart-green…]}}
//	  …/conditions.cutover-1-match-1: [{"field":"http-header",…x-beta…}]
//	  …/actions.cutover-1: {"type":"forward","forwardConfig":{"targetGroups":[
//	    {"serviceName":"cart-blue","servicePort":9017,"weight":91},
//	    {"serviceName":"cart-green","servicePort":9017,"weight":9}]}}
//	spec: …cart.example.com
//	  path /, backend {service: {name: cutover-1-match-1, port: {name: use-annotation}}}
//	  path /, backend {service: {name: cutover-1, port: {name: use-annotation}}}
//
// Read makes two rules of it, at each port of the load balancer.
//
// What people write and is read as well: groups with their order and their ports, actions
// in the words of the documentation and of Argo Rollouts, conditions, redirects and fixed
// responses, classes by annotation, controller and default, IngressClassParams, target
// groups from elsewhere. Expressions and ranges of addresses may hold or not.
//
// Surprises of v3.5.0 are the traps of facts.go. What decides most: an Ingress that the
// controller cannot set up holds up its whole group, and the load balancer goes on with
// what it was set up for before.
//
// From the top; files refer downward:
//
//	provider.go                      the Provider
//	check.go                         what an ALB has no words for
//	render.go                        objects of a stage
//	split.go                         backends of the apex become actions for the tracks
//	conditions.go                    matches as conditions
//	read.go                          Ingresses as rules
//	matching.go                      conditions as matches
//	group.go                         the Ingresses of one load balancer, and why nothing of it is updated
//	effects.go                       what annotations do to requests beside sending them on
//	claims.go                        which Ingresses are the controller's
//	options.go types.go facts.go     options of an entry; specs; what its page says
package alb
