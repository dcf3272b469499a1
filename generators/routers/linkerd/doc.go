// Package linkerd writes and reads routes for Linkerd (checked against linkerd2@b24cd4059,
// August 2026, and the docs of 2.19): the Gateway API with Services as parents, and
// Linkerd's own HTTPRoute from before.
//
// 7 percent for the candidate, of the requests that meshed clients send to the apex:
//
//	apiVersion: gateway.networking.k8s.io/v1
//	kind: HTTPRoute
//	metadata: {annotations: {retry.linkerd.io/http: 5xx, retry.linkerd.io/limit: "2"}}
//	spec:
//	  parentRefs: [{group: "", kind: Service, name: cart-svc, port: 9017}]
//	  rules:
//	  - backendRefs: [{name: cart-blue, port: 9017, weight: 93}, {name: cart-green, port: 9017, weight: 7}]
//
// Surprises:
//
//   - it is the client's proxy that routes, by the cluster IP that the client dials: clients
//     without one, and headless Services, go to the Service as it is;
//   - a ServiceProfile for a Service makes proxies pass over all routes of the Service;
//   - a filter that Linkerd does not know (RequestMirror, URLRewrite, CORS, ExtensionRef)
//     makes it pass over the whole route, and not the filter;
//   - a rule without backends leads to the Service itself, and not to 500;
//   - a route in another namespace than its Service counts for clients of that namespace
//     alone, and instead of those in the Service's own;
//   - durations have one unit: 1m30s in timeouts.request is no timeout at all;
//   - a port with an appProtocol other than http and kubernetes.io/h2c is opaque, and
//     follows TCPRoutes alone;
//   - of a policy.linkerd.io HTTPRoute, responseHeaderModifier changes the request.
//
// From the top; files refer downward:
//
//	provider.go      the Provider
//	facts.go         its metrics, traps, and what it lacks
//	check.go         what it refuses
//	render.go        routes with Linkerd's annotations
//	read.go          routes as rules
//	spec.go          what Linkerd knows of Services and filters
//	options.go       options of an entry
package linkerd
