package workload

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// drivers are the groups of controllers that move the traffic of a workload that
// they refer to, and how one leaves them.
var drivers = map[string]string{
	// docs/migrating.md and workloadRef.scaleDown, v1.9
	"argoproj.io": "scale the workload up to what the Rollout has, let the Services and routes lead to its pods alone, then delete the " +
		"Rollout, each in a commit of its own",
	// spec.revertOnDeletion, v1.42
	"flagger.app": "let the canary finish, delete it with revertOnDeletion: true, so that the workload serves again, and put the " +
		"Services and routes that it made among the manifests",
	// Rollout v1beta1: its canary Service, Ingress and pods go with it
	"rollouts.kruise.io":  "let the rollout finish, then delete the object: what it made for the canary goes with it",
	"apps.kruise.io":      "delete the object; the workload stays",
	"serving.knative.dev": "make it a Deployment and a Service of your own, and let the routes lead there",
	"core.oam.dev":        "take the rollout out of the application",
}

// Driven says which objects drive a workload already. Any that calls it
// workloadRef does; targetRef says so in the groups of controllers alone.
func Driven(workload kube.Object, objects []kube.Object) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range objects {
		hint, known := drivers[o.Group]
		if !kube.SameNamespace(o.Namespace, workload.Namespace) || o.Key() == workload.Key() {
			continue
		}
		path, refers := workloadRef(o.Get("spec"), []string{"spec"}, workload, known)
		if !refers {
			continue
		}
		if !known {
			hint = "take the workload out of it, then delete it"
		}
		found = append(found, o.Find("workload-kind",
			fmt.Sprintf("%s already moves the traffic of %s: its controller and a release would undo each other's work", o.ID, workload.ID),
			"leave it before the first release: "+hint, path...))
	}
	return found
}

// workloadRefs are the keys under which a workload is named: the first by any kind, all
// by the kinds of [drivers]. They stand at most maxRefDepth keys deep.
var workloadRefs = []string{"workloadRef", "targetRef", "targetReference"}

const maxRefDepth = 4

// workloadRef looks for a reference to a workload, not deeper than controllers
// have them: spec.workloadRef, spec.targetRef, spec.objectRef.workloadRef.
func workloadRef(n *yaml.Node, at []string, workload kube.Object, any bool) ([]string, bool) {
	if n == nil || n.Kind != yaml.MappingNode || len(at) > maxRefDepth {
		return nil, false
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, ref := n.Content[i].Value, n.Content[i+1]
		path := append(append([]string{}, at...), key)
		isRef := key == workloadRefs[0] || any && slices.Contains(workloadRefs, key)
		if isRef && kube.Text(ref, "kind") == workload.Kind && kube.Text(ref, "name") == workload.Name {
			return path, true
		}
		if path, ok := workloadRef(ref, path, workload, any); ok {
			return path, true
		}
	}
	return nil, false
}

// referring says that an object is for the workload by name. A recommender of
// resources is missed, and no request is lost; what others do to pods is not known.
func referring(s *Source, o kube.Object) []schemas.Finding {
	for _, t := range policy.Targets(o) {
		if t.Kind != s.Object.Kind || t.Name != s.Object.Name || !kube.SameNamespace(t.Namespace, s.Namespace()) {
			continue
		}
		f := o.Find("reference-lost",
			fmt.Sprintf("%s names %s, which a release replaces by %s and %s", o.ID, s.Object.ID, s.Name(schemas.Blue), s.Name(schemas.Green)),
			"one for each track, by hand", append(t.Path, "name")...)
		if o.Group == "autoscaling.k8s.io" || Accepts(o, "reference-lost") {
			f.Severity = schemas.Warning
			return []schemas.Finding{f}
		}
		f.Hint += fmt.Sprintf(", in its place; or accept that it does not hold: annotation %s: reference-lost", AcceptAnnotation)
		return []schemas.Finding{f}
	}
	return nil
}
