package entry

import (
	"fmt"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds the certificates that a Gateway asks its clients for (gateway-api
// v1.6.3, GatewaySpec.tls.frontend; before v1.5 tls.frontendValidation of a listener).

// CheckFrontends checks that who came in to a Gateway without a certificate still does.
func CheckFrontends(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || c.Gone() || !id.Is(cluster.GatewayGroup, "Gateway") && !gatewayroute.IsListenerSet(c.To) {
			continue
		}
		for _, l := range gatewayroute.Listeners(c.To, route.World{}) {
			was, is := validation(c.From, l), validation(c.To, l)
			if l.Protocol != "HTTPS" && l.Protocol != "TLS" || !listens(c.From, l) || kube.Equal(was, is) || !insists(is) {
				continue
			}
			if insists(was) {
				problems = append(problems, edge.Unjudged(c, fmt.Sprintf("checks certificates of clients at %s in another way: who is let in is "+
					"not judged", l), "spec", "tls"))
				continue
			}
			problems = append(problems, edge.Problem{
				Object: c.To, Path: []string{"spec", "tls"}, About: l.String(),
				Message: fmt.Sprintf("asks clients for a certificate at %s: those that have none are refused", l),
				Hint: "mode: AllowInsecureFallback until every client has one; or if that is meant, accept it: annotation cutover.dev/accept: " +
					"access-narrowed",
			})
		}
	}
	return problems
}

// listens reports whether a Gateway had a listener of that port and host.
func listens(o kube.Object, l route.Listener) bool {
	for _, w := range gatewayroute.Listeners(o, route.World{}) {
		if w.Port == l.Port && w.Host == l.Host {
			return true
		}
	}
	return false
}

// validation is what a Gateway checks of the clients of a listener; nil: nothing.
func validation(o kube.Object, l route.Listener) *yaml.Node {
	for _, own := range gatewayroute.Listeners(o, route.World{}) {
		if own.Port == l.Port && own.Host == l.Host {
			if v := kube.Get(own.Node, "tls", "frontendValidation"); v != nil {
				return v
			}
		}
	}
	for _, port := range kube.Items(o.Node, "spec", "tls", "frontend", "perPort") {
		if kube.Text(port, "port") == l.Port {
			return kube.Get(port, "tls", "validation")
		}
	}
	return o.Get("spec", "tls", "frontend", "default", "validation")
}

// insists reports whether clients without a certificate are refused.
func insists(validation *yaml.Node) bool {
	return validation != nil && kube.Text(validation, "mode") != "AllowInsecureFallback"
}
