package generators

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// checkTold looks at what the objects of a release tell the agent that applies
// them: every stage reaches the cluster, an abort at once, and nothing that serves
// is made anew.
func (w *work) checkTold() []schemas.Finding {
	var found []schemas.Finding
	for _, o := range w.applied() {
		found = append(found, checkApplied(o)...)
		if !slices.ContainsFunc(w.source.Scalers, func(s kube.Object) bool { return s.Key() == o.Key() }) {
			found = append(found, w.checkRemade(o)...)
		}
	}
	found = slices.Concat(found, w.checkKnown(), w.checkLeft())
	return append(found, w.checkWaves()...)
}

// applied are the objects of the user's that the stages write, or make copies of:
// the workload, what selects and scales it, and the routes.
func (w *work) applied() []kube.Object {
	all := slices.Concat([]kube.Object{w.source.Object}, w.source.Apexes, w.source.Scalers)
	return append(all, w.ownRoutes()...)
}

// ownRoutes are the routes of the user's own, each once.
func (w *work) ownRoutes() []kube.Object {
	var all []kube.Object
	for _, r := range w.routes {
		if r.Own != nil && !slices.ContainsFunc(all, func(o kube.Object) bool { return o.Key() == r.Own.Key() }) {
			all = append(all, *r.Own)
		}
	}
	return all
}

// checkKnown: what the user's own routes say is what they will say in the cluster.
func (w *work) checkKnown() []schemas.Finding {
	var found []schemas.Finding
	for _, o := range w.ownRoutes() {
		found = append(found, workload.Known(o)...)
	}
	return found
}

// told is a finding about a note of an object, which the object may accept.
func told(o kube.Object, n agent.Note, id, message, hint string) schemas.Finding {
	f := o.Find(id, message, hint, n.Path...)
	if workload.Accepts(o, id) {
		f.Severity, f.Hint = schemas.Warning, ""
	}
	return f
}

func checkApplied(o kube.Object) []schemas.Finding {
	n, _ := agent.Skips(o)
	if n.Empty() {
		return nil
	}
	return []schemas.Finding{told(o, n, "agent-changes",
		fmt.Sprintf("%s is never applied, because of %s: neither a stage nor an abort reaches the cluster", o.ID, n.Text),
		"remove that setting; an object that something else writes does not belong in a release")}
}

// checkRemade: a workload that is replaced and has an autoscaler falls to one pod.
// What is forced is deleted only if it cannot be changed, which no stage needs.
func (w *work) checkRemade(o kube.Object) []schemas.Finding {
	if n := agent.Remakes(o, kube.Object{}); !n.Empty() {
		return []schemas.Finding{told(o, n, "agent-force",
			fmt.Sprintf("%s is deleted and created again at every sync (%s): nothing answers in between", o.ID, n.Text),
			"remove that setting: nothing that answers requests needs it")}
	}
	if n := agent.Forces(o, kube.Object{}); !n.Empty() && o.Key() != w.source.Object.Key() {
		f := told(o, n, "agent-force",
			fmt.Sprintf("%s is deleted and created again if the API server refuses a change of it (%s)", o.ID, n.Text),
			"remove that setting: no stage changes a field that cannot be changed")
		f.Severity = schemas.Warning
		return []schemas.Finding{f}
	}
	return nil
}

// checkLeft: the workload of the manifests goes when its tracks have taken over.
// The tracks themselves are not told to stay.
func (w *work) checkLeft() []schemas.Finding {
	o := w.source.Object
	notes := agent.Keeps(o)
	if len(notes) == 0 || !w.release.Adopting() {
		return nil
	}
	f := told(o, notes[0], "agent-changes",
		fmt.Sprintf("%s is not deleted when the tracks take over, because of %s: its pods stay", o.ID, notes[0].Text),
		"remove that setting, or delete the object by hand once the release is at stable")
	f.Severity = schemas.Warning
	return []schemas.Finding{f}
}

// checkWaves: an abort is one commit that waits for nothing. Argo CD applies a wave
// when the one before is healthy, which a broken candidate is not (argo-cd 3.6,
// gitops-engine/pkg/sync); and while it waits, it does not begin with the next
// commit.
func (w *work) checkWaves() []schemas.Finding {
	pods := w.source.Object
	wave := agent.Wave(pods)
	var found []schemas.Finding
	for _, o := range slices.Concat(w.source.Apexes, w.ownRoutes()) {
		if at := agent.Wave(o); at > wave {
			found = append(found, told(o, agent.WaveNote(o), "agent-waits",
				fmt.Sprintf("%s is applied in wave %d, after %s in wave %d is healthy: an abort would wait for the very version that it aborts", o.ID,
					at, pods.ID, wave), "put the whole release into one wave: remove the annotation"))
		}
	}
	if made := slices.ContainsFunc(w.routes, func(r route.Route) bool { return r.Own == nil }); wave < 0 && made {
		found = append(found, told(pods, agent.WaveNote(pods), "agent-waits",
			fmt.Sprintf("%s is applied in wave %d, and the routes that are made for it in wave 0, after it is healthy: an abort would wait for "+
				"the very version that it aborts", pods.ID, wave), "put the whole release into one wave: remove the annotation"))
	}
	if len(found) > 0 {
		return found
	}
	return w.checkBehind(wave)
}

// waved are the objects that say when they are applied.
func waved(objects []kube.Object) []kube.Object {
	var all []kube.Object
	for _, o := range objects {
		if o.Get("metadata", "annotations") != nil && (agent.Wave(o) != 0 || len(agent.Phases(o)) > 0) {
			all = append(all, o)
		}
	}
	return all
}

// checkBehind warns of the first object that waits for the health of the pods.
func (w *work) checkBehind(wave int) []schemas.Finding {
	for _, o := range w.in.waved {
		n := agent.WaveNote(o)
		switch phases := agent.Phases(o); {
		case slices.Contains(phases, "PostSync"):
			n = agent.HookNote(o)
		case len(phases) > 0 || agent.Wave(o) <= wave || !kube.SameNamespace(o.Namespace, w.source.Namespace()):
			continue
		}
		f := told(o, n, "agent-waits",
			fmt.Sprintf("%s waits at every sync until %s is healthy (%s): until it is healthy or has failed, Argo CD does not start on the "+
				"commit of an abort", o.ID, w.source.Object.ID, n.Text), "remove the annotation, or move the object to another Application")
		f.Severity = schemas.Warning
		return []schemas.Finding{f}
	}
	return nil
}
