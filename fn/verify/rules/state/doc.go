// Package state holds the rules for a state at rest: what is wrong with manifests
// whichever commit brought them.
//
//	routes.go        routes lead to pods, and no two of them claim the same requests
//	workloads.go     workloads, and what selects, scales or counts their pods
//	jobs.go          jobs of releases: run once, and not while they harm
//	refused.go       objects that the API server does not take
//	twice.go         objects and elements of lists that stand twice
package state
