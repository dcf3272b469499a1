package pods

import (
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
)

// This file holds pods with a sidecar of a mesh.

// sidecar says how pods in a mesh are told: labels and annotations of their
// template.
var sidecar = []string{"sidecar.istio.io/inject", "istio.io/rev", "linkerd.io/inject", "kuma.io/sidecar-injection"}

// CheckMesh checks that pods behind a sidecar stay behind a Service until clients have
// left them. Without one their sidecar knows no port to take requests on, while the
// sidecars of clients still send them (https://github.com/istio/istio/issues/26861).
func CheckMesh(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, was := range e.Lasting() {
		is := e.To.PodsOf[was.Workload.Key()]
		by, ok := e.From.Serves(was)
		_, still := e.To.Serves(is)
		if !ok || still || !meshed(e, was) {
			continue
		}
		problems = append(problems, edge.Problem{
			Object: was.Workload, About: by.Key().String(),
			Message: "is no longer behind any Service, while the sidecars of clients still send requests to its pods: they get 503",
			Hint:    "keep a Service of its own that selects the pods for as long as they run",
		})
	}
	return problems
}

// meshed reports whether pods have a sidecar: they say so, or a route of the
// mesh leads to a Service of theirs.
func meshed(e *edge.Transition, pods cluster.Pods) bool {
	for _, key := range sidecar {
		for _, field := range []string{"labels", "annotations"} {
			if v := pods.Workload.Text("spec", "template", "metadata", field, key); v != "" && v != "false" && v != "disabled" {
				return true
			}
		}
	}
	if e.From.InMesh()[pods.Workload.Key()] {
		return true
	}
	ns, ok := e.From.ByID[kube.ID{Kind: "Namespace", Name: pods.Workload.Namespace}]
	return ok && ns.Text("metadata", "labels", "istio-injection") == "enabled"
}
