// Package gatewayroute reads routes of the Gateway API as rules, whoever serves them
// (checked against v1.6.3).
//
// Read makes a rule of every match at every parent, and sorts them as the API demands.
// What people write and is read as well: rules of several routes at one parent,
// Services as parents (GAMMA), TLSRoutes, TCPRoutes and UDPRoutes, references across namespaces with their grants,
// filters, session persistence, weights that are left out.
//
// Surprises of v1.6.3:
//
//   - order in the list says little: the longer path wins, then the method, then more
//     headers;
//   - a weight that is left out is 1, not the rest to 100;
//   - where regular expressions stand among the others is up to the implementation;
//   - a rule whose weights add up to 0 answers 500;
//   - an HTTPRoute and a GRPCRoute cannot share a host at a listener: one of the two
//     is refused as a whole;
//   - of two TCPRoutes at one listener the younger gets nothing (GEP-2644);
//   - in a mesh the kinds that say less are passed over for a port that has one which
//     says more (GEP-1294);
//   - in a mesh hostnames are ignored (GEP-1294).
//
// From the top; files refer downward:
//
//	read.go           routes as rules
//	conflicts.go      hosts and connections that two routes claim
//	filters.go        what a route does to requests beside choosing a backend
//	listeners.go      what Gateways and ListenerSets let in
//	depends.go        filters and parameters that are named
//	grants.go         references across namespaces
//	traefik.go        in which order Traefik tries rules
//	precedence.go     in which order rules are tried
//	conditions.go     matches of a route as matches of a rule
//	reader.go         what has been read so far
//	types.go          specs
package gatewayroute
