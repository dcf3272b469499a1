package agent

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

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
		if n := d.agent.Get(below(at, field)...); n != nil && n.ShortTag() != "!!null" && (field == "plugin" || generated(d.state)) {
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
		case option.Value == "PruneLast=true" && generated(d.state):
			d.waits(schemas.Error,
				"prunes only when all else is healthy: an abort that takes something away waits for the health of what it aborts",
				"leave it out: no order is needed", field...)
		}
	}
	if ignores {
		d.ignored(below(at, "ignoreDifferences")...)
	}
	automated := d.agent.Get(below(at, "syncPolicy", "automated")...)
	if automated != nil && kube.Text(automated, "prune") != "true" && kube.Text(automated, "enabled") != "false" && generated(d.state) {
		d.unpruned(below(at, "syncPolicy", "automated", "prune")...)
	}
}

func (d *delivery) unpruned(field ...string) {
	d.found = append(d.found, d.agent.Find("agent-changes",
		"what a stage leaves out is not taken away: old pods stay, and routes that an abort takes away go on sending requests", "prune: true",
		field...))
}

// ignored are fields that are not applied, although they differ.
func (d *delivery) ignored(at ...string) {
	for i, n := range kube.Items(d.agent.Node, at...) {
		for _, o := range d.state.Objects {
			if depends(d.state, o) && ignores(n, o) {
				d.say(fmt.Sprintf("fields of %s are not applied (RespectIgnoreDifferences=true)", o.ID), below(at, fmt.Sprint(i))...)
				break
			}
		}
	}
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
	if !generated(d.state) {
		return
	}
	if prune := o.Text("spec", "prune"); prune != "true" {
		d.unpruned("spec", "prune")
	}
	if o.Text("spec", "wait") == "true" {
		d.waits(schemas.Warning, "an abort waits until what it aborts is healthy, or the timeout is over", "wait: false", "spec", "wait")
	}
}
