// Package interleave decides, request by request, whether every order in which an edge
// can be applied answers what both of its ends answer. If one does not, it tells the
// objects that are applied then and those that are not.
//
// From the top; files call downward:
//
//	requests.go        each request through every interleaving
//	uncertain.go       requests that hang on what is not understood, and did not before
//	astray.go          requests that reach a rule for others, or leave the manifests
//	treated.go         requests to which something is done in between that is not at the ends
//	inherited.go       requests led to a route that lost them before, too; those that records lead to this cluster
//	loss.go            what requests lose at the backends of a rule
//	transition.go      an edge, with all that is worked out of it
//	counterexample.go  an interleaving that loses requests, in words
//	answers.go         what the backends of a rule do with a request
//	worst_case.go      the worst that can stand behind a backend on the way
//	ready_pods.go      how many pods of a workload are ready on the way
//	endpoints.go       Endpoints: what knows the worst case of every backend
//	rolling.go         how many pods controllers keep ready while they replace them
//	interleavings.go   what routers can read on the way
//
// An edge of k objects can stand still in 2^k ways: each of them is applied or not. To
// look at all of them is hopeless for k = 40, and not needed. Take an edge that changes
// two routes of one host, two Services and two Deployments:
//
//	routes of the host     route A, route B         2² interleavings, each is read
//	                          |        |
//	backends              Service a  Service b      2¹ each
//	                          |        |
//	pods                   Depl. a    Depl. b       2¹ each
//
// What stands behind Service a does not depend on what stands behind Service b, and no
// pod depends on a route. So the routes are read in their four interleavings, and each
// backend is looked at once, in its worst case: Service as before or after, with pods
// as before or after, whichever leaves the fewest ready. 4 + 4 + 4 looks say the same
// as 2⁶.
//
// The worst case of a backend is more than a number: how few pods are ready, an outage
// in which none is, and whether pods of two workloads can answer side by side. Say
// Deployment a goes from 4 replicas to 2 and gets a new template, of which at most one
// pod may be missing:
//
//	as it was        4 ready
//	applied          2 are to be, one may be missing: 1 ready, the worst case
package interleave
