package agent

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Advice says what agents are told that does not change what is applied, and yet keeps
// stages or aborts from the cluster, or lets them be undone there: beside [Delivery],
// for those who set an agent up. some is whether any of them leads to dir.
func Advice(agents []kube.Object, dir string, s cluster.State) (found []schemas.Finding, some bool) {
	for _, o := range agents {
		d := delivery{o, s, nil}
		led := false
		switch {
		case o.Is("argoproj.io", "Application"):
			led = d.advise(dir, always, "spec")
		case o.Is("argoproj.io", "ApplicationSet"):
			led = d.advise(dir, d.fills(), "spec", "template", "spec")
		case o.Is("kustomize.toolkit.fluxcd.io", "Kustomization") && reaches(fluxPath(o), dir, always):
			led = true
			d.healthChecks()
		}
		found, some = append(found, d.found...), some || led
	}
	return found, some
}

// warn adds what keeps a commit from the cluster, or lets it be undone there.
func (d *delivery) warn(id, message, hint string, field ...string) {
	f := d.agent.Find(id, message, hint, field...)
	f.Severity = schemas.Warning
	d.found = append(d.found, f)
}

// advise looks at an Application, and reports whether it leads to dir.
func (d *delivery) advise(dir string, fill filler, at ...string) bool {
	spec := d.agent.Get(at...)
	led := reaches(kube.Text(spec, "source", "path"), dir, fill) || reaches(kube.Text(spec, "sourceHydrator", "syncSource", "path"), dir, fill)
	for _, source := range kube.Items(spec, "sources") {
		led = led || reaches(kube.Text(source, "path"), dir, fill)
	}
	if led {
		d.automation(at...)
		d.drift(at...)
		d.updater()
	}
	return led
}

// automation looks at who syncs, and on which commit.
func (d *delivery) automation(at ...string) {
	automated := d.agent.Get(below(at, "syncPolicy", "automated")...)
	switch {
	case automated == nil || kube.Text(automated, "enabled") == "false":
		d.warn("agent-manual", "a commit reaches the cluster when somebody syncs, an abort too; promote counts from the commit",
			"automated: {prune: true, selfHeal: true}", below(at, "syncPolicy", "automated")...)
		return
	case kube.Text(automated, "selfHeal") != "true":
		d.warn("agent-drift", "what is changed in the cluster by hand, or by another controller, stays: weights that nobody committed",
			"selfHeal: true", below(at, "syncPolicy", "automated", "selfHeal")...)
	}
	retry := below(at, "syncPolicy", "retry")
	if d.agent.Text(below(retry, "refresh")...) != "true" && d.agent.Text(below(retry, "limit")...) != "0" {
		d.warn("agent-late", "a sync that fails is tried again with the same commit, five times by default: an abort waits behind what it aborts",
			"retry: {limit: 5, refresh: true}", below(retry, "refresh")...)
	}
}

// drift are differences that Argo CD does not see, and so does not heal. Where it does
// not apply them either, policy says so.
func (d *delivery) drift(at ...string) {
	for i, n := range kube.Items(d.agent.Node, below(at, "ignoreDifferences")...) {
		for _, o := range d.state.Objects {
			if (d.state.Router.Routing(o) || o.Is("", "Service")) && ignores(n, o) {
				d.warn("agent-drift", fmt.Sprintf("a difference in %s is not seen, and not healed", o.ID),
					"leave it out: what is rendered is what the API server stores", below(at, "ignoreDifferences", fmt.Sprint(i))...)
				break
			}
		}
	}
}

// images is the annotation by which Argo CD Image Updater (v1.0) is told which images
// it is to follow; it writes them into the Application, or into .argocd-source.
const images = "argocd-image-updater.argoproj.io/image-list"

// updater looks for a program that sets images of the tracks.
func (d *delivery) updater() {
	list := d.agent.Text("metadata", "annotations", images)
	for _, word := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		name := cluster.BareImage(word[strings.Index(word, "=")+1:])
		i := slices.IndexFunc(d.state.Pods, func(p cluster.Pods) bool { return runsImage(p.Workload, name) })
		if i >= 0 {
			d.say(fmt.Sprintf("lets Image Updater replace image %s in %s, on both tracks at once", name, d.state.Pods[i].Workload.ID),
				"metadata", "annotations", images)
		}
	}
}

// healthChecks looks for pods that Flux waits for before it looks at the next commit.
func (d *delivery) healthChecks() {
	for i, n := range kube.Items(d.agent.Node, "spec", "healthChecks") {
		for _, p := range d.state.Pods {
			w := p.Workload
			if w.Kind == kube.Text(n, "kind") && w.Name == kube.Text(n, "name") && w.Text("metadata", "labels", workload.ReleaseLabel) != "" {
				d.waits(schemas.Warning, fmt.Sprintf("an abort waits until %s is healthy, or the timeout is over: it may be what is aborted", w.ID),
					"name no pods of a release there", "spec", "healthChecks", fmt.Sprint(i))
			}
		}
	}
}
