package release

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/stage"
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
	if co.set != "" {
		return p.all(co)
	}
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

// all moves a set on to its next stage.
func (p *promote) all(co checkout) (move, []schemas.Finding, error) {
	g, found := co.group("promote")
	if schemas.Failed(found) {
		return move{}, found, nil
	}
	at, _ := g.At()
	if at.Name == "stable" {
		return move{}, []schemas.Finding{co.release.Find("not-under-way", "spec.stage", "no release is under way",
			"cutover start begins one")}, nil
	}
	to, ok := g.Stage(at.Next)
	switch {
	case p.Stage != "":
		if to, ok = g.Stage(p.Stage); !ok {
			return move{}, nil, fmt.Errorf("no stage %q of ReleaseSet %s; cutover plan lists them", p.Stage, g.Name)
		}
		if to.Name == at.Name {
			return move{}, nil, fmt.Errorf("the releases stand at %s already", to.Name)
		}
	case !ok:
		to = stage.Joint{Name: "stable"}
	}
	ahead := g.ahead(at, to)
	for i := range g.parts {
		m := &g.parts[i]
		m.ahead = ahead
		if p.Resume {
			next := *m.want
			next.Spec.Paused, m.resumes = nil, true
			m.want = &next
		}
		found = append(found, g.promoted(co, i, to)...)
	}
	if schemas.Failed(found) {
		return move{}, found, nil
	}
	m, found := g.move(co, at.Name, to.Name)
	m.resumes, m.ahead = p.Resume, ahead
	return m, found, nil
}
