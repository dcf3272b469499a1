// Package rules has the table of what must hold of a state and of an edge, and what
// an edge knows of an object for those who account for its changes.
//
//	table.go    id → the function that looks, in the order of reports
//	pickers.go  what chooses others by their labels
//	unsent.go   the Services that no route sends requests to
//	facts.go    what package account asks of an edge
//
// The rules stand in packages by subject. A rule is a function over a state or a
// [edge.Transition] that returns problems; a package exports its rules, which the
// table lists, and little else. Those above use those below:
//
//	delivery   what the API server refuses, and what agents do beside applying
//	routes     what routers, meshes and policies do to requests on the way to pods
//	entry      gateways, load balancers, TLS: where requests come in
//	service    how clients reach a Service, and its endpoints
//	pods       pods that serve: templates, readiness, configuration, ports
//	state      what a state says by itself
//	edge       what every rule is given: the edge, and questions that many ask
//
// Take the edge from preview to shift-5 of a release on Gateway API. One object changes,
// and of it two numbers:
//
//	HTTPRoute/podinfo      backendRefs[0] podinfo-blue    weight  100 → 95
//	                       backendRefs[1] podinfo-green   weight    0 →  5
//
// Package interleave sends requests through both interleavings of the one object, before
// and after, and reports under the ids that have Order here: that podinfo-green has
// ready pods in both (backend-empty), and enough of them for 5 % (capacity-short). The
// rules with Edge ask what requests do not show: that the Service behind a weight keeps
// its pods (selector-moved), that the gateway still lets the route in (gateway-gone),
// that pods are spoken to as before (protocol-changed). Those with State judge each end
// by itself: what is wrong with a state at rest is told of it, and of no edge.
package rules
