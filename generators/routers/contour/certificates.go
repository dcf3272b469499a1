package contour

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// tlsEnds is the host for which an HTTPProxy ends TLS. Without its Secret Contour takes
// the whole HTTPProxy for invalid (v1.33, internal/dag/httpproxy_processor.go); with
// passthrough TLS ends in the pods. A Secret of another namespace is written with it.
func tlsEnds(o kube.Object, _ route.World) []route.TLSEnd {
	var spec httpProxy
	if n := o.Get("spec"); n == nil || n.Decode(&spec) != nil || spec.VirtualHost == nil || spec.VirtualHost.TLS == nil {
		return nil
	}
	host := spec.VirtualHost
	end := route.TLSEnd{
		Where: "host " + strings.ToLower(host.FQDN), Field: "spec.virtualhost.tls", Host: true, Unnamed: host.TLS.Passthrough,
	}
	if name := host.TLS.Secret; name != "" {
		id := kube.ID{Kind: "Secret", Namespace: o.Namespace, Name: name}
		if namespace, rest, elsewhere := strings.Cut(name, "/"); elsewhere {
			id.Namespace, id.Name = namespace, rest
		}
		end.Certificates = []kube.ID{id}
	}
	return []route.TLSEnd{end}
}
