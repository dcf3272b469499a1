// Package applier brings commits to the cluster: as Argo CD does, as Flux does, and worse
// than both.
//
// From the top: argo.go, flux.go, worst.go, arrive.go, objects.go.
package applier
