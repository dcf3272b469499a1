package route

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

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

// IngressTLSEnds are the hosts that an Ingress has rules for. It is one of Kubernetes' own
// kinds, and spec.tls means the same to every router that does not say otherwise (see
// Provider.TLSEnds), and to those that nobody here reads (networking/v1, IngressTLS).
// TLS without hosts is for all whose names are in the certificate, so for any; TLS
// without a Secret takes the controller's own.
func IngressTLSEnds(o kube.Object) []TLSEnd {
	var all []TLSEnd
	for _, rule := range kube.Items(o.Node, "spec", "rules") {
		host := kube.Text(rule, "host")
		end := TLSEnd{Where: "host " + host, Field: "spec.tls", Host: true}
		for _, tls := range kube.Items(o.Node, "spec", "tls") {
			hosts := kube.Items(tls, "hosts")
			covers := len(hosts) == 0 || slices.ContainsFunc(hosts, func(h *yaml.Node) bool { return HostFits(h.Value, host) })
			switch name := kube.Text(tls, "secretName"); {
			case !covers:
			case name == "":
				end.Unnamed = true
			default:
				end.Certificates = append(end.Certificates, kube.ID{Kind: "Secret", Namespace: o.Namespace, Name: name})
			}
		}
		all = append(all, end)
	}
	return all
}
