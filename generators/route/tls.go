package route

import "github.com/cutoverdev/cutover/generators/kube"

// TLSEnd is a place of an object where its router ends TLS, other than a listener of a
// Gateway. The rule tls-gone holds its certificates in place.
type TLSEnd struct {
	Where string // for people, and the same before and after a commit: host shop.example.com
	Field string // that says so, with dots: spec.tls
	// Host says that the place is a host: objects of one kind that say something of it
	// speak of the same place, and the certificate of one will do.
	Host         bool
	Certificates []kube.ID // Secrets that it shows clients
	Unnamed      bool      // it needs no Secret: the router has a certificate of its own, or leaves TLS to the pods
}
