package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/traffic"
)

// checkGateways: a gateway that routes come in through is not removed, nor a
// listener of it.
func checkGateways(e *passage) []Problem {
	var problems []Problem
	for _, id := range sortedIDs(e.changed) {
		c := e.changed[id]
		if c.made() || id.Kind != "Gateway" {
			continue
		}
		for _, r := range e.to.Rules {
			lost, ok := c.lost(r)
			if !ok {
				continue
			}
			what := lost.String() + " of " + id.String()
			if c.gone() {
				what = id.String()
			}
			problems = append(problems, Problem{
				Object: r.Source, About: id.String(),
				Message: fmt.Sprintf("comes in through %s, which is removed: %s", what, c.without(lost)), Hint: "attach it to another gateway, and take it off this one, a commit before",
			})
		}
	}
	return problems
}

// lost is a listener that a gateway loses and that requests of a rule come in
// through.
func (c change) lost(r traffic.Rule) (listener, bool) {
	for _, via := range r.Via {
		if !throughGateway(via, c.id()) {
			continue
		}
		_, name, _ := strings.Cut(via.Name, "/")
		_, section, _ := strings.Cut(name, "/")
		for _, l := range listeners(c.from) {
			still := slices.ContainsFunc(listeners(c.to), func(n listener) bool { return n.covers(l, section) })
			if !still && l.serves(r, section) {
				return l, true
			}
		}
		if c.gone() {
			return listener{}, true
		}
	}
	return listener{}, false
}

// without says what clients of a listener meet that a gateway has lost. Where the
// port is still open for other hosts, somebody answers, but not for theirs.
func (c change) without(lost listener) string {
	open := slices.ContainsFunc(listeners(c.to), func(l listener) bool { return l.port == lost.port })
	switch {
	case !open:
		return "connections are refused"
	case strings.EqualFold(lost.protocol, "HTTP") || strings.EqualFold(lost.protocol, "HTTP2"):
		return "its port is open for other hosts, and clients get 404"
	}
	return "its port is open for other hosts, and clients find no certificate of theirs"
}

// listener is a port and host that a gateway takes requests on.
type listener struct{ name, protocol, port, host string }

func (l listener) String() string {
	return fmt.Sprintf("listener %s %s:%s", l.protocol, l.host, l.port)
}

// listeners are those of a Gateway, be it Kubernetes' or Istio's.
func listeners(o kube.Object) []listener {
	var all []listener
	for _, l := range kube.Items(o.Node, "spec", "listeners") {
		all = append(all, listener{kube.Text(l, "name"), kube.Text(l, "protocol"), kube.Text(l, "port"), cmp.Or(kube.Text(l, "hostname"), "*")})
	}
	for _, s := range kube.Items(o.Node, "spec", "servers") {
		for _, h := range kube.Items(s, "hosts") {
			_, host, ok := strings.Cut(h.Value, "/") // namespace/host
			if !ok {
				host = h.Value
			}
			all = append(all, listener{"", kube.Text(s, "port", "protocol"), kube.Text(s, "port", "number"), host})
		}
	}
	return all
}

// covers reports whether a listener takes all that another one did, for routes
// that ask for a section by name or, with "", for any.
func (l listener) covers(old listener, section string) bool {
	return l.protocol == old.protocol && l.port == old.port && (section == "" || l.name == old.name) && traffic.HostFits(l.host, sampleHost(old.host))
}

// serves reports whether a listener takes requests of a rule.
func (l listener) serves(r traffic.Rule, section string) bool {
	return (section == "" || section == l.name) && slices.ContainsFunc(hostsOf(r), func(h string) bool {
		return traffic.HostFits(l.host, sampleHost(h)) || traffic.HostFits(h, sampleHost(l.host))
	})
}

// throughGateway reports whether an entry is a gateway, or a listener of it.
func throughGateway(v traffic.Entry, id kube.ID) bool {
	namespace, rest, ok := strings.Cut(v.Name, "/")
	name, _, _ := strings.Cut(rest, "/")
	return ok && strings.HasSuffix(v.Kind, "Gateway") && name == id.Name && kube.SameNamespace(namespace, id.Namespace)
}
