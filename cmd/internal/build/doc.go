// Package build turns a kustomization into objects: by reading it where it is
// plain, and with kustomize, in this process, where it is not.
//
// What would run programs or use the network is refused before kustomize sees
// it: remote resources, plugins, functions, Helm charts.
//
// From the top; files call downward:
//
//	build.go     builds
//	guard.go     refuses before
//	builtin.go   plugins that are part of kustomize, and so run nothing
//	secret.go    Secrets, which must not be written out
//	read.go      regular files up to a size, inside of the repository
package build
