package service

import (
	"fmt"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

const renamedHint = "make a Service of another name with the port's new name, send the routes there, and take this one away in a later " +
	"commit; if some failed requests are acceptable, accept it: annotation cutover.dev/accept: port-renamed"

// CheckRenamed checks that a port of a Service that answers keeps its name. Nodes and
// routers find the endpoints of a port by its name (Kubernetes v1.37, proxy/types.go,
// ServicePortName; Traefik v3.7, gateway/kubernetes.go). The EndpointSlices get the new
// name from a controller, later than the Service: until then the port has no endpoint. A
// name for a port that had none is another name.
func CheckRenamed(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || c.Gone() || !c.To.Is("", "Service") || selectorless(c.From) || selectorless(c.To) {
			continue
		}
		at := route.Backend{Namespace: id.Namespace, Service: id.Name}
		if cluster.ReadyPods(e.From.Selected(at)) == 0 || serviceKind(c.To) == "headless" && !backs(e.To, c.To) {
			continue // nobody is answered, or by the pods' own addresses
		}
		before := map[string]*yaml.Node{}
		for _, p := range kube.Items(c.From.Node, "spec", "ports") {
			before[cluster.PortKey(p)] = p
		}
		for i, p := range kube.Items(c.To.Node, "spec", "ports") {
			was, there := before[cluster.PortKey(p)]
			if !there || kube.Text(was, "name") == kube.Text(p, "name") {
				continue
			}
			problems = append(problems, edge.Problem{
				Object: c.To, Path: []string{"spec", "ports", fmt.Sprint(i)}, About: cluster.PortKey(p),
				Message: fmt.Sprintf("changes the name of port %s from %q to %q: nodes and routers find its endpoints by that name, "+
					"and until a controller has renamed those too, requests to the port fail", cluster.PortKey(p),
					kube.Text(was, "name"), kube.Text(p, "name")),
				Hint: renamedHint,
			})
		}
	}
	return problems
}
