// Package ingress is networking.k8s.io/v1 Ingress as routers write and read it, and
// what becomes of a user's own Ingress over two tracks: everything stays but the
// Services of the backends that name an apex.
//
// It reads no rules: which Ingress answers a request each controller decides in its own
// way, in its own package.
//
// From the top; files refer downward:
//
//	own.go    the user's Ingress with a track in the place of an apex
//	types.go  the parts of an Ingress
package ingress
