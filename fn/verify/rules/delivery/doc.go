// Package delivery holds the rules for the way of a commit into the cluster: what the
// API server refuses, what goes along with an object, and what agents do beside
// applying.
//
//	prerequisites.go   what other objects stand on stays for as long as they do
//	follows.go         objects that tell an agent what to apply
//	agent_notes.go     annotations that make an agent skip, replace or remake an object
//	immutable.go       fields that cannot be changed
//	contract.go        jobs that take away what the version before needs
//	merged.go          lists that a client-side apply merges wrongly
package delivery
