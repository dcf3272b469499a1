package entry

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds what listeners of gateways ask of clients: certificates, and to come
// by HTTPS.

// CheckClients checks that a listener goes on letting in the clients that it let in.
func CheckClients(e *edge.Transition) []edge.Problem {
	return eachListener(e, func(c cluster.Change, was, is route.Listener) (edge.Problem, bool) {
		path := is.Clients.Path
		switch {
		case is.Clients.Only == "" || was.Protocol != is.Protocol:
			return edge.Problem{}, false
		case was.Clients.Only != is.Clients.Only:
			return edge.Problem{
				Object: c.To, Path: path, About: is.String() + is.Clients.Only,
				Message: fmt.Sprintf("lets in only %s at %s: all others are refused", is.Clients.Only, is),
				Hint: fmt.Sprintf("%s until every client has one; or a listener at another port or host; or if that is meant, accept it: "+
					"annotation cutover.dev/accept: access-narrowed", is.Clients.Hint),
			}, true
		case !kube.Equal(was.Clients.Checks, is.Clients.Checks):
			return edge.Unjudged(c, fmt.Sprintf("checks certificates of clients at %s in another way: who is let in is not "+
				"judged", is), path...), true
		}
		return edge.Problem{}, false
	})
}

// CheckRedirects checks that clients that a listener sends to HTTPS find somebody there.
func CheckRedirects(e *edge.Transition) []edge.Problem {
	return eachListener(e, func(c cluster.Change, was, is route.Listener) (edge.Problem, bool) {
		if !is.ToHTTPS || was.ToHTTPS || encrypts(e.To, c.To, is) {
			return edge.Problem{}, false
		}
		return edge.Problem{
			Object: c.To, Path: strings.Split(cmp.Or(is.Field, "spec.listeners"), "."), About: is.String(),
			Message: fmt.Sprintf("redirects clients of %s to https, and none of its listeners takes TLS for that host", is),
			Hint:    "a listener with protocol HTTPS for the host, a commit before",
		}, true
	})
}

// eachListener compares every listener of the gateways that a commit changes with the
// one whose requests it takes. Listeners that are written as one are compared until
// something is found.
func eachListener(e *edge.Transition, compare func(c cluster.Change, was, is route.Listener) (edge.Problem, bool)) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || c.Gone() {
			continue
		}
		told := map[*yaml.Node]bool{}
		before, now := e.From.Listeners(c.From), e.To.Listeners(c.To)
		for _, is := range now {
			was, ok := tookOver(e, c, before, now, is)
			if !ok || told[is.Node] {
				continue
			}
			if found, bad := compare(c, was, is); bad {
				told[is.Node] = true
				problems = append(problems, found)
			}
		}
	}
	return problems
}

// tookOver is the listener that took before what a listener takes: of the same port and
// host; else for a host that has no listener closer to it now; else for more hosts, if
// there are routes for those that come from it.
func tookOver(e *edge.Transition, c cluster.Change, before, now []route.Listener, is route.Listener) (route.Listener, bool) {
	if i := slices.IndexFunc(before, func(was route.Listener) bool { return was.Port == is.Port && was.Host == is.Host }); i >= 0 {
		return before[i], true
	}
	var best route.Listener
	for _, was := range before {
		switch {
		case was.Port != is.Port:
		case route.HostFits(is.Host, was.Host) && closest(now, was).Host == is.Host:
			return was, true
		case route.HostFits(was.Host, is.Host) && (best.Node == nil || route.CompareHosts(was.Host, best.Host) < 0):
			best = was
		}
	}
	return best, best.Node != nil && routedAt(e, c.To, is)
}

// closest is the listener that takes requests for the host of another one.
func closest(all []route.Listener, one route.Listener) route.Listener {
	var best route.Listener
	for _, l := range all {
		if l.Port == one.Port && route.HostFits(l.Host, one.Host) && (best.Node == nil || route.CompareHosts(l.Host, best.Host) < 0) {
			best = l
		}
	}
	return best
}

// routedAt reports whether a route is for hosts of a listener.
func routedAt(e *edge.Transition, gateway kube.Object, l route.Listener) bool {
	return slices.ContainsFunc(e.To.Rules, func(r route.Rule) bool {
		return slices.ContainsFunc(r.Via, func(via route.Entry) bool {
			return e.To.Gateway(via).Key() == gateway.Key() && l.Serves(r, route.SectionOf(via))
		})
	})
}

// encrypts reports whether a listener takes TLS for the hosts of another one: of the
// same gateway, or of one with the same pods.
func encrypts(s cluster.State, gateway kube.Object, l route.Listener) bool {
	kind, _ := s.Router.GatewayKind(gateway.ID)
	for _, o := range s.World.All(kind.Group, kind.Kind) {
		if o.Key() != gateway.Key() && (kind.Selector == "" || !kube.Equal(at(o, kind.Selector), at(gateway, kind.Selector))) {
			continue
		}
		if slices.ContainsFunc(s.Listeners(o), func(n route.Listener) bool {
			return (n.Protocol == "HTTPS" || n.Protocol == "TLS") && (route.HostFits(n.Host, l.Host) || route.HostFits(l.Host, n.Host))
		}) {
			return true
		}
	}
	return false
}
