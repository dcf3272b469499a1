package traefik

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// tlsEnds are the hosts for which a router ends TLS. Certificates are chosen by name among
// all that are loaded, whichever IngressRoute names the Secret (Traefik v3.7,
// pkg/tls/certificate_store.go). One that a resolver makes needs no Secret, and with
// passthrough TLS ends in the pods.
func tlsEnds(o kube.Object, _ route.World) []route.TLSEnd {
	if o.Kind == "Ingress" {
		return route.IngressTLSEnds(o)
	}
	var spec ingressRoute
	matchers := httpMatchers
	if o.Kind == "IngressRouteTCP" {
		matchers = tcpMatchers
	}
	n := o.Get("spec")
	if o.Group != group || o.Kind != "IngressRoute" && o.Kind != "IngressRouteTCP" || n == nil || n.Decode(&spec) != nil || spec.TLS == nil {
		return nil
	}
	end := route.TLSEnd{Field: "spec.tls", Host: true, Unnamed: spec.TLS.CertResolver != "" || spec.TLS.Passthrough}
	if spec.TLS.Secret != "" {
		end.Certificates = []kube.ID{{Kind: "Secret", Namespace: o.Namespace, Name: spec.TLS.Secret}}
	}
	var hosts []string
	for _, r := range spec.Routes {
		hosts = append(hosts, hostsOf(r.Match, matchers)...)
	}
	slices.Sort(hosts)
	var all []route.TLSEnd
	for _, host := range slices.Compact(hosts) {
		end.Where = "host " + host
		all = append(all, end)
	}
	return all
}

// hostsOf are the hosts that a rule names; "*" if it names none.
func hostsOf(rule string, matchers map[string][]int) []string {
	e, err := parseRule(rule, matchers)
	if err != nil {
		return nil
	}
	var all []string
	for _, c := range e.leaves(false) {
		var h hosts
		if last := c.args[len(c.args)-1]; c.matcher == "Host" || c.matcher == "HostSNI" {
			h.add(c, last)
		}
		all = append(all, h.is...)
	}
	if len(all) == 0 {
		return []string{"*"}
	}
	return all
}
