package pods

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file holds where Services lead, and whether anything listens there.

// CheckTargetPorts checks that a Service leads to ports that the pods behind it are
// known to have: they declare them, or have served on them. Of a port that it did not
// have before a warning is enough: it has no clients yet, unless a route is one.
func CheckTargetPorts(e *edge.Transition) []edge.Problem {
	problems := portsLeft(e)
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || c.Gone() || !c.To.Is("", "Service") {
			continue
		}
		at := route.Backend{Namespace: id.Namespace, Service: id.Name}
		for _, p := range e.From.Selected(at) {
			is := e.To.PodsOf[p.Workload.Key()]
			if !e.Lasts(p) || !cluster.Selects(c.To, at, is.Workload.Namespace, is.Labels) {
				continue
			}
			known := append(declared(p.Workload), targets(c.From)...)
			for _, port := range kube.Items(c.To.Node, "spec", "ports") {
				target := cluster.PortOfPods(port)
				if slices.Contains(known, target) {
					continue
				}
				severity := urgency(e, c, port)
				problems = append(problems, edge.Problem{
					Object: c.To, Path: []string{"spec", "ports"}, About: fmt.Sprint(target, p.Workload.Key(), severity), Severity: severity,
					Message: fmt.Sprintf("leads to port %s of %s, which is not known to listen there: connections are refused", target, p.Workload.ID),
					Hint:    "declare the port in the pods of a new track first, and move the Service there",
				})
			}
		}
	}
	return problems
}

// urgency says how bad it is if a port of a changed Service leads nowhere.
func urgency(e *edge.Transition, c cluster.Change, port *yaml.Node) schemas.Severity {
	number := kube.Text(port, "port")
	if _, before := cluster.TargetPort(c.From, cluster.PortKey(port)); before || nameOf(e.To, c.To, number, kube.Text(port, "name")) {
		return schemas.Error
	}
	return schemas.Warning
}

// nameOf reports whether a route names a port of a Service, by number or by name.
// One that names none may lead to any.
func nameOf(s cluster.State, svc kube.Object, ports ...string) bool {
	return slices.ContainsFunc(s.Rules, func(r route.Rule) bool {
		return !cluster.Direct(r) && slices.ContainsFunc(cluster.Backends(r), func(b route.Backend) bool {
			return b.Service == svc.Name && kube.SameNamespace(b.Namespace, svc.Namespace) && (b.Port == "" || slices.Contains(ports, b.Port))
		})
	})
}

// targets are the ports of pods that a Service leads to.
func targets(svc kube.Object) []string {
	var all []string
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		all = append(all, cluster.PortOfPods(p))
	}
	return all
}
