package state

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// This file holds workloads, and what selects, scales or counts their pods.

// CheckSelectors checks that a workload selects its own pods.
func CheckSelectors(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, p := range s.Pods {
		if selector := p.Workload.Get("spec", "selector"); selector != nil && !kube.LabelSelects(selector, p.Labels) {
			problems = append(problems, edge.Problem{
				Object: p.Workload, Path: []string{"spec", "selector"},
				Message: "does not select the labels of its own template: the API server refuses it", Hint: "write the same labels in both",
			})
		}
	}
	return problems
}

// CheckOverlap checks that no workload selects the pods of another one.
func CheckOverlap(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, a := range s.Pods {
		selector := a.Workload.Get("spec", "selector")
		for _, i := range s.MaySelect(kube.Get(selector, "matchLabels"), a.Workload.Namespace) {
			b := s.Pods[i]
			if a.Workload.Key() == b.Workload.Key() || !kube.SameNamespace(a.Workload.Namespace, b.Workload.Namespace) {
				continue
			}
			if kube.LabelSelects(selector, b.Labels) && len(b.Labels) > 0 {
				problems = append(problems, edge.Problem{
					Object: a.Workload, Path: []string{"spec", "selector"}, About: b.Workload.Key().String(),
					Message: fmt.Sprintf("selects the pods of %s too: autoscalers, budgets and rollouts count them as its own", b.Workload.ID),
					Hint:    "a label in the selector that only its own pods have",
				})
			}
		}
	}
	return problems
}

// CheckJobs checks that no Service leads to pods that run to their end and serve
// nobody.
func CheckJobs(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, o := range s.Objects {
		path := []string{"spec", "template", "metadata", "labels"}
		switch {
		case o.Is("keda.sh", "ScaledJob"):
			path = []string{"spec", "jobTargetRef", "template", "metadata", "labels"}
		case o.Group != "batch":
			continue
		case o.Kind == "CronJob":
			path = append([]string{"spec", "jobTemplate"}, path...)
		}
		labels := kube.Strings(o.Node, path...)
		if len(labels) == 0 {
			continue
		}
		for _, svc := range s.World.All("", "Service") {
			if cluster.Selects(svc, route.Backend{}, o.Namespace, labels) {
				problems = append(problems, edge.Problem{
					Object: o, Path: path, About: svc.Key().String(),
					Message: fmt.Sprintf("runs pods that %s selects: while they run, a share of the requests goes to them", svc.ID),
					Hint:    "leave out a label that the Service selects by",
				})
			}
		}
	}
	return problems
}

// CheckReplicas checks that a workload that is scaled does not say how many pods it
// has.
func CheckReplicas(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, p := range s.Pods {
		sc, scaled := s.Scalers[p.Workload.Key()]
		if n, ok := cluster.SaidReplicas(p.Workload); ok && scaled && n != sc.Floor {
			problems = append(problems, edge.Problem{
				Object: p.Workload, Path: []string{"spec", "replicas"}, Severity: schemas.Warning,
				Message: fmt.Sprintf("sets replicas to %d: every sync undoes what %s has scaled to", n, sc.ID),
				Hint: fmt.Sprintf("write %d, the autoscaler's minimum; to leave replicas out instead, let another field manager own the field "+
					"first, or it falls to 1", sc.Floor),
			})
		}
	}
	return problems
}

// CheckTargets checks that what an autoscaler scales is there.
func CheckTargets(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(s.Scalers) {
		if _, ok := s.PodsOf[id]; !ok && id.Group == "apps" && cluster.RunsPods(kube.Object{ID: id}) {
			problems = append(problems, edge.Problem{
				Object: s.Scalers[id].Object, Path: []string{"spec", "scaleTargetRef"}, Severity: schemas.Warning,
				Message: "scales " + id.String() + ", which is not there", Hint: "write the name of the workload as it is in these manifests",
			})
		}
	}
	return problems
}

// CheckBudgets checks that a disruption budget does not count the pods of two workloads
// that answer the same requests: while one of them starts, the other may not be
// disrupted, or is disrupted twice.
func CheckBudgets(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, o := range s.Objects {
		if !o.Is("policy", "PodDisruptionBudget") {
			continue
		}
		var covers []cluster.Pods
		for _, i := range s.MaySelect(o.Get("spec", "selector", "matchLabels"), o.Namespace) {
			if p := s.Pods[i]; kube.SameNamespace(o.Namespace, p.Workload.Namespace) && kube.LabelSelects(o.Get("spec", "selector"), p.Labels) {
				covers = append(covers, p)
			}
		}
		if a, b, ok := siblings(s, covers); ok {
			problems = append(problems, edge.Problem{
				Object: o, Path: []string{"spec", "selector"},
				Message: fmt.Sprintf("counts the pods of %s and %s together, which answer the same requests", a, b), Hint: "a budget for each of them",
			})
		}
	}
	return problems
}

// reach is a workload that a route sends requests to, by way of a Service.
type reach struct {
	id      kube.ID
	service string
}

// siblings are two of some workloads between which a route splits requests.
func siblings(s cluster.State, pods []cluster.Pods) (a, b kube.ID, ok bool) {
	if len(pods) < 2 {
		return a, b, false
	}
	for _, r := range s.Rules {
		if !interleave.Splits(r) {
			continue
		}
		var reached []reach
		for _, backend := range cluster.Backends(r) {
			for _, p := range s.Selected(backend) {
				if !slices.ContainsFunc(pods, func(q cluster.Pods) bool { return q.Workload.Key() == p.Workload.Key() }) {
					continue
				}
				elsewhere := func(o reach) bool { return o.service != backend.Service && o.id != p.Workload.ID }
				if i := slices.IndexFunc(reached, elsewhere); i >= 0 {
					return reached[i].id, p.Workload.ID, true
				}
				reached = append(reached, reach{p.Workload.ID, backend.Service})
			}
		}
	}
	return a, b, false
}
