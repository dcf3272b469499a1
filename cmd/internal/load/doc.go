// Package load reads a folder of Releases and manifests, and generates what the
// verbs look at.
//
// Files, from the top:
//
//	load.go   reads, generates; picks a stage by its name
//	diff.go   what differs between two states, as text
package load
