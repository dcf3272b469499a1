package release

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// Abort takes every request from the candidate of the release in a folder; called
// again, it ends the release. It returns [report.ErrFindings] if there is nothing to
// abort, or the requests have not drained yet, and the reason is printed.
func Abort(dir string, o Options) error {
	v := life{Options: o, aborts: true}
	return v.run(dir, v.abort)
}

func (v *life) abort(co checkout) (move, []schemas.Finding, error) {
	m := move{verb: "abort"}
	at, ok := co.stands()[co.name()]
	if !ok {
		at = co.release.Spec.Stage
	}
	if at == "stable" {
		return m, []schemas.Finding{co.release.Find("not-under-way", "spec.stage", "no release is under way: there is nothing to abort", "")}, nil
	}
	r, found, err := co.lastPlan(at)
	if err != nil || schemas.Failed(found) {
		return m, found, err
	}
	m.was, m.release = r, r
	m.from, ok = r.Stage(at)
	if !ok {
		return m, []schemas.Finding{co.staleFinding([]string{overlay.StageDir(co.name(), at)})}, nil
	}
	name := m.from.Abort
	if m.from.Twin {
		name, m.hold = m.from.Next, m.from.Hold
	}
	if name == "" {
		return m, []schemas.Finding{co.release.Find("no-way-back", "spec.stage",
			at+" is past the last stage that can be aborted: the old version's pods are gone", "cutover rollback starts them again")}, nil
	}
	m.to, _ = r.Stage(name)
	if file := co.unmade(name); file != "" {
		return m, []schemas.Finding{co.staleFinding([]string{file})}, nil
	}
	p, err := v.history(co, max(m.from.Hold, m.from.Drain))
	if err != nil {
		return m, nil, err
	}
	drain := co.drained(m, p)
	m.drains = drain >= m.hold && drain > 0 && drain == m.from.Drain && m.from.Candidate != ""
	m.hold = max(m.hold, drain)
	m.neverRefused = m.hold == 0
	m.want = with(co.release, name)
	m.want.Spec.Paused = pausedAfter(co.release.Spec.Paused, at+v.reason, name)
	if _, found := co.edited(m.want); len(found) > 0 { // nothing but a pause is given up for an abort
		m.want.Spec.Paused = co.release.Spec.Paused
		m.line = co.restaged(at, name)
		if m.line == nil && co.broken(fileOf(co.release)) {
			return m, co.Found, nil
		}
	}
	m, found = co.pointer(m)
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
