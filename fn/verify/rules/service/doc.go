// Package service holds the rules for Services: clients reach them as before, and
// somebody is there who answers.
//
//	service_kind.go   the kind, the address and the other ways in stay
//	renamed.go        ports keep their names
//	notready.go       pods that are listed before they are ready
//	endpoints.go      Services without a selector, and endpoints written by hand
//	balancer.go       annotations for load balancers and name servers
//	service.go        what a Service is, as the API server stores it
package service
