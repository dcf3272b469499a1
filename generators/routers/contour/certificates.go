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

// unserved is why Contour serves nothing of an HTTPProxy with a host, "" if it does
// (v1.33.8, internal/dag/httpproxy_processor.go, computeHTTPProxy).
func unserved(p proxy) string {
	host := p.Get("spec", "virtualhost")
	tls := p.spec.VirtualHost.TLS
	ends := tls != nil && tls.Secret != ""
	switch {
	case len(kube.Items(host, "jwtProviders")) > 0 && !ends:
		return "has jwtProviders without tls.secretName"
	case tls == nil && kube.Text(host, "authorization", "extensionRef", "name") != "":
		return "has authorization without tls"
	case len(kube.Items(host, "ipAllowPolicy")) > 0 && len(kube.Items(host, "ipDenyPolicy")) > 0:
		return "has both ipAllowPolicy and ipDenyPolicy"
	case p.spec.TCPProxy != nil && tls == nil:
		return "has tcpproxy without tls"
	case tls != nil:
		return unservedTLS(p)
	}
	return ""
}

func unservedTLS(p proxy) string {
	host := p.Get("spec", "virtualhost")
	tls := p.spec.VirtualHost.TLS
	clients := kube.Get(host, "tls", "clientValidation") != nil
	fallback := kube.Text(host, "tls", "enableFallbackCertificate") == "true"
	switch {
	case tls.Secret == "" && !tls.Passthrough:
		return "has tls without secretName or passthrough"
	case tls.Secret != "" && tls.Passthrough:
		return "has tls with both secretName and passthrough"
	case tls.Passthrough && clients:
		return "has tls with both passthrough and clientValidation"
	case older(kube.Text(host, "tls", "maximumProtocolVersion"), kube.Text(host, "tls", "minimumProtocolVersion")):
		return "has tls with a maximumProtocolVersion below the minimum"
	case fallback && (clients || kube.Text(host, "authorization", "extensionRef", "name") != "" || len(kube.Items(host, "jwtProviders")) > 0):
		return "has tls with enableFallbackCertificate beside what needs a certificate of its own"
	}
	return ""
}

// older reports whether the highest version of TLS is below the lowest: 1.3 and 1.2, unless
// they are said.
func older(highest, lowest string) bool { return highest == "1.2" && lowest == "1.3" }
