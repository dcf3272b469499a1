package verify

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds what the servers of an Istio Gateway ask of clients (istio.io/api
// v1.31, networking/v1, ServerTLSSettings).

// checkServers: a server goes on taking the clients that it took.
func checkServers(e *passage) []Problem {
	var problems []Problem
	for _, id := range sortedIDs(e.changed) {
		c := e.changed[id]
		if c.made() || c.gone() || !c.to.Is(istioGroup, "Gateway") {
			continue
		}
		told := map[*yaml.Node]bool{}
		before := listeners(c.from)
		for _, is := range listeners(c.to) {
			was, ok := e.tookOver(c, before, is)
			if ok && !told[is.node] {
				told[is.node] = true
				problems = append(problems, c.reserved(was, is, e)...)
			}
		}
	}
	return problems
}

// tookOver is the server that took before what a server takes: of the same port,
// for hosts that are the same or fewer; or for more, if there are routes for the
// hosts that come from it.
func (p *passage) tookOver(c change, before []listener, is listener) (listener, bool) {
	var best listener
	for _, was := range before {
		switch {
		case was.port != is.port:
		case route.HostFits(is.host, was.host):
			return was, true
		case route.HostFits(was.host, is.host) && (best.node == nil || route.CompareHosts(was.host, best.host) < 0):
			best = was
		}
	}
	return best, best.node != nil && p.routedAt(c.to, is)
}

// routedAt reports whether a route is for hosts of a server.
func (p *passage) routedAt(gateway kube.Object, l listener) bool {
	via := route.Entry{Kind: "Istio Gateway", Name: gateway.Namespace + "/" + gateway.Name}
	return slices.ContainsFunc(p.to.Rules, func(r route.Rule) bool {
		return slices.Contains(r.Via, via) && l.serves(r, "")
	})
}

// mode is how a server ends TLS; "" without TLS.
func (l listener) mode() string {
	tls := kube.Get(l.node, "tls")
	if mode := kube.Text(tls, "mode"); mode != "" || tls == nil || kube.Text(tls, "httpsRedirect") == "true" {
		return mode
	}
	return "SIMPLE"
}

// demands says what a mode of TLS asks of clients that an earlier one did not; ""
// if nothing. Of TLS that is passed through, [State.refuses] speaks.
func demands(was, is string) string {
	switch {
	case was == is || was == "":
		return ""
	case is == "MUTUAL":
		return "asks clients for a certificate: those that have none are refused"
	case is == "ISTIO_MUTUAL":
		return "takes none but clients of the mesh, with certificates of its own"
	}
	return ""
}

// reserved compares a server with itself before.
func (c change) reserved(was, is listener, e *passage) []Problem {
	path := []string{"spec", "servers"}
	if why := demands(was.mode(), is.mode()); why != "" {
		return []Problem{{
			Object: c.to, Path: path, About: is.String() + why,
			Message: fmt.Sprintf("%s has TLS mode %s instead of %s, and %s", is, is.mode(), was.mode(), why),
			Hint:    "OPTIONAL_MUTUAL, until every client has a certificate; or a server at another port or host",
		}}
	}
	redirects := func(l listener) bool { return kube.Text(l.node, "tls", "httpsRedirect") == "true" }
	if redirects(is) && !redirects(was) && !e.to.encrypts(c.to, is) {
		return []Problem{{
			Object: c.to, Path: path, About: is.String(),
			Message: fmt.Sprintf("%s sends clients to https, and no server of it takes TLS for that host", is),
			Hint:    "a server with protocol HTTPS for the host, a commit before",
		}}
	}
	return nil
}

// encrypts reports whether a server takes TLS for the hosts of another one: of the
// Gateway itself, or of one with the same pods.
func (s State) encrypts(gateway kube.Object, l listener) bool {
	for _, o := range s.World.All(istioGroup, "Gateway") {
		if !kube.Equal(o.Get("spec", "selector"), gateway.Get("spec", "selector")) {
			continue
		}
		for _, n := range listeners(o) {
			if (n.protocol == "HTTPS" || n.protocol == "TLS") && (route.HostFits(n.host, l.host) || route.HostFits(l.host, n.host)) {
				return true
			}
		}
	}
	return false
}
