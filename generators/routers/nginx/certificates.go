package nginx

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// tlsEnds is the host for which an object ends TLS. Without its Secret NGINX breaks off
// every handshake (v5.5.4, generateSSLConfig: RejectHandshake); without a name it has the
// controller's own certificate, if that is set up.
func tlsEnds(o kube.Object, _ route.World) []route.TLSEnd {
	tls := o.Get("spec", "tls")
	if o.Group != group || tls == nil || o.Kind != "VirtualServer" && o.Kind != "TransportServer" {
		return nil
	}
	name := kube.Text(tls, "secret")
	end := route.TLSEnd{Where: "host " + o.Text("spec", "host"), Field: "spec.tls", Host: true, Unnamed: name == ""}
	if host := o.Text("spec", "host"); host == "" {
		end.Where, end.Host = "listener "+o.Text("spec", "listener", "name"), false
	}
	if name != "" {
		end.Certificates = []kube.ID{{Kind: "Secret", Namespace: o.Namespace, Name: name}}
	}
	return []route.TLSEnd{end}
}
