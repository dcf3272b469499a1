package verify

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file holds the certificates that a Gateway asks its clients for (gateway-api
// v1.6.3, GatewaySpec.tls.frontend; before v1.5 tls.frontendValidation of a listener).

// checkFrontends: who came in to a Gateway without a certificate still does.
func checkFrontends(e *passage) []Problem {
	var problems []Problem
	for _, id := range sortedIDs(e.changed) {
		c := e.changed[id]
		if c.made() || c.gone() || !id.Is(gatewayGroup, "Gateway") && !isListenerSet(c.to) {
			continue
		}
		for _, l := range listeners(c.to) {
			was, is := validation(c.from, l), validation(c.to, l)
			if l.protocol != "HTTPS" && l.protocol != "TLS" || !listens(c.from, l) || kube.Equal(was, is) || !insists(is) {
				continue
			}
			if insists(was) {
				problems = append(problems, unjudged(c, fmt.Sprintf("checks certificates of clients at %s in another way: who is let in is not judged", l), "spec", "tls"))
				continue
			}
			problems = append(problems, Problem{
				Object: c.to, Path: []string{"spec", "tls"}, About: l.String(),
				Message: fmt.Sprintf("asks clients for a certificate at %s: those that have none are refused", l),
				Hint:    "mode: AllowInsecureFallback until every client has one; or if that is meant, accept it: annotation cutover.dev/accept: access-narrowed",
			})
		}
	}
	return problems
}

// listens reports whether a Gateway had a listener of that port and host.
func listens(o kube.Object, l listener) bool {
	for _, w := range listeners(o) {
		if w.port == l.port && w.host == l.host {
			return true
		}
	}
	return false
}

// validation is what a Gateway checks of the clients of a listener; nil: nothing.
func validation(o kube.Object, l listener) *yaml.Node {
	for _, own := range listeners(o) {
		if own.port == l.port && own.host == l.host {
			if v := kube.Get(own.node, "tls", "frontendValidation"); v != nil {
				return v
			}
		}
	}
	for _, port := range kube.Items(o.Node, "spec", "tls", "frontend", "perPort") {
		if kube.Text(port, "port") == l.port {
			return kube.Get(port, "tls", "validation")
		}
	}
	return o.Get("spec", "tls", "frontend", "default", "validation")
}

// insists reports whether clients without a certificate are refused.
func insists(validation *yaml.Node) bool {
	return validation != nil && kube.Text(validation, "mode") != "AllowInsecureFallback"
}
