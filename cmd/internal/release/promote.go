package release

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// Promotion says where promote leads.
type Promotion struct {
	Stage  string // the stage to go to; "": the next one
	Resume bool   // take spec.paused away and go on
}

// Promote moves the release in a folder on to its next stage. Past the last one it
// ends it: the candidate is live then. It returns [report.ErrFindings] if it is
// refused and the reasons are printed.
func Promote(dir string, o Options, p Promotion) error {
	v := promote{life{Options: o}, p}
	return v.run(dir, v.decide)
}

type promote struct {
	life
	Promotion
}

func (p *promote) decide(co checkout) (move, []schemas.Finding, error) {
	m, found := co.standing("promote")
	if schemas.Failed(found) {
		return m, found, nil
	}
	if m.from.Name == "stable" {
		return m, []schemas.Finding{co.release.Find("not-under-way", "spec.stage", "no release is under way", "cutover start begins one")}, nil
	}
	if p.Resume {
		next := *co.release
		next.Spec.Paused = nil
		co.release = &next
		m.resumes = true
	}
	name := p.Stage
	if name == "" {
		name = m.from.Next
	}
	if name == "" {
		m, found = co.closing(m)
		return m, found, nil
	}
	to, ok := m.was.Stage(name)
	if !ok {
		return m, nil, fmt.Errorf("no stage %q; cutover plan lists them", name)
	}
	if to.Name == m.from.Name {
		return m, nil, fmt.Errorf("the release stands at %s already", name)
	}
	m.to, m.want = to, with(co.release, name)
	if co.release.Adopting() && !m.want.Adopting() { // the stages before stable go
		m, found = co.ending(m)
		return m, found, nil
	}
	m, found = co.pointer(m)
	return m, found, nil
}

// standing is a move from where the release stands, provided that it stands
// there as it would be rendered.
func (co checkout) standing(verb string) (move, []schemas.Finding) {
	m := move{verb: verb}
	if schemas.Failed(co.Found) {
		return m, co.Found
	}
	out, r, found := co.generate(co.release, nil)
	if schemas.Failed(found) {
		return m, found
	}
	if files := co.stale(treeOf(out)); len(files) > 0 {
		return m, []schemas.Finding{co.staleFinding(files)}
	}
	m.was, m.release = r, r
	m.from, _ = r.Stage(co.release.Spec.Stage)
	m.hold = m.from.Hold
	if at, ok := co.tree.Stands(co.name()); !ok || at != m.from.Name && co.head != "" {
		return m, []schemas.Finding{co.staleFinding([]string{overlay.LiveFile})}
	}
	return m, nil
}

// closing ends a release.
func (co checkout) closing(m move) (move, []schemas.Finding) {
	m.want = co.release.Closed()
	return co.ending(m)
}

// ending goes to stable of a Release that has other stages than before.
func (co checkout) ending(m move) (move, []schemas.Finding) {
	var out generators.Output
	var found []schemas.Finding
	out, m.release, found = co.generate(m.want, nil)
	if schemas.Failed(found) {
		return m, found
	}
	m.to = m.release.Stages[0]
	return co.whole(m, out), nil
}
