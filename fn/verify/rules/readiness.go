package rules

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file looks for what keeps requests away from pods that do not answer yet, or
// no longer. A container is ready as soon as it runs if it has neither a readiness
// nor a startup probe (Kubernetes v1.37, pkg/kubelet/prober).

// checkReadinessUnknown: new pods get requests when they can answer, and not before.
// Of a probe that goes readiness-removed speaks.
func checkReadinessUnknown(e *Transition) []Problem {
	var problems []Problem
	for _, r := range e.rollouts() {
		old, o := r.was.Workload, r.is.Workload
		if !cluster.Foreign(old, o) || !r.rolls() || probed(old) && !probed(o) {
			continue
		}
		severity := schemas.Error
		if cluster.SameTemplate(old, o) {
			severity = schemas.Warning // what was held is not among the manifests
		}
		for _, svc := range e.facing(r) {
			if why, hint := unready(o, svc); why != "" {
				problems = append(problems, Problem{Object: o, Path: []string{"spec", "template"}, Severity: severity, Message: why, Hint: hint})
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
		return fmt.Sprintf("replaces pods behind %s, which sends requests to pods that are not ready, by publishNotReadyAddresses: new ones get them before they can answer", svc.ID), "take publishNotReadyAddresses out a commit before"
	}
	for _, port := range kube.Items(svc.Node, "spec", "ports") {
		if _, ok := gate(o, interleave.PortOfPods(port)); !ok {
			return fmt.Sprintf("replaces pods that have no readiness probe for port %s, where %s leads: new ones get requests as soon as they start, before they can answer", interleave.PortOfPods(port), svc.ID),
				"a readinessProbe for the container that listens there; if it answers as soon as it starts, --allow readiness-unknown"
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
func (p *Transition) gates(r rollout) []string {
	var all []string
	for _, svc := range p.facing(r) {
		for _, port := range kube.Items(svc.Node, "spec", "ports") {
			if words, ok := gate(r.is.Workload, interleave.PortOfPods(port)); ok && !slices.Contains(all, words) {
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

// serving are the containers that run for as long as a pod does: sidecars among the
// initContainers too, which are restarted always.
func serving(o kube.Object) []*yaml.Node {
	spec := o.Get("spec", "template", "spec")
	all := slices.Clone(kube.Items(spec, "containers"))
	for _, c := range kube.Items(spec, "initContainers") {
		if kube.Text(c, "restartPolicy") == "Always" {
			all = append(all, c)
		}
	}
	return all
}

// listensAt reports whether a container declares a port, by its number or name.
func listensAt(c *yaml.Node, target string) bool {
	return slices.ContainsFunc(kube.Items(c, "ports"), func(p *yaml.Node) bool {
		return kube.Text(p, "containerPort") == target || kube.Text(p, "name") == target
	})
}

// probesOf are the probes that a container must pass before it is ready.
func probesOf(c *yaml.Node) []*yaml.Node {
	var all []*yaml.Node
	for _, field := range []string{"readinessProbe", "startupProbe"} {
		if p := kube.Get(c, field); p != nil && len(p.Content) > 0 {
			all = append(all, p)
		}
	}
	return all
}

// probePort is the number of the port that a probe of a container looks at, "" if
// it looks at none.
func probePort(c, probe *yaml.Node) string {
	for _, kind := range []string{"httpGet", "tcpSocket", "grpc"} {
		if port := kube.Text(probe, kind, "port"); port != "" {
			return numberIn([]*yaml.Node{c}, port)
		}
	}
	return ""
}

// numberOf is the number of a port of pods that may be given by its name.
func numberOf(o kube.Object, target string) string { return numberIn(serving(o), target) }

func numberIn(containers []*yaml.Node, target string) string {
	for _, c := range containers {
		for _, p := range kube.Items(c, "ports") {
			if kube.Text(p, "name") == target {
				return kube.Text(p, "containerPort")
			}
		}
	}
	return target
}

// checkKilled: pods that are taken away while they get requests have time to finish
// those that they have (core/v1, terminationGracePeriodSeconds: zero is the kill
// signal at once).
func checkKilled(e *Transition) []Problem {
	var problems []Problem
	for _, was := range e.lasting() {
		is := e.To.PodsOf[was.Workload.Key()]
		if !cluster.Foreign(was.Workload, is.Workload) || was.Workload.Text("spec", "template", "spec", "terminationGracePeriodSeconds") != "0" {
			continue
		}
		by, ok := e.From.Serves(was)
		if !ok || !interleave.ReplacesAny(was, is) && is.Count >= was.Count {
			continue
		}
		problems = append(problems, Problem{
			Object: is.Workload, Path: []string{"spec", "template", "spec", "terminationGracePeriodSeconds"}, About: was.Workload.Key().String(),
			Message: fmt.Sprintf("takes pods away that %s sends requests to, and kills them at once, by terminationGracePeriodSeconds: 0: requests that they are answering are cut off", by.ID),
			Hint:    "a grace period as long as a request takes; the commit that brings it kills them a last time: --allow pods-killed",
		})
	}
	return problems
}
