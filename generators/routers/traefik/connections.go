package traefik

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file says who of IngressRoutes and IngressRouteTCPs gets a connection that comes
// in at an entry point of both (v3.7, pkg/server/router/tcp, ServeTCP):
//
//	without TLS   an IngressRouteTCP that fits, else the IngressRoutes
//	with TLS      IngressRoutes, if one of them names the host by Host();
//	              an IngressRouteTCP that fits, but for HostSNI(`*`);
//	              IngressRoutes, if one of them names no host; HostSNI(`*`)
//
// What one takes from the other is listed as a rule that is tried before all others.

// taken are the rules for connections that somebody else gets.
func (rd *reader) taken() []alternative {
	var more []alternative
	for _, a := range rd.all {
		if a.Action != route.Forward {
			continue
		}
		for _, b := range rd.all {
			if a.connections == b.connections || a.secure != b.secure {
				continue
			}
			for _, host := range a.loses(b, rd.all) {
				more = append(more, rd.lost(a, b, host)...)
			}
		}
	}
	return more
}

// loses are the hosts of a for which b gets the connections; nil: none.
func (a alternative) loses(b alternative, all []alternative) []string {
	switch {
	case !a.secure && a.connections, !b.connections && !b.secure:
		return nil // without TLS no IngressRoute takes anything
	case !a.secure:
		return []string{"*"}
	case a.connections:
		return a.losesToRequests(b)
	}
	return a.losesToConnections(b, all)
}

// losesToRequests: hosts that an IngressRoute names by Host() are its own; one that names
// none goes before HostSNI(`*`).
func (a alternative) losesToRequests(b alternative) []string {
	if len(b.domains) == 0 && a.catchAll {
		return []string{"*"}
	}
	var all []string
	for _, host := range b.domains {
		if a.hosts.fits(strings.Replace(host, "*", "any", 1)) {
			all = append(all, host)
		}
	}
	return all
}

// losesToConnections: an IngressRouteTCP for a host gets what no IngressRoute names.
func (a alternative) losesToConnections(b alternative, all []alternative) []string {
	host, exact := b.hosts.exact()
	if !exact {
		host, _ = b.hosts.widest()
	}
	if b.catchAll || host == "*" {
		return nil
	}
	named := slices.ContainsFunc(all, func(o alternative) bool {
		return !o.connections && o.secure && slices.ContainsFunc(o.domains, func(d string) bool { return d == host || hostIs(host, d) })
	})
	if named || !a.hosts.fits(strings.Replace(host, "*", "any", 1)) {
		return nil
	}
	return []string{host}
}

// lost is the rule by which a loses a host to b where both are at an entry point. Of the
// default ones nobody knows which they are.
func (rd *reader) lost(a, b alternative, host string) []alternative {
	if a.entry.Name != b.entry.Name {
		return nil // of another class, and so of another Traefik
	}
	switch {
	case len(a.entryPoints) == 0 && len(b.entryPoints) == 0:
	case len(a.entryPoints) == 0 && !slices.ContainsFunc(b.entryPoints, rd.forRequests):
		return nil // nobody sends requests there
	case len(a.entryPoints) == 0 || len(b.entryPoints) == 0:
		for _, o := range []kube.Object{a.Source, b.Source} {
			rd.NotJudged(o, "shares the default entry points with %s, or does not: which of the two gets connections is not judged",
				other(o, a, b).ID)
		}
		return nil
	}
	var points []string
	for _, p := range a.entryPoints {
		if slices.Contains(b.entryPoints, p) {
			points = append(points, p)
		}
	}
	if len(points) == 0 && len(a.entryPoints) > 0 {
		return nil
	}
	a.entryPoints = points
	switch {
	case a.catchAll && host == "*":
		a.priority++ // it comes before the rule itself, and after all that name hosts
	default:
		a.priority = math.MaxInt
	}
	if host != "*" {
		a.hosts = hosts{is: []string{host}}
	}
	if !b.passes(a) {
		a.Backends = []route.Backend{{Namespace: a.Source.Namespace, Weight: 1, Broken: fmt.Sprintf(
			"%s gets %s there before it", b.Source.ID, whatOf(host, b))}}
		a.Whole, a.Empty, a.Dangling, a.Mirrors = route.WholeNever, route.Refused, route.Refused, nil
		a.Match.Other = append(slices.Clip(a.Match.Other), b.Match.Other...)
	}
	return []alternative{a}
}

// forRequests reports whether requests come in at an entry point: an IngressRoute names
// it, or it is called as Traefik's Helm chart calls those of the web.
func (rd *reader) forRequests(point string) bool {
	return slices.Contains([]string{"web", "websecure", "http", "https"}, point) ||
		slices.ContainsFunc(rd.all, func(a alternative) bool { return !a.connections && slices.Contains(a.entryPoints, point) })
}

func other(o kube.Object, a, b alternative) kube.Object {
	if o.Key() == a.Source.Key() {
		return b.Source
	}
	return a.Source
}

func whatOf(host string, b alternative) string {
	switch {
	case !b.secure:
		return "all connections"
	case host == "*":
		return "all connections of hosts that nobody else names"
	}
	return "all connections for " + host
}

// passes reports whether connections of a router lead to the same pods as the requests of
// another one do: bytes of HTTP are passed on as they come.
func (b alternative) passes(a alternative) bool {
	if !b.connections || b.passthrough {
		return false
	}
	return !slices.ContainsFunc(b.Backends, func(to route.Backend) bool {
		return !slices.ContainsFunc(a.Backends, func(o route.Backend) bool {
			return o.Service == to.Service && o.Namespace == to.Namespace && o.Port == to.Port && o.Speaks != "https" && o.Broken == ""
		})
	})
}

// unnamed is why Traefik has no router of an IngressRouteTCP: without TLS nobody says a
// host (v3.7, pkg/server/router/tcp, addTCPHandlers).
func unnamed(e expression, secure bool) string {
	if secure {
		return ""
	}
	for _, c := range e.leaves(false) {
		if c.matcher == "HostSNI" && !c.negated {
			if c.args[0] != "*" {
				return fmt.Sprintf("has %s and no tls, without which nobody says a host", c)
			}
			return ""
		}
	}
	return ""
}
