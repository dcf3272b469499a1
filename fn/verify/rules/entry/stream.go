package entry

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file holds the ConfigMaps by which ingress-nginx passes on TCP and UDP
// (v1.15.1, getStreamServices): a port as the key, namespace/service:port as the
// value, and perhaps PROXY twice behind it. Which of them it reads a flag of the
// controller says, so that they are known by their looks.

// stream is what such a ConfigMap says of a port.
type stream struct {
	route.Backend
	proxy string
}

// streams are the ports of a ConfigMap that has nothing else.
func streams(o kube.Object) map[string]stream {
	all := map[string]stream{}
	for port, value := range kube.Pairs(o.Node, "data") {
		parts := strings.Split(strings.TrimSpace(value), ":")
		namespace, name, ok := strings.Cut(parts[0], "/")
		if _, err := strconv.ParseUint(port, 10, 16); err != nil || !ok || len(parts) < 2 {
			return nil
		}
		all[port] = stream{
			route.Backend{Namespace: namespace, Service: name, Port: parts[1], Weight: 1},
			strings.ToUpper(strings.Join(parts[2:], ":")),
		}
	}
	return all
}

// CheckStreams checks that a port that is passed on stays open, and leads to pods.
func CheckStreams(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if !id.Is("", "ConfigMap") || c.Made() {
			continue
		}
		was, is := streams(c.From), streams(c.To)
		for _, port := range sortedNames(was) {
			if why := closed(e, was[port], is, port); why != "" {
				problems = append(problems, edge.Problem{
					Object: cluster.Subject(c), Path: []string{"data", port}, About: "port " + port,
					Message: fmt.Sprintf("led port %s of ingress-nginx to Service %s/%s, and %s", port, was[port].Namespace, was[port].Service, why),
					Hint: "leave the port open until no client comes there, and lead it to pods that are there before and after the commit; if no " +
						"client is lost, accept it: annotation cutover.dev/accept: entry-moved",
				})
			}
		}
	}
	return problems
}

// closed says why clients of a port that was passed on are not served; "" if they are.
func closed(e *edge.Transition, was stream, is map[string]stream, port string) string {
	now, stays := is[port]
	switch {
	case !stays:
		return "no longer does: connections are refused"
	case was.proxy != now.proxy:
		return "changes its PROXY protocol: pods and clients that speak the one do not understand the other"
	case was.Namespace == now.Namespace && was.Service == now.Service && was.Port == now.Port:
		return "" // its pods are looked at under the Service
	}
	if lost := e.Endpoints.Of(now.Backend).Outage; lost != nil {
		return fmt.Sprintf("leads it to Service %s/%s: %s, and connections are refused", now.Namespace, now.Service, lost.Why)
	}
	return ""
}
