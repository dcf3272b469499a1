package release

import (
	"fmt"

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
