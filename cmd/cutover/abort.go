package main

import (
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

func newAbort(now func() time.Time) *cobra.Command {
	v := life{now: now, insists: true}
	return v.command(&cobra.Command{
		Use:   "abort [DIR]",
		Short: "Take all requests from the candidate, then its pods",
		Long: `Abort moves the release in DIR to the stage at which the old version gets every
request, and changes nothing else: no pod starts or stops, nothing is rendered.
It pauses the release, so that nobody who promotes by the clock sends requests
back; cutover promote --resume goes on.
It waits for nothing and nobody: neither for a hold or a pause, nor for manifests
that have changed or are broken meanwhile. What the verifier has to say of it is
printed and refuses nothing.

Called again it goes on, a commit at a time, until the release is back at stable
and the candidate's pods are gone; each of these waits for the requests before to
have ended.`,
		Example: "  cutover abort shop --commit --push",
	}, v.abort)
}

func (v *life) abort(g ground) (move, []schemas.Finding, error) {
	m := move{verb: "abort"}
	at, ok := g.tree.Stands(g.name())
	if !ok {
		at = g.release.Spec.Stage
	}
	if at == "stable" {
		return m, []schemas.Finding{g.release.Find("not-under-way", "spec.stage", "no release is under way: there is nothing to abort", "")}, nil
	}
	r, found, err := g.lastPlan(at)
	if err != nil || schemas.Failed(found) {
		return m, found, err
	}
	m.was, m.release = r, r
	m.from, ok = r.Stage(at)
	if !ok {
		return m, []schemas.Finding{g.staleFinding([]string{overlayStage(g.name(), at)})}, nil
	}
	name := m.from.Abort
	if m.from.Twin {
		name, m.hold = m.from.Next, m.from.Hold
	}
	if name == "" {
		return m, []schemas.Finding{g.release.Find("no-way-back", "spec.stage", at+" is past the last stage that can be aborted: the old version's pods are gone", "cutover rollback starts them again")}, nil
	}
	m.to, _ = r.Stage(name)
	if _, ok := g.tree[overlayStage(g.name(), name)]; !ok {
		return m, []schemas.Finding{g.staleFinding([]string{overlayStage(g.name(), name)})}, nil
	}
	p, err := v.past(g, max(m.from.Hold, m.from.Drain))
	if err != nil {
		return m, nil, err
	}
	m.hold = max(m.hold, g.drained(m, p))
	m.eager = m.hold == 0
	m.want = with(g.release, name)
	m.want.Spec.Paused = pausedAfter(g.release.Spec.Paused, at, name)
	if _, found := g.edited(m.want); len(found) > 0 { // nothing but a pause is given up for an abort
		m.want.Spec.Paused = g.release.Spec.Paused
		m.line = g.restaged(at, name)
		if m.line == nil && g.broken(fileOf(g.release)) {
			return m, g.found, nil
		}
	}
	m, found = g.pointer(m)
	return m, found, nil
}

// aborted begins the reason that an abort pauses for.
const aborted = "aborted at "

// pausedAfter is the pause after an abort: whoever promotes by the clock must not
// send requests to what was just taken back. It ends with the release.
func pausedAfter(now *schemas.Paused, at, to string) *schemas.Paused {
	switch {
	case now == nil && to != "stable" && !slices.Contains(schemas.Adoption[:], to):
		return &schemas.Paused{Reason: aborted + at}
	case now != nil && to == "stable" && strings.HasPrefix(now.Reason, aborted):
		return nil
	}
	return now
}
