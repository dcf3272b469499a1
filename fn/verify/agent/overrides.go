package agent

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file reads the fields by which agents hand something to kustomize.

// overrides are replicas and patches of what requests depend on.
func (d *delivery) overrides(at ...string) {
	n := d.agent.Get(at...)
	for _, r := range kube.Items(n, "replicas") {
		if name := kube.Text(r, "name"); slices.ContainsFunc(d.state.Pods, func(p cluster.Pods) bool { return p.Workload.Name == name }) {
			d.say("sets the pods of "+name, below(at, "replicas")...)
		}
	}
	for _, field := range []string{"patches", "patchesStrategicMerge", "patchesJson6902"} {
		for _, p := range kube.Items(n, field) {
			if target, ok := patched(d.state, p); ok {
				d.say(fmt.Sprintf("patches %s after it was verified", target), below(at, field)...)
			}
		}
	}
}

// images are overrides of images that pods run.
func (d *delivery) images(at ...string) {
	for _, image := range kube.Items(d.agent.Node, at...) {
		name := imageName(image)
		for _, p := range d.state.Pods {
			if runsImage(p.Workload, name) {
				d.say(fmt.Sprintf("replaces image %s in %s: both tracks run it, whatever the Release says", name, p.Workload.ID), at...)
				break
			}
		}
	}
}

// wideField is a field that changes every object, or the pods of every workload. what is
// "" where one changes nothing of a state.
type wideField struct {
	name string
	what func(d *delivery, n, beside *yaml.Node) string
}

// argoFields are those of an Application (argo-cd 3.6, ApplicationSourceKustomize),
// fluxFields those of a Kustomization (kustomize-controller v1.7).
var (
	argoFields = []wideField{
		{"namePrefix", renamedAll},
		{"nameSuffix", renamedAll},
		{"commonLabels", labelledAll},
		{"commonAnnotations", annotatedAll},
		{"components", renamedAll},
		{"namespace", movedAll},
	}
	fluxFields = []wideField{
		{"namePrefix", renamedAll},
		{"nameSuffix", renamedAll},
		{"components", renamedAll},
		{"targetNamespace", movedAll},
		{"commonMetadata", toldAll},
	}
)

// everything looks at the fields that change every object.
func (d *delivery) everything(fields []wideField, at ...string) {
	n := d.agent.Get(at...)
	for _, f := range fields {
		v := kube.Get(n, f.name)
		if v == nil || v.Value == "" && len(v.Content) == 0 || v.ShortTag() == "!!null" {
			continue
		}
		if what := f.what(d, v, n); what != "" {
			d.say(what, below(at, f.name)...)
		}
	}
}

func renamedAll(*delivery, *yaml.Node, *yaml.Node) string {
	return "changes every object after it was verified"
}

// labelledAll: labels reach selectors and pods, unless they are told not to.
func labelledAll(_ *delivery, _, beside *yaml.Node) string {
	switch {
	case kube.Text(beside, "labelWithoutSelector") != "true":
		return "changes every object after it was verified"
	case kube.Text(beside, "labelIncludeTemplates") == "true":
		return "changes the labels of all pods after they were verified"
	}
	return ""
}

// annotatedAll: kustomize writes annotations into pod templates too. With a
// variable in them every commit restarts every pod.
func annotatedAll(d *delivery, n, beside *yaml.Node) string {
	if len(d.state.Pods) == 0 {
		return ""
	}
	if kube.Text(beside, "commonAnnotationsEnvsubst") == "true" && contains(n, "$") {
		return "changes the template of all pods, at every commit if it is the revision: every one of them restarts"
	}
	return "changes the template of all pods after they were verified"
}

// movedAll: objects of another namespace are moved.
func movedAll(d *delivery, n, _ *yaml.Node) string {
	for _, o := range d.state.Objects {
		if o.Namespace != "" && o.Namespace != n.Value {
			return fmt.Sprintf("moves %s to namespace %s, and all that stands in others", o.ID, n.Value)
		}
	}
	return ""
}

// toldAll: Flux writes common metadata on objects alone, not into templates. Some
// of it tells agents something.
func toldAll(_ *delivery, n, _ *yaml.Node) string {
	for _, field := range []string{"annotations", "labels"} {
		for key, value := range kube.Pairs(n, field) {
			if slices.ContainsFunc(cluster.AgentPrefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) }) {
				return fmt.Sprintf("tells agents something of every object: %s: %s", key, value)
			}
		}
	}
	return ""
}

// imageName is the image that an override is about: Argo CD writes
// name=new:tag or name:tag, Flux a mapping.
func imageName(n *yaml.Node) string {
	if name := kube.Text(n, "name"); name != "" {
		return name
	}
	name, _, _ := strings.Cut(n.Value, "=")
	return cluster.BareImage(name)
}

func runsImage(o kube.Object, name string) bool {
	for _, field := range []string{"containers", "initContainers"} {
		for _, c := range kube.Items(o.Node, "spec", "template", "spec", field) {
			if cluster.BareImage(kube.Text(c, "image")) == name {
				return true
			}
		}
	}
	return false
}

// patched is an object that a patch changes and that requests depend on. A
// patch names its target, by regular expressions that are not read here, or is
// part of the object itself.
func patched(s cluster.State, n *yaml.Node) (kube.ID, bool) {
	target := kube.Get(n, "target")
	kind, name := kube.Text(target, "kind"), kube.Text(target, "name")
	if text := n.Value + kube.Text(n, "patch"); target == nil && text != "" {
		var part yaml.Node
		if yaml.Unmarshal([]byte(text), &part) == nil && len(part.Content) > 0 {
			kind, name = kube.Text(part.Content[0], "kind"), kube.Text(part.Content[0], "metadata", "name")
		}
	}
	for _, o := range s.Objects {
		if (kind == "" || o.Kind == kind || expressed(kind)) && (name == "" || o.Name == name || expressed(name)) && depends(s, o) {
			return o.ID, true
		}
	}
	return kube.ID{}, false
}

// expressed reports whether a text is a regular expression, which may fit anything.
func expressed(text string) bool { return strings.ContainsAny(text, `*+?|()[]\^$`) }

func contains(n *yaml.Node, text string) bool {
	return n != nil && (strings.Contains(n.Value, text) ||
		slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return contains(c, text) }))
}
