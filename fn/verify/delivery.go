package verify

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Delivery says what agents change after a folder is built, so that the cluster
// gets something else than what was verified: Argo CD Applications and
// ApplicationSets (argo-cd 3.6), and Flux Kustomizations (kustomize-controller
// v1.7). dir is the folder's path from the root of the repository.
func Delivery(agents []kube.Object, dir string, s State) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range agents {
		switch {
		case o.Is("argoproj.io", "Application"):
			found = append(found, application(o, []string{"spec"}, dir, s)...)
		case o.Is("argoproj.io", "ApplicationSet"):
			found = append(found, application(o, []string{"spec", "template", "spec"}, dir, s)...)
		case o.Is("kustomize.toolkit.fluxcd.io", "Kustomization") && same(o.Text("spec", "path"), dir):
			found = append(found, overrides(o, []string{"spec"}, o.Get("spec"), s)...)
			if o.Text("spec", "force") == "true" {
				found = append(found, forced(o, "spec", "force"))
			}
		}
	}
	return found
}

// SourceFile looks at an .argocd-source file, which Argo CD lays over an
// Application: image updaters write it.
func SourceFile(o kube.Object, s State) []schemas.Finding {
	return overrides(o, []string{"kustomize"}, o.Get("kustomize"), s)
}

// application looks at the sources of an Application that lead to dir.
func application(o kube.Object, at []string, dir string, s State) []schemas.Finding {
	var found []schemas.Finding
	look := func(source *yaml.Node, field ...string) {
		if same(kube.Text(source, "path"), dir) {
			here := append(append(slices.Clip(at), field...), "kustomize")
			found = append(found, overrides(o, here, kube.Get(source, "kustomize"), s)...)
			found = append(found, options(o, at)...)
		}
	}
	spec := o.Get(at...)
	look(kube.Get(spec, "source"), "source")
	for i, source := range kube.Items(spec, "sources") {
		look(source, "sources", fmt.Sprint(i))
	}
	return found
}

// options are the sync options that delete and make anew.
func options(o kube.Object, at []string) []schemas.Finding {
	field := append(slices.Clip(at), "syncPolicy", "syncOptions")
	for i, option := range kube.Items(o.Node, field...) {
		if option.Value == "Replace=true" || option.Value == "Force=true" {
			return []schemas.Finding{forced(o, append(field, fmt.Sprint(i))...)}
		}
	}
	return nil
}

func forced(o kube.Object, field ...string) schemas.Finding {
	return o.Find("agent-force", "what cannot be changed in place is deleted and made anew, without pods in between", "leave it out: nothing that is generated needs it", field...)
}

// same reports whether a path of an agent is a folder of the repository.
func same(at, dir string) bool { return at != "" && path.Clean("/"+at) == path.Clean("/"+dir) }

// overrides are what an agent's kustomize fields do to a state.
func overrides(o kube.Object, at []string, n *yaml.Node, s State) []schemas.Finding {
	var found []schemas.Finding
	say := func(field, format string, args ...any) {
		found = append(found, o.Find("agent-changes", fmt.Sprintf(format, args...), "what is verified must be what is applied: say it in the Release or in base/", append(slices.Clip(at), field)...))
	}
	for _, image := range kube.Items(n, "images") {
		name := imageName(image)
		for _, p := range s.Pods {
			if runsImage(p.Workload, name) {
				say("images", "replaces image %s in %s: both tracks run it, whatever the Release says", name, p.Workload.ID)
				break
			}
		}
	}
	for _, r := range kube.Items(n, "replicas") {
		if name := kube.Text(r, "name"); slices.ContainsFunc(s.Pods, func(p Pods) bool { return p.Workload.Name == name }) {
			say("replicas", "sets the pods of %s", name)
		}
	}
	for _, field := range []string{"patches", "patchesStrategicMerge", "patchesJson6902"} {
		for _, p := range kube.Items(n, field) {
			if target, ok := s.patched(p); ok {
				say(field, "patches %s after it was verified", target)
			}
		}
	}
	for _, field := range []string{"namePrefix", "nameSuffix", "commonLabels", "components"} {
		if v := kube.Get(n, field); v != nil && (v.Value != "" || len(v.Content) > 0) {
			say(field, "changes every object after it was verified")
		}
	}
	for name := range kube.Pairs(n, "postBuild", "substitute") {
		if s.mentions("${" + name) {
			say("postBuild", "puts something in the place of ${%s} after it was verified", name)
		}
	}
	if len(kube.Items(n, "postBuild", "substituteFrom")) > 0 && s.mentions("${") {
		say("postBuild", "fills in variables after it was verified")
	}
	return found
}

// imageName is the image that an override is about: Argo CD writes
// name=new:tag or name:tag, Flux a mapping.
func imageName(n *yaml.Node) string {
	if name := kube.Text(n, "name"); name != "" {
		return name
	}
	name, _, _ := strings.Cut(n.Value, "=")
	return bareImage(name)
}

// bareImage is an image without tag and digest.
func bareImage(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		return image[:i]
	}
	return image
}

func runsImage(o kube.Object, name string) bool {
	for _, field := range []string{"containers", "initContainers"} {
		for _, c := range kube.Items(o.Node, "spec", "template", "spec", field) {
			if bareImage(kube.Text(c, "image")) == name {
				return true
			}
		}
	}
	return false
}

// patched is an object that a patch changes and that requests depend on. A
// patch names its target, or is part of the object itself.
func (s State) patched(n *yaml.Node) (kube.ID, bool) {
	target := kube.Get(n, "target")
	kind, name := kube.Text(target, "kind"), kube.Text(target, "name")
	if text := n.Value + kube.Text(n, "patch"); target == nil && text != "" {
		var part yaml.Node
		if yaml.Unmarshal([]byte(text), &part) == nil && len(part.Content) > 0 {
			kind, name = kube.Text(part.Content[0], "kind"), kube.Text(part.Content[0], "metadata", "name")
		}
	}
	for _, o := range s.Objects {
		if (kind == "" || o.Kind == kind) && (name == "" || o.Name == name) && (runs(o) || autoscales(o) || o.Is("", "Service") || s.router.routing(o)) {
			return o.ID, true
		}
	}
	return kube.ID{}, false
}

// mentions reports whether a text stands in any object.
func (s State) mentions(text string) bool {
	return slices.ContainsFunc(s.Objects, func(o kube.Object) bool { return contains(o.Node, text) })
}

func contains(n *yaml.Node, text string) bool {
	return n != nil && (strings.Contains(n.Value, text) || slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return contains(c, text) }))
}
