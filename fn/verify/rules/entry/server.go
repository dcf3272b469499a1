package entry

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers/istio"
	"go.yaml.in/yaml/v3"
)

// This file holds what the servers of an Istio Gateway ask of clients (istio.io/api
// v1.31, networking/v1, ServerTLSSettings).

// checkServers: a server goes on taking the clients that it took.
func checkServers(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || c.Gone() || !c.To.Is(cluster.IstioGroup, "Gateway") {
			continue
		}
		told := map[*yaml.Node]bool{}
		before := istio.Listeners(c.From, route.World{})
		for _, is := range istio.Listeners(c.To, route.World{}) {
			was, ok := tookOver(e, c, before, is)
			if ok && !told[is.Node] {
				told[is.Node] = true
				problems = append(problems, reserved(c, was, is, e)...)
			}
		}
	}
	return problems
}

// tookOver is the server that took before what a server takes: of the same port,
// for hosts that are the same or fewer; or for more, if there are routes for the
// hosts that come from it.
func tookOver(e *edge.Transition, c cluster.Change, before []route.Listener, is route.Listener) (route.Listener, bool) {
	var best route.Listener
	for _, was := range before {
		switch {
		case was.Port != is.Port:
		case route.HostFits(is.Host, was.Host):
			return was, true
		case route.HostFits(was.Host, is.Host) && (best.Node == nil || route.CompareHosts(was.Host, best.Host) < 0):
			best = was
		}
	}
	return best, best.Node != nil && routedAt(e, c.To, is)
}

// routedAt reports whether a route is for hosts of a server.
func routedAt(e *edge.Transition, gateway kube.Object, l route.Listener) bool {
	via := route.Entry{Kind: "Istio Gateway", Name: gateway.Namespace + "/" + gateway.Name}
	return slices.ContainsFunc(e.To.Rules, func(r route.Rule) bool {
		return slices.Contains(r.Via, via) && l.Serves(r, "")
	})
}

// tlsMode is how a server ends TLS; "" without TLS.
func tlsMode(l route.Listener) string {
	tls := kube.Get(l.Node, "tls")
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
func reserved(c cluster.Change, was, is route.Listener, e *edge.Transition) []edge.Problem {
	path := []string{"spec", "servers"}
	if why := demands(tlsMode(was), tlsMode(is)); why != "" {
		return []edge.Problem{{
			Object: c.To, Path: path, About: is.String() + why,
			Message: fmt.Sprintf("%s has TLS mode %s instead of %s, and %s", is, tlsMode(is), tlsMode(was), why),
			Hint:    "OPTIONAL_MUTUAL, until every client has a certificate; or a server at another port or host",
		}}
	}
	redirects := func(l route.Listener) bool { return kube.Text(l.Node, "tls", "httpsRedirect") == "true" }
	if redirects(is) && !redirects(was) && !encrypts(e.To, c.To, is) {
		return []edge.Problem{{
			Object: c.To, Path: path, About: is.String(),
			Message: fmt.Sprintf("%s sends clients to https, and no server of it takes TLS for that host", is),
			Hint:    "a server with protocol HTTPS for the host, a commit before",
		}}
	}
	return nil
}

// encrypts reports whether a server takes TLS for the hosts of another one: of the
// Gateway itself, or of one with the same pods.
func encrypts(s cluster.State, gateway kube.Object, l route.Listener) bool {
	for _, o := range s.World.All(cluster.IstioGroup, "Gateway") {
		if !kube.Equal(o.Get("spec", "selector"), gateway.Get("spec", "selector")) {
			continue
		}
		for _, n := range istio.Listeners(o, route.World{}) {
			if (n.Protocol == "HTTPS" || n.Protocol == "TLS") && (route.HostFits(n.Host, l.Host) || route.HostFits(l.Host, n.Host)) {
				return true
			}
		}
	}
	return false
}
