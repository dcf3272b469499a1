// Package routes holds the rules for what happens to a request between the place where
// it comes in and the pod that answers it.
//
//	reference.go   what routers look up by name is there
//	names.go       routers that follow names of Services where they are told to
//	named.go       which objects a route, a Service or a policy names
//	protocol.go    routers speak to pods as before
//	speeches.go    which words mean one protocol
//	upstream.go    what Istio's proxies speak to pods
//	policy.go      policies and annotations that say how a Service is spoken to
//	mesh.go        policies of a mesh that let nobody in
//	network.go     NetworkPolicies that let nobody in
//	doings.go      what else a router does to requests
//	paired.go      the rules that the same requests meet before and after
package routes
