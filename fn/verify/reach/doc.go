// Package reach says which requests an object may touch: those of a route that it is,
// those that come in by it, those that its pods answer, and those of whatever it names
// or is named by. It is for what nobody judges, so it takes too many rather than too few.
//
//	reach.go     an object → the requests, in words
//	named.go     who names whom, and whom a policy or a selector means
//	classes.go   rules → hosts and paths, in few words
//
// A policy of retries that targets Service cart, to which a route sends requests:
//
//	BackendTrafficPolicy/shop/retries → Service cart → HTTPRoute shop → shop.example.com/cart
package reach
