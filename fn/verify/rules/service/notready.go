package service

import (
	"fmt"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// CheckNotReady checks that a Service that lists pods whether they are ready or not
// gets no pods that start, and loses none that stop, while it answers: both are
// endpoints, those that start at once, and those that stop until they are gone
// (Kubernetes v1.37, publishNotReadyAddresses; endpointslice/utils.go). A headless
// Service by which the pods of a StatefulSet find each other is meant to be so.
func CheckNotReady(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, was := range e.From.Objects {
		is, there := e.To.ByID[was.Key()]
		if !there || !was.Is("", "Service") || !listsAll(was) && !listsAll(is) {
			continue
		}
		at := route.Backend{Namespace: was.Namespace, Service: was.Name}
		if cluster.ReadyPods(e.From.Selected(at)) == 0 {
			continue // nobody is answered
		}
		churned := churn(e, at)
		if len(churned) == 0 {
			continue
		}
		p := edge.Problem{
			Object: is, Path: []string{"spec", "publishNotReadyAddresses"},
			Message: fmt.Sprintf("lists pods that are not ready (publishNotReadyAddresses), and pods of %s start or stop: requests to those "+
				"fail", schemas.And(churned)),
			Hint: "leave publishNotReadyAddresses out; where pods look for each other, give them a headless Service of their own",
		}
		if headless := serviceKind(is) == "headless"; headless && !backs(e.To, is) {
			if ownNames(e, at) {
				continue
			}
			p = edge.Unjudged(cluster.Change{From: was, To: is},
				p.Message+", if clients and not only the pods themselves ask for its name: that is not judged")
		}
		problems = append(problems, p)
	}
	return problems
}

func listsAll(svc kube.Object) bool { return svc.Text("spec", "publishNotReadyAddresses") == "true" }

// churn are the workloads of which pods behind a Service start or stop. Of those that
// roll, CheckReadinessUnknown speaks.
func churn(e *edge.Transition, at route.Backend) []string {
	var all []string
	is := map[kube.ID]cluster.Pods{}
	for _, pods := range e.To.Selected(at) {
		is[pods.Workload.Key()] = pods
	}
	for _, was := range e.From.Selected(at) {
		now := is[was.Workload.Key()]
		delete(is, was.Workload.Key())
		if rolls := was.Count > 0 && now.Count > 0 && !cluster.SameTemplate(was.Workload, now.Workload); was.Count != now.Count && !rolls {
			all = append(all, was.Workload.ID.String())
		}
	}
	for _, id := range cluster.SortedIDs(is) {
		if is[id].Count > 0 {
			all = append(all, is[id].Workload.ID.String())
		}
	}
	return all
}

// ownNames reports whether all pods behind a Service have their own names from it.
func ownNames(e *edge.Transition, at route.Backend) bool {
	for _, pods := range append(e.From.Selected(at), e.To.Selected(at)...) {
		if pods.Workload.Text("spec", "serviceName") != at.Service {
			return false
		}
	}
	return true
}
