package gatewayroute

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file says in which order Traefik tries rules (v3.7.13,
// pkg/provider/kubernetes/gateway/httproute.go: buildMatchRule): not as HTTPRouteRule.matches
// demands. Path, method, headers and query are added up with the length of the host, and
// weigh more than that: a route of *.example.com for /cart comes before one of
// shop.example.com for /.

// traefikController is the name that Traefik gives in GatewayClasses, and traefikClass the
// class that its chart makes.
const (
	traefikController = "traefik.io/gateway-controller"
	traefikClass      = "traefik"
)

// last is behind all priorities: paths have up to 1024 bytes.
const last = 1 << 20

// underTraefik sorts the rules of Traefik's Gateways as Traefik does, and lists them under
// every host that they are for. Others stay as they are.
func underTraefik(rules []route.Rule, w route.World) []route.Rule {
	var its, others []route.Rule
	for _, r := range rules {
		if isTraefiks(r, w) {
			its = append(its, r)
		} else {
			others = append(others, r)
		}
	}
	slices.SortStableFunc(its, func(a, b route.Rule) int { return cmp.Compare(a.Tier, b.Tier) })
	return append(others, route.UnderEveryHost(its)...)
}

// Ordered reports whether the order of rules may hang on an object: a Gateway, and its class.
func Ordered(o kube.Object) bool { return o.Is(Group, "Gateway") || o.Is(Group, "GatewayClass") }

// servedByTraefik reports whether there is a Gateway of Traefik's: in most states there is none.
func servedByTraefik(w route.World) bool {
	for _, o := range w.All(Group, "Gateway") {
		if ofTraefik(o.Text("spec", "gatewayClassName"), w) {
			return true
		}
	}
	return false
}

// isTraefiks reports whether a rule is one of HTTP at a Gateway of Traefik's.
func isTraefiks(r route.Rule, w route.World) bool {
	if r.Protocol != "http" || len(r.Via) != 1 || r.Via[0].Kind != "Gateway" {
		return false
	}
	namespace, name, _ := strings.Cut(r.Via[0].Name, "/")
	name, _, _ = strings.Cut(name, "/") // of a listener
	o, ok := w.Find(Group, "Gateway", namespace, name)
	return ok && ofTraefik(o.Text("spec", "gatewayClassName"), w)
}

// ofTraefik reports whether a class is Traefik's: its controller says so, or its name where
// the state does not have it.
func ofTraefik(class string, w route.World) bool {
	if o, ok := w.Find(Group, "GatewayClass", "", class); ok {
		return o.Text("spec", "controllerName") == traefikController
	}
	return class == traefikClass
}

// priority is the number by which Traefik orders a rule; the highest is tried first. To it
// comes how many rules of its route are behind, so that a wildcard's route of many rules
// comes before a host's of few.
func priority(r route.Rule) int {
	n := 1 // PathPrefix /
	switch p := r.Match.Path; {
	case p == nil:
	case p.Kind == route.PathIs:
		n = 100000
	case p.Kind == route.PathMatches || p.Value != "/":
		n = 10000 + 100*len(p.Value)
	}
	if r.Match.Method != "" {
		n += 1000
	}
	longest := 0
	for _, host := range r.Hosts {
		longest = max(longest, len(host))
	}
	return n + 100*len(r.Match.Headers) + 10*len(r.Match.Query) + longest
}
