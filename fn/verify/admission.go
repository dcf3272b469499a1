package verify

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// This file holds what the API server asks before it takes an object: pods that
// start anew are asked about too, and whatever a commit applies.

// admission are the kinds that refuse or change what is applied, by group; all
// kinds of a group if none is named (Kubernetes v1.37; Kyverno, Gatekeeper and
// Kubewarden).
var admission = []struct {
	group string
	kinds []string
}{
	{"admissionregistration.k8s.io", nil},
	{"kyverno.io", []string{"ClusterPolicy", "Policy"}},
	{"policies.kyverno.io", nil},
	{"constraints.gatekeeper.sh", nil},
	{"templates.gatekeeper.sh", nil},
	{"mutations.gatekeeper.sh", nil},
	{"policies.kubewarden.io", nil},
}

// admits reports whether an object takes part in admission.
func admits(o kube.Object) bool {
	for _, a := range admission {
		if o.Group == a.group {
			return a.kinds == nil || slices.Contains(a.kinds, o.Kind)
		}
	}
	return false
}

// checkAdmission: what a policy or webhook does with objects it has not seen yet,
// its expressions and its server decide. One that only refuses may go.
func checkAdmission(e *passage) []Problem {
	var problems []Problem
	for _, id := range sortedIDs(e.changed) {
		c := e.changed[id]
		if !admits(cmpObject(c)) || c.gone() && refuses(c.from) || sameSpec(c) {
			continue
		}
		problems = append(problems, unjudged(c, "decides what the API server takes, and how: what becomes of objects and pods that are made from now on is not judged"))
	}
	return problems
}

// refuses reports whether an object can only refuse: where it goes, more is taken.
func refuses(o kube.Object) bool {
	return strings.HasSuffix(o.Group, ".gatekeeper.sh") && o.Group != "mutations.gatekeeper.sh" || slices.Contains([]string{"ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}, o.Kind)
}

// sameSpec reports whether a change is one of metadata alone.
func sameSpec(c change) bool {
	if c.made() || c.gone() {
		return false
	}
	a, b := fields(c.from.Node), fields(c.to.Node)
	delete(a, "metadata")
	delete(b, "metadata")
	if len(a) != len(b) {
		return false
	}
	for key, v := range a {
		if !kube.Equal(v, b[key]) {
			return false
		}
	}
	return true
}
