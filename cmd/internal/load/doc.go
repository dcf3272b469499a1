// Package load reads a folder of Releases and manifests, and generates what the
// verbs look at.
//
// Files, from the top:
//
//	load.go   reads, generates; picks a stage by its name
package load
