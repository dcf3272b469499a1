package pods

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// CheckNodes lists rolling updates of pods that requests reach by their nodes. That
// other nodes have pods helps nobody who was sent to this one, and how soon whoever
// sends them hears of it no manifest says.
func CheckNodes(e *edge.Transition) []edge.Problem {
	problems := nodePortsGone(e)
	for _, was := range e.Lasting() {
		is := e.To.PodsOf[was.Workload.Key()]
		held := is.Workload.Kind == "DaemonSet" && interleave.Surges(is.Workload)
		if !e.Changes(is.Workload) || held || !cluster.Foreign(was.Workload, is.Workload) || !interleave.ReplacesAny(was, is) {
			continue
		}
		c := cluster.Change{From: was.Workload, To: is.Workload}
		if ports := hostPorts(was.Workload); len(ports) > 0 {
			problems = append(problems, edge.Unjudged(c, fmt.Sprintf("replaces pods that take requests at ports of their nodes (hostPort %s), "+
				"where none does until the new pod is ready: who sends them there is not judged", schemas.And(ports))))
		}
		for _, svc := range facing(e, rollout{was: was, is: is}) {
			if entersByNodes(svc) && !hooked(was.Workload) {
				problems = append(problems, edge.Unjudged(c, fmt.Sprintf("replaces pods that have no preStop hook, and %s lets requests in at "+
					"nodes with pods of its own only (externalTrafficPolicy: Local): what a load balancer sends to a node that has just lost its "+
					"last one is not judged", svc.ID)))
			}
		}
	}
	return problems
}

// nodePortsGone lists ports of nodes at which nobody takes requests any more: the workload
// goes, or its pods listen elsewhere.
func nodePortsGone(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, was := range e.From.Pods {
		c, changed := e.Changed[was.Workload.Key()]
		if !changed || !cluster.Foreign(was.Workload, c.To) {
			continue
		}
		ports := hostPorts(was.Workload)
		for _, is := range e.To.Pods {
			taken := hostPorts(is.Workload)
			ports = slices.DeleteFunc(ports, func(p string) bool { return is.Count > 0 && slices.Contains(taken, p) })
		}
		if len(ports) > 0 && was.Count > 0 {
			problems = append(problems, edge.Unjudged(c, fmt.Sprintf("takes no more requests at ports of its nodes (hostPort %s): "+
				"who sends them there is not judged", schemas.And(ports))))
		}
	}
	return problems
}

// entersByNodes reports whether requests from outside are for the pods of the node
// where they come in. A pod that stops is still sent them, as long as it runs, which
// is what a preStop hook is for (Kubernetes v1.28, proxy terminating endpoints).
func entersByNodes(svc kube.Object) bool {
	return svc.Text("spec", "externalTrafficPolicy") == "Local" &&
		slices.Contains([]string{"LoadBalancer", "NodePort"}, svc.Text("spec", "type"))
}

// hostPorts are the ports of its node that a pod takes.
func hostPorts(o kube.Object) []string {
	var all []string
	for _, c := range serving(o) {
		for _, p := range kube.Items(c, "ports") {
			if port := kube.Text(p, "hostPort"); port != "" && port != "0" && !slices.Contains(all, port) {
				all = append(all, port)
			}
		}
	}
	return all
}
