// Package verify proves, or refutes with a counterexample, that going from one state
// to another leaves nobody without an answer, whatever order the objects are applied in.
//
// It knows nothing of Releases and stages: a [cluster.State] is the objects a cluster
// holds, an [Edge] is two states. What it does not understand is not judged
// and is listed; it is never taken for safe.
//
//	bystander.go   what nobody names, and nothing is said of
//	rescue.go      orders that an agent can be told, and what they save
//	edge.go        an edge or a state through the table of rules
//	apart.go       several clusters: each judged by itself, beside what leads to it
//	left.go        what an edge changes and nobody answers for
//	normalize.go   two spellings of the same made one
//
// The packages below it, from the top:
//
//	rules        what must hold, a package for each subject, and the table of all
//	interleave   every order in which an edge can be applied, request by request
//	request      rules → requests to look at, one of each kind
//	agent        what Argo CD and Flux change after the build
//	cluster      manifests → what runs
//	reach        the requests that an object may touch
//	account      every path that changes is judged, harmless, or listed as not judged
//
// Beside this chain:
//
//	problem      what a rule says, and how it becomes a finding
//	lint         routers that are retired, and versions of APIs that are no longer served
package verify
