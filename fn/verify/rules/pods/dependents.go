package pods

import (
	"fmt"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
)

// This file holds what stands beside pods that serve and must not go before
// their requests do.

// CheckScalerGone checks that pods that serve on both sides keep their autoscaler, or a
// number of pods. Without either nobody adds pods under load, and a workload that is
// made anew has one.
func CheckScalerGone(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, was := range e.Lasting() {
		id := was.Workload.Key()
		is := e.To.PodsOf[id]
		sc, had := e.From.Scalers[id]
		_, has := e.To.Scalers[id]
		_, counted := cluster.SaidReplicas(is.Workload)
		if !had || has || counted {
			continue
		}
		_, before := e.From.Serves(was)
		_, after := e.To.Serves(is)
		if before && after {
			problems = append(problems, edge.Problem{
				Object: is.Workload, About: sc.Key().String(), Path: []string{"spec"},
				Message: fmt.Sprintf("serves requests and loses %s, its autoscaler: nothing adds pods under load any more", sc.ID),
				Hint:    "leave the autoscaler until the requests have left, or write replicas, as many as there are, a commit before",
			})
		}
	}
	return problems
}

// CheckPaused checks that pods that a commit sends requests to are not those of a
// paused Deployment. If it was made so, it has none, whatever its replicas say; only
// where it serves already, its pods are known.
func CheckPaused(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, is := range e.To.Pods {
		was, before := e.From.PodsOf[is.Workload.Key()]
		held := interleave.Paused(is.Workload) || before && interleave.Paused(was.Workload)
		if !held || is.Count == 0 {
			continue
		}
		by, serves := e.To.Serves(is)
		_, did := e.From.Serves(was)
		if !serves || before && did && (e.From.Routes(was) || !e.To.Routes(is)) {
			continue
		}
		problems = append(problems, edge.Problem{
			Object: is.Workload, Path: []string{"spec", "paused"}, About: by.Key().String(),
			Message: fmt.Sprintf("gets requests from %s, and is paused: a Deployment that was created paused has no pods", by.ID),
			Hint:    "remove paused: true a commit before",
		})
	}
	return problems
}

// CheckNamesGone checks that the Service that the pods of a StatefulSet have their
// names from stays for as long as they run.
func CheckNamesGone(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, was := range e.Lasting() {
		name := was.Workload.Text("spec", "serviceName")
		c, changed := e.Find(kube.ID{Kind: "Service", Namespace: was.Workload.Namespace, Name: name})
		if name != "" && changed && c.Gone() {
			problems = append(problems, edge.Problem{
				Object: was.Workload, About: name, Path: []string{"spec", "serviceName"},
				Message: fmt.Sprintf("gets the DNS names of its pods from %s, which is removed while they run: the pods no longer find each "+
					"other", c.ID()),
				Hint: "remove it a commit after the last pod",
			})
		}
	}
	return problems
}
