package pods

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file looks for what keeps requests away from pods that do not answer yet, or
// no longer. A container is ready as soon as it runs if it has neither a readiness
// nor a startup probe (Kubernetes v1.37, pkg/kubelet/prober).

// CheckProbes checks that pods that run stay checked before requests are sent to them,
// now or by a later commit. A worker that nobody sends any, and that has no port, may
// do without.
func CheckProbes(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, was := range e.From.Pods {
		is, ok := e.To.PodsOf[was.Workload.Key()]
		if ok && e.Changes(is.Workload) && probed(was.Workload) && !probed(is.Workload) && mayServe(e, was, is) {
			problems = append(problems, edge.Problem{
				Object: is.Workload, Path: []string{"spec", "template"},
				Message: "loses its readiness probe: its pods get requests before they can answer", Hint: "keep the readinessProbe",
			})
		}
	}
	return problems
}

// mayServe reports whether somebody sends requests to a workload at an end of an
// edge, or could by a later commit: it says where it listens.
func mayServe(e *edge.Transition, was, is cluster.Pods) bool {
	_, before := e.From.Serves(was)
	_, after := e.To.Serves(is)
	return before || after || len(declared(was.Workload)) > 0 || len(declared(is.Workload)) > 0
}

// CheckReadinessUnknown checks that new pods get requests when they can answer, and not
// before. Of a probe that goes readiness-removed speaks.
func CheckReadinessUnknown(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, r := range rollouts(e) {
		old, o := r.was.Workload, r.is.Workload
		if !cluster.Foreign(old, o) || !r.rolls() || probed(old) && !probed(o) {
			continue
		}
		severity := schemas.Error
		if cluster.SameTemplate(old, o) {
			severity = schemas.Warning // what was held is not among the manifests
		}
		for _, svc := range facing(e, r) {
			if why, hint := unready(o, svc); why != "" {
				problems = append(problems, edge.Problem{Object: o, Path: []string{"spec", "template"}, Severity: severity, Message: why, Hint: hint})
				break
			}
		}
	}
	return problems
}

// unready says how a Service sends requests to new pods before they can answer, and
// what to write; "" if it does not.
func unready(o, svc kube.Object) (why, hint string) {
	if svc.Text("spec", "publishNotReadyAddresses") == "true" && !governs(svc, o) {
		return fmt.Sprintf("replaces pods behind %s, which sends requests to pods that are not ready, by publishNotReadyAddresses: new ones "+
			"get them before they can answer", svc.ID), "remove publishNotReadyAddresses a commit before"
	}
	for _, port := range kube.Items(svc.Node, "spec", "ports") {
		if _, ok := gate(o, cluster.PortOfPods(port)); !ok {
			return fmt.Sprintf("replaces pods that have no readiness probe for port %s, where %s leads: new ones get requests as soon as they "+
					"start, before they can answer", cluster.PortOfPods(port), svc.ID),
				"write a readinessProbe for the container that listens there; if it answers as soon as it starts, accept it: annotation " +
					"cutover.dev/accept: readiness-unknown"
		}
	}
	return "", ""
}

// governs reports whether a Service is the one that the pods of a StatefulSet have
// their names from: by it they find each other before they are ready.
func governs(svc, o kube.Object) bool {
	return o.Kind == "StatefulSet" && svc.Text("spec", "clusterIP") == "None" && o.Text("spec", "serviceName") == svc.Name
}

// gates says in words what keeps requests away from the new pods of a rollout.
func gates(e *edge.Transition, r rollout) []string {
	var all []string
	for _, svc := range facing(e, r) {
		for _, port := range kube.Items(svc.Node, "spec", "ports") {
			if words, ok := gate(r.is.Workload, cluster.PortOfPods(port)); ok && !slices.Contains(all, words) {
				all = append(all, words)
			}
		}
	}
	return all
}

// gate is what keeps requests away from pods until they can answer at a port: a
// probe of a container that declares it, a probe of that very port, a probe of any
// container if none declares it, or readinessGates, which another controller sets.
func gate(o kube.Object, target string) (words string, ok bool) {
	declared := false
	var found []*yaml.Node
	for _, c := range serving(o) {
		owner := listensAt(c, target)
		declared = declared || owner
		for _, p := range probesOf(c) {
			if owner || probePort(c, p) == numberOf(o, target) {
				return probeWords(c), true
			}
			found = append(found, c)
		}
	}
	switch {
	case len(found) > 0 && !declared:
		return probeWords(found[0]), true
	case len(kube.Items(o.Node, "spec", "template", "spec", "readinessGates")) > 0:
		return "what sets its readinessGates", true
	}
	return "", false
}

func probeWords(c *yaml.Node) string {
	kind := "startup"
	if kube.Get(c, "readinessProbe") != nil {
		kind = "readiness"
	}
	return fmt.Sprintf("the %s probe of container %s", kind, kube.Text(c, "name"))
}

// CheckKilled checks that pods that are taken away while they get requests have time to
// finish those that they have (core/v1, terminationGracePeriodSeconds: zero is the kill
// signal at once).
func CheckKilled(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, was := range e.Lasting() {
		is := e.To.PodsOf[was.Workload.Key()]
		if !cluster.Foreign(was.Workload, is.Workload) || was.Workload.Text("spec", "template", "spec", "terminationGracePeriodSeconds") != "0" {
			continue
		}
		by, ok := e.From.Serves(was)
		if !ok || !interleave.ReplacesAny(was, is) && is.Count >= was.Count {
			continue
		}
		problems = append(problems, edge.Problem{
			Object: is.Workload, Path: []string{"spec", "template", "spec", "terminationGracePeriodSeconds"}, About: was.Workload.Key().String(),
			Message: fmt.Sprintf("takes pods away that %s sends requests to, and kills them at once, by terminationGracePeriodSeconds: 0: "+
				"requests that they are answering are cut off", by.ID),
			Hint: "write a grace period as long as a request takes; the commit that brings it kills pods a last time: accept that with " +
				"annotation cutover.dev/accept: pods-killed",
		})
	}
	return problems
}
