package main

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/schemas"
)

// adopted ends the way from plain manifests to tracks: at stable a Release has
// the stages before it no longer, so that its files are written anew.
func (g ground) adopted(m move) (move, []schemas.Finding) {
	var out generators.Output
	var found []schemas.Finding
	out, m.release, found = g.generate(m.want, nil)
	if schemas.Failed(found) {
		return m, found
	}
	m.to, _ = m.release.Stage(m.want.Spec.Stage)
	return g.whole(m, out), nil
}

// adoption says what a move between these stages does.
func (m move) adoption() string {
	live := on(m.release, m.release.Spec.Live)
	switch [2]string{m.from.Name, m.to.Name} {
	case [2]string{"plain", "beside"}:
		return fmt.Sprintf("run %s beside the workload", live)
	case [2]string{"beside", "handover"}:
		return "hand over to " + live
	case [2]string{"handover", "stable"}:
		return fmt.Sprintf("end the workload, %s is live", live)
	case [2]string{"handover", "beside"}:
		return fmt.Sprintf("hand back from %s to the workload", live)
	}
	return fmt.Sprintf("end %s, the workload runs alone", live)
}
