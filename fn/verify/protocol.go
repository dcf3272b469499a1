package verify

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/traffic"
	"go.yaml.in/yaml/v3"
)

// This file holds how routers speak to pods that stay what they are.

// checkProtocols: a router goes on speaking to pods as they understand it.
func checkProtocols(e *passage) []Problem {
	problems := e.probedAnew()
	told := map[kube.ID]bool{}
	for _, r := range e.to.Rules {
		source, ok := e.changed[r.Source.Key()]
		if ok && !told[r.Source.Key()] && r.Source.Is(ingressGroup, "Ingress") {
			told[r.Source.Key()] = true
			problems = append(problems, e.respoken(source)...)
		}
		if r.Protocol == "http" || r.Protocol == "grpc" {
			problems = append(problems, e.unspoken(r)...)
		}
	}
	return problems
}

const backendProtocol = "nginx.ingress.kubernetes.io/backend-protocol"

// respoken is an Ingress that speaks another protocol to a port than before.
func (p *passage) respoken(c change) []Problem {
	was, is := c.from.Text("metadata", "annotations", backendProtocol), c.to.Text("metadata", "annotations", backendProtocol)
	was, is = cmp.Or(strings.ToUpper(was), "HTTP"), cmp.Or(strings.ToUpper(is), "HTTP")
	if c.made() || c.gone() || was == is {
		return nil
	}
	before := p.from.backendsOf(c.from)
	for _, b := range p.to.backendsOf(c.to) {
		same := func(o traffic.Backend) bool {
			return o.Service == b.Service && o.Namespace == b.Namespace && o.Port == b.Port
		}
		if b.Unknown == "" && slices.ContainsFunc(before, same) {
			return []Problem{{
				Object: c.to, Path: []string{"metadata", "annotations", backendProtocol}, About: b.Service,
				Message: fmt.Sprintf("speaks %s to port %s of Service %s, to which it spoke %s: pods that listened to the one do not understand the other", is, b.Port, b.Service, was),
				Hint:    "another port of the Service, where pods speak the new protocol, named in the same change of the Ingress",
			}}
		}
	}
	return nil
}

// backendsOf are the backends of an object's rules.
func (s State) backendsOf(o kube.Object) []traffic.Backend {
	var all []traffic.Backend
	for _, r := range s.Rules {
		if r.Source.Key() == o.Key() {
			all = append(all, backends(r)...)
		}
	}
	return all
}

// unspoken are ports of a Service for which rules in the mesh are no longer
// read: they are for HTTP, and it is no longer known as that.
func (p *passage) unspoken(r traffic.Rule) []Problem {
	if !slices.ContainsFunc(r.Via, func(via traffic.Entry) bool { return via.Kind == "mesh" }) || r.Source.Group != istioGroup {
		return nil
	}
	var problems []Problem
	for _, host := range r.Hosts {
		name, namespace, _ := strings.Cut(strings.TrimSuffix(host, ".svc"), ".")
		c, changed := p.find(kube.ID{Kind: "Service", Namespace: namespace, Name: name})
		if !changed || c.made() || c.gone() || !strings.HasSuffix(host, ".svc") {
			continue
		}
		before, now := spoken(c.from), spoken(c.to)
		for _, number := range slices.Sorted(maps.Keys(now)) {
			was, had := before[number]
			if is := now[number]; had && mayBeHTTP(was) && !mayBeHTTP(is) {
				problems = append(problems, Problem{
					Object: c.to, Path: []string{"spec", "ports"}, About: number,
					Message: fmt.Sprintf("port %s is %s to the mesh, and was %s: rules of %s are for HTTP, and no longer hold", number, is, cmp.Or(was, "found out"), r.Source.ID),
					Hint:    "keep appProtocol, or a name that begins with http",
				})
			}
		}
	}
	return problems
}

// spoken are the protocols of a Service's ports, by number. HTTP/3 by UDP beside
// one by TCP changes nothing there.
func spoken(svc kube.Object) map[string]string {
	all := map[string]string{}
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		number := kube.Text(p, "port")
		if other, two := all[number]; !two || other == "udp" {
			all[number] = spokenAt(p)
		}
	}
	return all
}

// spokenAt is the protocol of a port as Istio (1.31) understands it: appProtocol,
// or the name up to a dash; "" if it finds out by itself.
func spokenAt(p *yaml.Node) string {
	if kube.Text(p, "protocol") == "UDP" {
		return "udp"
	}
	name, _, _ := strings.Cut(kube.Text(p, "name"), "-")
	if strings.HasPrefix(kube.Text(p, "name"), "grpc-web") {
		name = "grpc-web"
	}
	word := strings.ToLower(cmp.Or(kube.Text(p, "appProtocol"), name))
	if mayBeHTTP(word) || slices.Contains([]string{"tcp", "tls", "https", "udp", "mongo", "mysql", "redis"}, word) {
		return word
	}
	return ""
}

// mayBeHTTP reports whether rules for HTTP hold for a protocol.
func mayBeHTTP(protocol string) bool {
	return slices.Contains([]string{"", "http", "http2", "grpc", "grpc-web", "kubernetes.io/h2c", "kubernetes.io/ws"}, protocol)
}
