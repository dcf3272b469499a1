package pods

import (
	"cmp"
	"fmt"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// This file says what it rests on that pods are replaced while they get requests.

// CheckTemplates checks that pods of a track that serves stay the pods they are. A new
// template rolls under the requests, both versions answer, and no stage stands between
// a bad one and everybody. To anybody else's pods Kubernetes does that with some of
// them ready all the time: it is said, and what it rests on. Where too few stay ready,
// the requests that get no answer are told.
func CheckTemplates(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, r := range rollouts(e) {
		p := edge.Problem{Object: r.is.Workload, Path: []string{"spec", "template"}, Severity: schemas.Info}
		n, kept := interleave.RollingFrom(r.was, r.is)
		switch {
		case !cluster.Foreign(r.was.Workload, r.is.Workload):
			p.Severity = schemas.Error
			p.Message = fmt.Sprintf("changes pods that %s sends requests to (%s): versions are mixed while the pods roll, and a bad "+
				"one gets all requests", r.by.ID, r.why)
			p.Hint = "give the new version to a track that gets no requests, or accept it: annotation cutover.dev/accept: template-changed"
		case !r.rolls():
			p.Message = fmt.Sprintf("changes the template of pods that %s sends requests to (%s), and replaces none of them: those that are "+
				"made from here on have it", r.by.ID, r.why)
		case leavesNode(e, r, &p):
		case kept < e.Endpoints.Bound.Of(n):
			continue
		default:
			p.Message = fmt.Sprintf("replaces pods while %s sends them requests (%s): %s. That relies on %s", r.by.ID, r.why, r.stay(kept),
				schemas.And(rests(e, r)))
			p.Hint = "to give the new version a share of the requests first, put it on a track of its own"
		}
		problems = append(problems, p)
	}
	return problems
}

// leavesNode tells of a Service that gives the requests of a node to the pods of that
// node alone (core/v1, internalTrafficPolicy), while a DaemonSet leaves it without.
func leavesNode(e *edge.Transition, r rollout, problem *edge.Problem) bool {
	if r.is.Workload.Kind != "DaemonSet" || interleave.Surges(r.is.Workload) {
		return false
	}
	for _, svc := range facing(e, r) {
		if svc.Text("spec", "internalTrafficPolicy") == "Local" {
			problem.Severity = schemas.Error
			problem.Message = fmt.Sprintf("stops the pod of a node before the new one is ready (%s), and %s sends the requests of a node to "+
				"its own pod only, by internalTrafficPolicy: Local: they are dropped meanwhile", r.why, svc.ID)
			problem.Hint = "maxSurge: 1 and maxUnavailable: 0 in its updateStrategy, so that the new pod is there first"
			return true
		}
	}
	return false
}

// stay says how many pods stay ready, if so many are kept.
func (r rollout) stay(kept int) string {
	switch {
	case r.is.Workload.Kind != "DaemonSet":
		return fmt.Sprintf("%d of %d stay ready at the least", kept, min(r.was.Count, r.is.Count))
	case interleave.Surges(r.is.Workload):
		return "a node keeps its old pod until the new one is ready"
	}
	return "a node is without one until the new one is ready, and other nodes keep theirs"
}

// rests are the things that a rollout without a lost request rests on.
func rests(e *edge.Transition, r rollout) []string {
	all := gates(e, r)
	if len(all) == 0 {
		all = []string{"new pods that answer as soon as they start, for they have no probe"}
	}
	grace := cmp.Or(r.was.Workload.Text("spec", "template", "spec", "terminationGracePeriodSeconds"), "30")
	stopping := fmt.Sprintf("old pods that answer for some seconds after they are told to stop (%s s, no preStop hook)", grace)
	if hooked(r.was.Workload) {
		stopping = fmt.Sprintf("the preStop hook of the old pods (%s s in all)", grace)
	}
	return append(all, stopping, "either version being a good answer")
}

// hooked reports whether pods have something to do before they are told to stop.
func hooked(o kube.Object) bool {
	for _, c := range kube.Items(o.Node, "spec", "template", "spec", "containers") {
		if kube.Get(c, "lifecycle", "preStop") != nil {
			return true
		}
	}
	return false
}
