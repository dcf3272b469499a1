// Package entry holds the rules for the places where requests come in: a client that
// found its way before a commit finds it after.
//
//	gateway.go       the gateway and the listener of a route stay, and let it in
//	isolation.go     a new listener takes no requests from another one
//	stream.go        ports that ingress-nginx passes on
//	entries.go       addresses and ports of Ingresses and Gateways
//	clients.go       certificates that a listener asks its clients for, and whether it sends them to HTTPS
//	certificate.go   TLS ends where it ended, with a certificate that is there
package entry
