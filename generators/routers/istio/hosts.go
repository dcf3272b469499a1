package istio

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
)

// serviceOf resolves a host as Istio does (pkg/config/resource
// ResolveShortnameToFQDN, 1.31): a name without a dot is a Service of the same
// namespace, name.namespace.svc and longer are what they say; all else is no
// Service.
func serviceOf(host, namespace string) (ns, name string, ok bool) {
	parts := strings.Split(host, ".")
	switch {
	case host == "" || host[0] == '*':
		return "", "", false
	case len(parts) == 1:
		return namespace, host, true
	case len(parts) >= 3 && parts[2] == "svc":
		return parts[1], parts[0], true
	}
	return "", "", false
}

// canonicalHost is a host in its one canonical form.
func canonicalHost(host, namespace string) string {
	if ns, name, ok := serviceOf(host, namespace); ok {
		return route.MeshHost(ns, name)
	}
	return host
}

func entries(gateways []string, namespace string) []route.Entry {
	if len(gateways) == 0 {
		return []route.Entry{{Kind: route.MeshEntry}}
	}
	var via []route.Entry
	for _, g := range gateways {
		if g == route.MeshEntry {
			via = append(via, route.Entry{Kind: route.MeshEntry})
			continue
		}
		via = append(via, route.Entry{Kind: gatewayEntry, Name: canonicalGateway(g, namespace)})
	}
	return via
}

// canonicalGateway is a gateway with its namespace, as Istio completes what people
// write: a name, ./name, or the older name.namespace.
func canonicalGateway(name, namespace string) string {
	in, short, slashed := strings.Cut(name, "/")
	switch {
	case name == route.MeshEntry:
		return name
	case slashed && in == ".":
		return namespace + "/" + short
	case slashed:
		return name
	case strings.Contains(name, "."):
		parts := strings.Split(name, ".")
		return parts[1] + "/" + parts[0]
	}
	return namespace + "/" + name
}
