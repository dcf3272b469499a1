package routes

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds what Istio's proxies speak to pods: what the name or appProtocol
// of a port says, and a DestinationRule's traffic policy (Istio 1.31,
// pkg/config/kube/conversion.go, pilot/pkg/networking/core/cluster_builder.go).

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

// wire is what a proxy speaks to a port: "HTTP/2" or "HTTP/1.1" if that is said,
// "" if it is as the client does.
func wire(word string) string {
	switch word {
	case "http2", "grpc", "grpc-web", "kubernetes.io/h2c":
		return "HTTP/2"
	case "":
		return ""
	}
	return "HTTP/1.1"
}

// secured reports whether a port is known for TLS, which proxies do not look into.
func secured(word string) bool {
	return slices.Contains([]string{"https", "tls", "kubernetes.io/wss"}, word)
}

// rewired are ports of a Service that Istio's proxies speak otherwise to from now
// on, although it leads to the same port of pods.
func rewired(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	by := routedByIstio(e)
	for _, id := range cluster.SortedIDs(by) {
		c, changed := e.Changed[id]
		if !changed || c.Made() || c.Gone() {
			continue
		}
		before, now := spoken(c.From), spoken(c.To)
		targets := [2]map[string]string{targetsOf(c.From), targetsOf(c.To)}
		for _, number := range slices.Sorted(maps.Keys(now)) {
			was, had := before[number]
			if is := now[number]; had && was != is && targets[0][number] == targets[1][number] {
				problems = append(problems, respoke(c, by[id], number, was, is)...)
			}
		}
	}
	return problems
}

// respoke is what becomes of a port that is said to speak otherwise.
func respoke(c cluster.Change, r route.Rule, number, was, is string) []edge.Problem {
	old, now := wire(was), wire(is)
	problem := edge.Problem{
		Object: c.To, Path: []string{"spec", "ports"}, About: number,
		Message: fmt.Sprintf("declares port %s as %s to the mesh, and declared it as %s: by %s, proxies speak %s to its pods, which know "+
			"%s", number,
			cmp.Or(is, "nothing"), cmp.Or(was, "nothing"), r.Source.ID, now, cmp.Or(old, "what clients speak, HTTP/1.1 mostly")),
		Hint: "another port of the Service, where pods speak the new protocol, and the routes to it a commit later",
	}
	switch {
	case now != "" && old != now && (old != "" || now == "HTTP/2"):
		return []edge.Problem{problem}
	case secured(was) && mayBeHTTP(is):
		problem.Message = fmt.Sprintf("declares port %s as %s to the mesh, and declared it as %s: proxies look for HTTP where clients speak "+
			"TLS", number,
			cmp.Or(is, "nothing"), was)
		return []edge.Problem{problem}
	case old == now && mayBeHTTP(was) == mayBeHTTP(is), mayBeHTTP(was) && !mayBeHTTP(is):
		return nil // or said by unspoken
	}
	return []edge.Problem{edge.Unjudged(c, fmt.Sprintf("declares port %s as %s to the mesh, and declared it as %s: whether clients and "+
		"pods speak so is not "+
		"judged", number, cmp.Or(is, "nothing"), cmp.Or(was, "nothing")), "spec", "ports")}
}

// routedByIstio are the Services that rules of VirtualServices lead to or are for,
// each with one of these.
func routedByIstio(e *edge.Transition) map[kube.ID]route.Rule {
	all := map[kube.ID]route.Rule{}
	note := func(o kube.Object, ok bool, r route.Rule) {
		if _, known := all[o.Key()]; ok && !known {
			all[o.Key()] = r
		}
	}
	for _, r := range e.To.Rules {
		if r.Source.Group != cluster.IstioGroup || r.Protocol != "http" {
			continue
		}
		for _, b := range cluster.Backends(r) {
			o, ok := e.To.Service(b)
			note(o, ok, r)
		}
		for _, host := range r.Hosts {
			if strings.HasSuffix(host, ".svc") {
				o, ok := e.To.MeshService(host)
				note(o, ok, r)
			}
		}
	}
	return all
}

// targetsOf are the ports of pods behind the ports of a Service.
func targetsOf(svc kube.Object) map[string]string {
	all := map[string]string{}
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		if kube.Text(p, "protocol") != "UDP" {
			all[kube.Text(p, "port")] = cmp.Or(kube.Text(p, "targetPort"), kube.Text(p, "port"))
		}
	}
	return all
}

// policies are the traffic policies of a DestinationRule by their place: for all
// ports, for one, and for subsets.
func policies(o kube.Object) map[string]*yaml.Node {
	all := map[string]*yaml.Node{}
	add := func(at string, policy *yaml.Node) {
		all[at] = policy
		for _, port := range kube.Items(policy, "portLevelSettings") {
			all[at+" port "+kube.Text(port, "port", "number")] = port
		}
	}
	add("", o.Get("spec", "trafficPolicy"))
	for _, s := range kube.Items(o.Node, "spec", "subsets") {
		add("subset "+kube.Text(s, "name"), kube.Get(s, "trafficPolicy"))
	}
	return all
}

// originates reports whether a proxy makes TLS of its own for pods that have no
// part in the mesh.
func originates(policy *yaml.Node) bool {
	return slices.Contains([]string{"SIMPLE", "MUTUAL"}, kube.Text(policy, "tls", "mode"))
}

// repoliced are DestinationRules that speak otherwise to a Service that stays.
func repoliced(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if o := cluster.Subject(c); o.Is(cluster.IstioGroup, "DestinationRule") && remains(e, o) {
			problems = append(problems, repolicedBy(c)...)
		}
	}
	return problems
}

// remains reports whether the host of a DestinationRule is not one of a Service
// that the edge makes or takes away.
func remains(e *edge.Transition, o kube.Object) bool {
	_, had := e.From.MeshService(meshHost(o))
	_, has := e.To.MeshService(meshHost(o))
	return had == has
}

// repolicedBy compares the policies of a DestinationRule before and after.
func repolicedBy(c cluster.Change) []edge.Problem {
	before, now := policies(c.From), policies(c.To)
	for _, at := range slices.Sorted(maps.Keys(now)) {
		_, had := before[at]
		fresh := !had && strings.HasPrefix(at, "subset") && !c.Made() // nobody was sent there
		if !fresh && !c.Gone() && originates(before[at]) != originates(now[at]) {
			return []edge.Problem{origination(c, originates(now[at]))}
		}
	}
	for _, was := range before {
		if c.Gone() && originates(was) {
			return []edge.Problem{origination(c, false)}
		}
	}
	return nil
}

// origination is a DestinationRule by which proxies begin, or cease, to speak TLS.
func origination(c cluster.Change, begins bool) edge.Problem {
	message := "makes proxies speak TLS to pods to which they spoke plain text"
	if !begins {
		message = "makes proxies speak plain text to pods to which they spoke TLS"
	}
	return edge.Problem{
		Object: cluster.Subject(c), Path: []string{"spec", "trafficPolicy", "tls"}, About: "tls",
		Message: message + ": pods that understand the one do not understand the other",
		Hint:    "another port of the Service, where pods speak the new protocol, and the policy for that port alone",
	}
}
