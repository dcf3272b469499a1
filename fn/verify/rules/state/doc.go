// Package state holds the rules for a state at rest: what is wrong with manifests
// whichever commit brought them.
//
//	routes.go        routes lead to pods, and no two of them claim the same requests
//	workloads.go     workloads, and what selects, scales or counts their pods
//	twice.go         objects and elements of lists that stand twice
//	field_types.go   values that the API server takes for another type
package state
