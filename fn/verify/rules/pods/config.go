package pods

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// This file holds the configuration that pods read: ConfigMaps, Secrets and what else
// they do not start without.

// CheckConfigGone checks that what the pods of a running workload need is there until
// they are gone. A pod of it that starts in between cannot.
func CheckConfigGone(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	unmade := e.Unmade()
	for _, was := range e.From.Pods {
		if is := e.To.PodsOf[was.Workload.Key()]; was.Count == 0 || is.Count == 0 && !e.From.Routes(was) {
			continue // nobody waits for those that go anyway
		}
		problems = append(problems, keysGone(e, was)...)
		problems = append(problems, pullsGone(e, was)...)
		for _, need := range AllNeeds(e.From, was.Workload) {
			c, changed := e.Find(need)
			by, without := unmade[need]
			what := "which is removed"
			switch {
			case without:
				what = fmt.Sprintf("which %s makes, and that is removed", by)
			case !changed || !c.Gone():
				continue
			}
			problems = append(problems, edge.Problem{
				Object: was.Workload, About: need.String(), Severity: missed(e, was,
					slices.Contains(AllNeeds(e.To, e.To.PodsOf[was.Workload.Key()].Workload), need) || need.Kind == "ServiceAccount"),
				Message: fmt.Sprintf("needs %s, %s while its pods run: a pod that restarts does not start", need, what),
				Hint:    "remove it a commit after the last pod that needs it",
			})
		}
	}
	return problems
}

// CheckConfigChanged checks that the configuration of pods that serve is not changed in
// place: some of them see it at once, some when they restart, all at no stage. Of pods
// of nobody's track a warning is enough: that drops no request by itself.
func CheckConfigChanged(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, was := range e.Lasting() {
		if _, ok := e.From.Serves(was); !ok {
			continue
		}
		for _, need := range needs(was.Workload) {
			c, changed := e.Find(need)
			if need.Kind != "ConfigMap" || !changed || c.Gone() || c.Made() || edge.Locked(c.From) ||
				kube.Equal(c.From.Get("data"), c.To.Get("data")) && kube.Equal(c.From.Get("binaryData"), c.To.Get("binaryData")) {
				continue
			}
			severity := schemas.Error
			if cluster.Foreign(was.Workload, e.To.PodsOf[was.Workload.Key()].Workload) {
				severity = schemas.Warning
			}
			problems = append(problems, edge.Problem{
				Object: c.To, About: was.Workload.Key().String(), Path: []string{"data"}, Severity: severity,
				Message: fmt.Sprintf("changes while %s serves requests and reads it: each pod runs with the old or the new data, depending on "+
					"when it last restarted",
					was.Workload.ID),
				Hint: "give the new version a ConfigMap of another name",
			})
		}
	}
	return problems
}
