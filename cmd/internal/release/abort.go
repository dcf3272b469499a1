package release

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators"
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
	if co.set != "" {
		return v.abortAll(co)
	}
	m, found, err := v.abortTo(co, "")
	if err != nil || m.want == nil || schemas.Failed(found) {
		return m, found, err
	}
	if _, found := co.edited(m.want); len(found) > 0 { // nothing but a pause is given up for an abort
		m.want.Spec.Paused = co.release.Spec.Paused
		m.line = co.restaged(m.from.Name, m.to.Name)
		if m.line == nil && co.broken(fileOf(co.release)) {
			return m, co.Found, nil
		}
	}
	return m, found, nil
}

// abortTo is the abort of one release: to a stage, or to where its plan says.
func (v *life) abortTo(co checkout, to string) (move, []schemas.Finding, error) {
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
	name := cmp.Or(to, m.from.Abort)
	if m.from.Twin {
		name, m.hold = cmp.Or(to, m.from.Next), m.from.Hold
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

// abortAll takes every request from the candidates of a set, or ends its release.
func (v *life) abortAll(co checkout) (move, []schemas.Finding, error) {
	g := group{Set: generators.Set{Name: co.set}}
	var at []string
	for _, r := range co.members {
		stands, ok := co.stands()[r.Metadata.Name]
		if !ok {
			stands = r.Spec.Stage
		}
		one, found, err := co.on(r).planThere(stands)
		if err != nil || schemas.Failed(found) {
			return move{}, found, err
		}
		m := move{verb: "abort", was: one, release: one, want: r}
		if m.from, ok = one.Stage(stands); !ok {
			return m, []schemas.Finding{co.staleFinding([]string{overlay.StageDir(r.Metadata.Name, stands)})}, nil
		}
		m.to = m.from
		at = append(at, stands)
		g.Members, g.parts = append(g.Members, one), append(g.parts, m)
	}
	if !slices.ContainsFunc(at, func(s string) bool { return s != "stable" }) {
		return move{}, []schemas.Finding{co.release.Find("not-under-way", "spec.stage",
			"no release is under way: there is nothing to abort", "")}, nil
	}
	g.JointPlan = generators.Joined(g.Set)
	to, ok := g.Back(at)
	if !ok {
		return move{}, []schemas.Finding{co.release.Find("no-way-back", "spec.stage",
			"the set has "+co.stood()+", past the last stage that can be aborted: the old versions' pods are gone",
			"cutover rollback starts them again")}, nil
	}
	free := false
	for i, r := range co.members {
		if to[i] == at[i] {
			g.parts[i].want = ended(r, to)
			continue
		}
		m, found, err := v.abortTo(co.on(r), to[i])
		if err != nil || schemas.Failed(found) {
			return m, found, err
		}
		free = free || m.neverRefused && m.from.Loaded()
		g.parts[i] = m
	}
	if free { // nobody waits for another's pods
		for i := range g.parts {
			g.parts[i].neverRefused = true
		}
	}
	m, found := g.move(co, g.named(at), g.named(to))
	m.neverRefused = !slices.ContainsFunc(g.parts, func(m move) bool { return !m.neverRefused && m.from.Name != m.to.Name })
	return m, found, nil
}

// ended is a member that an abort does not move: the pause of an abort before ends with
// the release of the set.
func ended(r *schemas.Release, to []string) *schemas.Release {
	if slices.ContainsFunc(to, func(s string) bool { return s != "stable" }) {
		return r
	}
	next := *r
	next.Spec.Paused = pausedAfter(r.Spec.Paused, "", "stable")
	return &next
}
