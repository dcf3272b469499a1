package pods

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
)

// This file finds the workloads whose pods are replaced while they get requests.

// rollout is a workload that gets requests, and whose pods an edge replaces or would.
type rollout struct {
	was, is cluster.Pods
	by      kube.Object // what sends it requests
	why     string      // what differs
}

// rollouts are all of an edge.
func rollouts(e *edge.Transition) []rollout {
	return edge.Memo(e, "rollouts", func() []rollout {
		var all []rollout
		for _, was := range e.Lasting() {
			is := e.To.PodsOf[was.Workload.Key()]
			why := ""
			if e.Changes(is.Workload) {
				why = newPodsFor(was, is)
			}
			if why == "" {
				continue
			}
			by, ok := e.From.Serves(was)
			if !ok {
				by, ok = e.To.Serves(is)
			}
			if ok {
				all = append(all, rollout{was, is, by, why})
			}
		}
		return all
	})
}

// newPodsFor says why a workload gets new pods, now or when somebody lets it; "" if
// it keeps those that it has.
func newPodsFor(was, is cluster.Pods) string {
	n := interleave.Renumbered(was.Workload, is.Workload)
	switch {
	case !cluster.SameTemplate(was.Workload, is.Workload):
		return kube.Difference(was.Workload.Get("spec", "template"), is.Workload.Get("spec", "template"))
	case n > 0:
		return fmt.Sprintf("ordinals.start replaces %d of them", min(n, was.Count))
	case cluster.Foreign(was.Workload, is.Workload) && interleave.ReplacesAny(was, is):
		return "a change made while the rollout was held starts now"
	}
	return ""
}

// rolls reports whether pods are replaced by the edge itself.
func (r rollout) rolls() bool {
	return interleave.ReplacesAny(r.was, r.is) || interleave.Renumbered(r.was.Workload, r.is.Workload) > 0
}

// facing are the Services that select the pods of a rollout before and after.
func facing(e *edge.Transition, r rollout) []kube.Object {
	before := e.From.Fronts()[r.was.Workload.Key()]
	return slices.DeleteFunc(slices.Clone(e.To.Fronts()[r.is.Workload.Key()]), func(now kube.Object) bool {
		return !slices.ContainsFunc(before, func(o kube.Object) bool { return o.Key() == now.Key() })
	})
}
