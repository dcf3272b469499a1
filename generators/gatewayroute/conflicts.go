package gatewayroute

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// claim is a host at a listener: "*" is every host, and "*.a" every one
// below a.
type claim struct{ parent, listener, host string }

// everyListener stands for the listeners of a parent that routes name.
const everyListener = "*"

// claims are the routes of one kind by what they claim, the first two of each.
type claims map[claim][]kube.Object

// conflicts reports routes of which one is passed over: HTTPRoutes and GRPCRoutes with a
// host in common at one listener (gateway-api v1.6.3, GRPCRoute spec.hostnames), two
// routes for all connections of one (GEP-2644, GEP-2645), and in the mesh routes of two
// kinds for one port (GEP-1294).
func conflicts(readers []reader) []route.Unread {
	byKind := map[string]claims{}
	for _, rd := range readers {
		all, known := byKind[rd.Kind]
		if !known {
			all = claims{}
			byKind[rd.Kind] = all
		}
		for _, c := range rd.claims() {
			all.add(c, rd.Object)
			if c.listener != "" {
				all.add(claim{c.parent, everyListener, c.host}, rd.Object)
			}
		}
	}
	var rivals []route.Unread
	told := map[[2]kube.ID]bool{}
	for _, rd := range readers {
		for _, c := range rd.claims() {
			for _, kind := range rivalKinds(rd.Kind, c) {
				other, taken := byKind[kind].conflict(c, rd.Key())
				if !taken || told[[2]kube.ID{other.Key(), rd.Key()}] || told[[2]kube.ID{rd.Key(), other.Key()}] {
					continue
				}
				told[[2]kube.ID{rd.Key(), other.Key()}] = true
				rivals = append(rivals, rd.passedOver(c, other))
			}
		}
	}
	return rivals
}

// rivalKinds are the kinds of routes beside which one of a kind is not accepted where both
// claim the same.
func rivalKinds(kind string, c claim) []string {
	mesh := strings.HasPrefix(c.parent, "Service ")
	switch {
	case kind == "UDPRoute":
		return []string{kind}
	case mesh && kind == "TCPRoute":
		return meshKinds
	case mesh:
		return slices.DeleteFunc(slices.Clone(meshKinds), func(k string) bool { return k == kind })
	case kind == "TCPRoute":
		return []string{kind}
	case kind == "HTTPRoute":
		return []string{"GRPCRoute"}
	case kind == "GRPCRoute":
		return []string{"HTTPRoute"}
	}
	return nil
}

// meshKinds are the kinds of routes that a mesh follows for one port, the first first.
var meshKinds = []string{"GRPCRoute", "HTTPRoute", "TLSRoute", "TCPRoute"}

// passedOver says that of a route and another one only one is accepted.
func (rd *reader) passedOver(c claim, other kube.Object) route.Unread {
	if rd.Kind == other.Kind {
		why := fmt.Sprintf("claims all connections at %s as %s does: only the older of the two gets them", c.parent, other.ID)
		return route.Unread{Source: rd.Object, Why: why, ID: "route-clash", Hint: "a listener for each of the two, named by sectionName"}
	}
	host, counts, hint := c.host, "the older", "hosts of its own for each of the two kinds"
	if host == "*" {
		host = "every host"
	}
	if Streams(rd.Kind) || Streams(other.Kind) {
		counts, hint = "that of the kind which says more", "one kind of route for a port of a Service"
	}
	why := fmt.Sprintf("claims %s at %s as %s does: only %s of the two is accepted there", host, c.parent, other.ID, counts)
	return route.Unread{Source: rd.Object, Why: why, ID: "route-clash", Hint: hint}
}

// add notes that a route claims a host.
func (all claims) add(c claim, o kube.Object) {
	if have := all[c]; len(have) == 0 || len(have) == 1 && have[0].Key() != o.Key() {
		all[c] = append(have, o)
	}
}

// claims are the hosts of a route at each of its listeners.
func (rd *reader) claims() []claim {
	var all []claim
	for _, p := range rd.spec.ParentRefs {
		c := claim{parent: fmt.Sprintf("%s %s/%s", cmp.Or(p.Kind, "Gateway"), cmp.Or(p.Namespace, rd.Namespace), p.Name), host: "*"}
		if p.SectionName != "" || p.Port != 0 {
			c.listener = fmt.Sprintf("%s:%d", p.SectionName, p.Port)
		}
		if len(rd.spec.Hostnames) == 0 || p.Kind == "Service" { // whose own host it is
			all = append(all, c)
			continue
		}
		for _, host := range rd.spec.Hostnames {
			if len(host) <= 253 { // longer ones are no names, and looking above them is not free
				c.host = host
				all = append(all, c)
			}
		}
	}
	return all
}

// conflict is another route than one, that claims the host too, or all hosts above it.
func (all claims) conflict(c claim, by kube.ID) (kube.Object, bool) {
	listeners := []string{"", c.listener}
	if c.listener == "" {
		listeners[1] = everyListener
	}
	for _, host := range hostsAbove(c.host) {
		for _, listener := range listeners {
			for _, o := range all[claim{c.parent, listener, host}] {
				if o.Key() != by {
					return o, true
				}
			}
		}
	}
	return kube.Object{}, false
}

// hostsAbove are a host and the wildcards that hold for it: a.b, *.b, *.
func hostsAbove(host string) []string {
	all := []string{host}
	rest := strings.TrimPrefix(host, "*.")
	if rest != host {
		rest = "." + rest
	}
	for i, c := range rest {
		if c == '.' && i > 0 {
			all = append(all, "*"+rest[i:])
		}
	}
	if host != "*" {
		all = append(all, "*")
	}
	return all
}
