// Package verify proves, or refutes with the story, that going from one state to
// another leaves nobody without an answer, whatever order the objects are applied in.
//
// It knows nothing of Releases and stages: a [cluster.State] is the objects a cluster
// holds, an [Edge] is two states. What it does not understand is not judged
// and is listed; it is never taken for safe.
//
// Below it are cluster (manifests → what runs), request (rules → requests to look at,
// one of each kind) and agent (what Argo CD and Flux change after the build). Here are
//
//	rule.go     the table of all that must hold
//	edge.go     an edge through the table
//	order.go    request by request, every order in which an edge can be applied
//	mix.go      the routes that a half-applied edge can show
//	supply.go   the pods that a half-applied edge can leave behind a Service
//	pods.go     how many of them are ready
//	answer.go   what a state at rest does with a request
//	story.go    what that does to requests, in words
package verify
