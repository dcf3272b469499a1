package release

import (
	"bytes"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// oldPlan is one by which a release may have come to where it stands.
type oldPlan struct {
	generators.Release
	fit
}

// fit says how well a plan goes with what is rendered.
type fit int

const (
	noFit     fit = iota
	unmade        // it has the stage; the way back is not there
	byName        // a folder of that name is there
	byContent     // the folders hold what the plan makes
)

// lastPlan is the plan by which the release came to where it stands: the one
// made now, if what is rendered is what it makes; else the last that did, from
// the commits since the release began. What the Release, the manifests or a
// snapshot have become since may be what is broken, and it may be another plan,
// in which a stage of the same name has other pods.
func (co checkout) lastPlan(at string) (generators.Release, []schemas.Finding, error) {
	var best oldPlan
	found := co.Found
	if !schemas.Failed(co.Found) {
		var r generators.Release
		r, found = co.generate(with(co.release, at), nil)
		best = co.fits(r, found, at)
	}
	if best.fit == byContent || co.head == "" {
		return best.Release, best.unless(found), nil
	}
	commits, err := co.repo.History(co.head, fileOf(co.release), overlay.Root+"/"+co.name(), overlay.Live)
	if err != nil {
		return generators.Release{}, nil, err
	}
	for _, c := range commits[:min(len(commits), plans)] {
		stood, _, err := co.built(c.Hash)
		if err != nil || stood == "" || stood == "stable" {
			break // another release, or none yet
		}
		r, more, err := co.planAt(c.Hash, at)
		if err != nil {
			return generators.Release{}, nil, err
		}
		then := co.fits(r, more, at)
		if then.fit > best.fit && (stood == at || then.fit == byContent) {
			best = then
		}
		if best.fit == byContent {
			break
		}
	}
	return best.Release, best.unless(found), nil
}

// fits compares a plan with what is rendered of a stage and of its way back.
func (co checkout) fits(r generators.Release, found []schemas.Finding, at string) oldPlan {
	s, ok := r.Stage(at)
	if schemas.Failed(found) || !ok {
		return oldPlan{}
	}
	back := s.Abort
	if s.Twin {
		back = s.Next
	}
	if back != "" && co.unmade(back) != "" {
		return oldPlan{r, unmade}
	}
	made := treeOf(r)
	for _, name := range []string{at, back} {
		if name != "" && !sameBelow(made, co.tree, overlay.StageDir(co.name(), name)) {
			return oldPlan{r, byName}
		}
	}
	return oldPlan{r, byContent}
}

// sameBelow reports whether two trees have the same files in a folder.
func sameBelow(a, b overlay.Tree, dir string) bool {
	files := a.Below(dir)
	for _, f := range files {
		if !bytes.Equal(b[f.Path], f.Data) {
			return false
		}
	}
	return len(files) == len(b.Below(dir))
}

// unless drops what was found where there is a plan in spite of it.
func (p oldPlan) unless(found []schemas.Finding) []schemas.Finding {
	if p.fit != noFit {
		return nil
	}
	return found
}

// planAt generates the release from the folder as it was at a commit.
func (co checkout) planAt(rev, at string) (generators.Release, []schemas.Finding, error) {
	old, found, err := co.folderAt(rev)
	if err != nil || schemas.Failed(found) {
		return generators.Release{}, found, err
	}
	for _, r := range old.In.Releases {
		if r.Metadata.Name == co.name() {
			made, found := old.generate(with(r, at), nil)
			return made, found, nil
		}
	}
	return generators.Release{}, nil, nil
}
