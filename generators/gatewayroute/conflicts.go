package gatewayroute

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// claim is a host at a listener: "*" is every host, and "*.a" every one
// below a.
type claim struct{ parent, listener, host string }

// everyListener stands for the listeners of a parent that routes name.
const everyListener = "*"

// claims are the routes of one kind by what they claim.
type claims map[claim]kube.Object

// hostConflicts reports HTTPRoutes and GRPCRoutes with a host in common at one
// listener: exactly one of the two is accepted there, as a whole (gateway-api
// v1.6.3, GRPCRoute spec.hostnames; in the mesh GEP-1294).
func hostConflicts(readers []reader) []route.Unread {
	byKind := map[string]claims{"HTTPRoute": {}, "GRPCRoute": {}}
	otherKind := map[string]string{"HTTPRoute": "GRPCRoute", "GRPCRoute": "HTTPRoute"}
	for _, rd := range readers {
		for _, c := range rd.claims() {
			byKind[rd.Kind][c] = rd.Object
			if c.listener != "" {
				byKind[rd.Kind][claim{c.parent, everyListener, c.host}] = rd.Object
			}
		}
	}
	var rivals []route.Unread
	told := map[[2]kube.ID]bool{}
	for _, rd := range readers {
		for _, c := range rd.claims() {
			other, taken := byKind[otherKind[rd.Kind]].conflict(c)
			if !taken || told[[2]kube.ID{other.Key(), rd.Key()}] || told[[2]kube.ID{rd.Key(), other.Key()}] {
				continue
			}
			told[[2]kube.ID{rd.Key(), other.Key()}] = true
			host := c.host
			if host == "*" {
				host = "every host"
			}
			why := fmt.Sprintf("claims %s at %s as %s does: only the older of the two is accepted there", host, c.parent, other.ID)
			rivals = append(rivals, route.Unread{Source: rd.Object, Why: why, ID: "route-clash", Hint: "hosts of its own for each of the two kinds"})
		}
	}
	return rivals
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

// conflict is a route that claims the host too, or all hosts above it.
func (all claims) conflict(c claim) (kube.Object, bool) {
	listeners := []string{"", c.listener}
	if c.listener == "" {
		listeners[1] = everyListener
	}
	for _, host := range hostsAbove(c.host) {
		for _, listener := range listeners {
			if o, ok := all[claim{c.parent, listener, host}]; ok {
				return o, true
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
