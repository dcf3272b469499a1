package main

import (
	"fmt"
	"time"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// promote holds the flags of the verb.
type promote struct {
	life
	stage  string
	resume bool
}

func newPromote(now func() time.Time) *cobra.Command {
	p := promote{life: life{now: now}}
	c := p.command(&cobra.Command{
		Use:   "promote [DIR]",
		Short: "Move a release on to its next stage, or end it",
		Long: `Promote moves the release in DIR to the next stage: one line of the Release and
live/ change, and nothing else. Past the last stage it closes the release: the
candidate is live then, and the old track is free.

It refuses as long as the stage has not stood for its hold, while the Release is
paused, if what is rendered is not up to date, and if the commit would drop
requests: from where the release stands, or from any stage that an agent which
skips commits may still be at. Without --commit it writes the files and leaves
the commit to you.`,
		Example: `  cutover promote shop --commit --push
  kubectl get all,httproute -n shop -o yaml | cutover promote shop --observed - --commit`,
	}, p.decide)
	c.Flags().StringVar(&p.stage, "stage", "", "the stage to go to (default: the next one)")
	c.Flags().BoolVar(&p.resume, "resume", false, "take spec.paused away and go on")
	return c
}

func (p *promote) decide(g ground) (move, []schemas.Finding, error) {
	m, found := g.standing("promote")
	if schemas.Failed(found) {
		return m, found, nil
	}
	if m.from.Name == "stable" {
		return m, []schemas.Finding{g.release.Find("not-under-way", "spec.stage", "no release is under way", "cutover start begins one")}, nil
	}
	if p.resume {
		next := *g.release
		next.Spec.Paused = nil
		g.release = &next
		m.resumes = true
	}
	name := p.stage
	if name == "" {
		name = m.from.Next
	}
	if name == "" {
		m, found = g.closing(m)
		return m, found, nil
	}
	to, ok := m.was.Stage(name)
	if !ok {
		return m, nil, fmt.Errorf("no stage %q; cutover plan lists them", name)
	}
	if to.Name == m.from.Name {
		return m, nil, fmt.Errorf("the release stands at %s already", name)
	}
	m.to, m.want = to, with(g.release, name)
	if g.release.Adopting() && !m.want.Adopting() { // the stages before stable go
		m, found = g.ending(m)
		return m, found, nil
	}
	m, found = g.pointer(m)
	return m, found, nil
}

// standing is a move from where the release stands, provided that it stands
// there as it would be rendered.
func (g ground) standing(verb string) (move, []schemas.Finding) {
	m := move{verb: verb}
	if schemas.Failed(g.found) {
		return m, g.found
	}
	out, r, found := g.generate(g.release, nil)
	if schemas.Failed(found) {
		return m, found
	}
	if files := g.stale(treeOf(out)); len(files) > 0 {
		return m, []schemas.Finding{g.staleFinding(files)}
	}
	m.was, m.release = r, r
	m.from, _ = r.Stage(g.release.Spec.Stage)
	m.hold = m.from.Hold
	if at, ok := g.tree.Stands(g.name()); !ok || at != m.from.Name && g.head != "" {
		return m, []schemas.Finding{g.staleFinding([]string{overlay.LiveFile})}
	}
	return m, nil
}

// closing ends a release.
func (g ground) closing(m move) (move, []schemas.Finding) {
	m.want = g.release.Closed()
	return g.ending(m)
}

// ending goes to stable of a Release that has other stages than before.
func (g ground) ending(m move) (move, []schemas.Finding) {
	var out generators.Output
	var found []schemas.Finding
	out, m.release, found = g.generate(m.want, nil)
	if schemas.Failed(found) {
		return m, found
	}
	m.to = m.release.Stages[0]
	return g.whole(m, out), nil
}
