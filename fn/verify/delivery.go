package verify

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
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
		d := delivery{o, s, nil}
		switch {
		case o.Is("argoproj.io", "Application"):
			d.application(dir, always, "spec")
		case o.Is("argoproj.io", "ApplicationSet"):
			d.applications(dir)
		case o.Is("kustomize.toolkit.fluxcd.io", "Kustomization") && reaches(fluxPath(o), dir, always):
			d.kustomization()
		}
		found = append(found, d.found...)
	}
	return found
}

// SourceFile looks at an .argocd-source file, which Argo CD lays over an
// Application: image updaters write it.
func SourceFile(o kube.Object, s State) []schemas.Finding {
	d := delivery{o, s, nil}
	d.overrides("kustomize")
	d.images("kustomize", "images")
	d.everything(argoFields, "kustomize")
	return d.found
}

// delivery collects what one object of an agent does to a state.
type delivery struct {
	agent kube.Object
	state State
	found []schemas.Finding
}

const asVerified = "what is verified must be what is applied: say it in the Release or in base/"

// say adds what is changed after it was verified.
func (d *delivery) say(message string, field ...string) {
	d.found = append(d.found, d.agent.Find("agent-changes", message, asVerified, field...))
}

func (d *delivery) forced(field ...string) {
	d.found = append(d.found, d.agent.Find("agent-force", "what cannot be changed in place is deleted and made anew, without pods in between", "leave it out: nothing that is generated needs it", field...))
}

// waits adds what an abort would wait for.
func (d *delivery) waits(severity schemas.Severity, message, hint string, field ...string) {
	f := d.agent.Find("agent-waits", message, hint, field...)
	f.Severity = severity
	d.found = append(d.found, f)
}

// below is a field of a field.
func below(at []string, more ...string) []string { return append(slices.Clip(at), more...) }

// generated reports whether a state is one that cutover made: its stages rely on
// the agent to take away what they leave out.
func (s State) generated() bool {
	return slices.ContainsFunc(s.Objects, func(o kube.Object) bool { return o.Text("metadata", "labels", workload.ReleaseLabel) != "" })
}

// application looks at the sources of an Application that lead to dir.
func (d *delivery) application(dir string, fill filler, at ...string) {
	led := false
	look := func(source *yaml.Node, field ...string) {
		if reaches(kube.Text(source, "path"), dir, fill) {
			led = true
			d.source(below(at, field...)...)
		}
	}
	spec := d.agent.Get(at...)
	look(kube.Get(spec, "source"), "source")
	for i, source := range kube.Items(spec, "sources") {
		look(source, "sources", fmt.Sprint(i))
	}
	if hydrated := kube.Get(spec, "sourceHydrator"); reaches(kube.Text(hydrated, "syncSource", "path"), dir, fill) {
		led = true
	}
	if led {
		d.policy(at...)
	}
}

// source looks at how one source is built.
func (d *delivery) source(at ...string) {
	d.overrides(below(at, "kustomize")...)
	d.images(below(at, "kustomize", "images")...)
	d.everything(argoFields, below(at, "kustomize")...)
	for _, field := range []string{"plugin", "helm", "directory"} {
		if n := d.agent.Get(below(at, field)...); n != nil && n.ShortTag() != "!!null" && (field == "plugin" || d.state.generated()) {
			d.say("builds the folder in another way than kustomize does", below(at, field)...)
		}
	}
}

// policy looks at how an Application is synced.
func (d *delivery) policy(at ...string) {
	options := below(at, "syncPolicy", "syncOptions")
	forced, ignores := false, false
	for i, option := range kube.Items(d.agent.Node, options...) {
		field := below(options, fmt.Sprint(i))
		switch {
		case (option.Value == "Replace=true" || option.Value == "Force=true") && !forced:
			forced = true
			d.forced(field...)
		case option.Value == "RespectIgnoreDifferences=true":
			ignores = true
		case option.Value == "PruneLast=true" && d.state.generated():
			d.waits(schemas.Error, "prunes only when all else is healthy: an abort that takes something away waits for the health of what it aborts", "leave it out: no order is needed", field...)
		}
	}
	if ignores {
		d.ignored(below(at, "ignoreDifferences")...)
	}
	automated := d.agent.Get(below(at, "syncPolicy", "automated")...)
	if automated != nil && kube.Text(automated, "prune") != "true" && kube.Text(automated, "enabled") != "false" && d.state.generated() {
		d.unpruned(below(at, "syncPolicy", "automated", "prune")...)
	}
}

func (d *delivery) unpruned(field ...string) {
	d.found = append(d.found, d.agent.Find("agent-changes", "what a stage leaves out is not taken away: old pods stay, and routes that an abort takes away go on sending requests", "prune: true", field...))
}

// ignored are fields that are not applied, although they differ.
func (d *delivery) ignored(at ...string) {
	for i, n := range kube.Items(d.agent.Node, at...) {
		for _, o := range d.state.Objects {
			if d.state.depends(o) && d.state.ignores(n, o) {
				d.say(fmt.Sprintf("fields of %s are not applied (RespectIgnoreDifferences=true)", o.ID), below(at, fmt.Sprint(i))...)
				break
			}
		}
	}
}

// depends reports whether requests depend on an object.
func (s State) depends(o kube.Object) bool {
	return runs(o) || autoscales(o) || o.Is("", "Service") || s.router.routing(o)
}

// ignores reports whether an entry of ignoreDifferences takes fields of an object
// out. The replicas of a workload that says none are nothing.
func (s State) ignores(n *yaml.Node, o kube.Object) bool {
	for _, want := range []struct{ field, have string }{{"group", o.Group}, {"kind", o.Kind}, {"name", o.Name}, {"namespace", o.Namespace}} {
		v := kube.Get(n, want.field)
		if want.field == "namespace" && want.have == "" {
			continue
		}
		if v != nil && v.Value != "*" && v.Value != want.have && (v.Value != "" || want.field == "kind") || v == nil && want.field == "group" && o.Group != "" {
			return false
		}
	}
	if len(kube.Items(n, "jqPathExpressions"))+len(kube.Items(n, "managedFieldsManagers")) > 0 {
		return true
	}
	return slices.ContainsFunc(kube.Items(n, "jsonPointers"), func(p *yaml.Node) bool {
		return p.Value != "/status" && (p.Value != "/spec/replicas" || o.Get("spec", "replicas") != nil)
	})
}

// kustomization looks at a Kustomization of Flux's.
func (d *delivery) kustomization() {
	d.overrides("spec")
	d.images("spec", "images")
	d.everything(fluxFields, "spec")
	d.substitutes("spec", "postBuild")
	o := d.agent
	if o.Text("spec", "force") == "true" {
		d.forced("spec", "force")
	}
	if o.Text("spec", "suspend") == "true" {
		d.say("nothing of it is applied", "spec", "suspend")
	}
	if !d.state.generated() {
		return
	}
	if prune := o.Text("spec", "prune"); prune != "true" {
		d.unpruned("spec", "prune")
	}
	if o.Text("spec", "wait") == "true" {
		d.waits(schemas.Warning, "an abort waits until what it aborts is healthy, or the timeout is over", "wait: false", "spec", "wait")
	}
}
