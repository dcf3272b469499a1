// Package gke writes HTTPRoutes for the Gateways of Google Kubernetes Engine, with a
// GCPBackendPolicy and a HealthCheckPolicy for each track's Service (checked against the
// conformance report of 1.36.2-gke.2154000 and the definitions in gke-networking-recipes).
//
// 7 percent for the candidate, and drain and health of both tracks:
//
//	kind: HTTPRoute
//	spec: {rules: [{backendRefs: [{name: cart-blue, port: 9017, weight: 93}, {name: cart-green, port: 9017, weight: 7}]}]}
//	---
//	kind: GCPBackendPolicy
//	spec: {default: {connectionDraining: {drainingTimeoutSec: 30}}, targetRef: {group: "", kind: Service, name: cart-blue}}
//	---
//	kind: HealthCheckPolicy
//	spec: {default: {config: {type: HTTP, httpHealthCheck: {requestPath: /healthz}}}, targetRef: …}
//
// Surprises:
//
//   - a load balancer asks pods for / by a health check of its own, whatever their
//     readiness probe is, and sends nothing to those that do not answer 200;
//   - it takes a minute until a Service that a route names for the first time is served:
//     both tracks are named at every stage, at weight 0 too;
//   - connections are not drained unless a policy says for how long;
//   - a route with something that GKE lacks is refused as a whole, and the load balancer
//     stays as it was.
//
// From the top; files refer downward:
//
//	provider.go       the Provider
//	facts.go          its metrics, traps, and what it lacks
//	check.go          what it refuses
//	render.go         routes and policies
//	balanced.go       an Ingress whose Services move
//	read.go           routes as rules
//	ingress.go        Ingresses of GKE as rules
//	backendconfig.go  which BackendConfig a Service has
//	lacking.go        what of a route GKE lacks
//	options.go        options of an entry
package gke
