package release

import (
	"bytes"
	"maps"
	"reflect"
	"slices"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// Running finds edits of Releases that would change the stage at which their
// release stands in the repository, or its way back. Every stage of a plan is
// proven, and the way from one to the next; from a stage of one plan to that of
// another there is no way: with live turned round, shift-20 is 80 percent for a
// version that had 20. A folder in no repository has nothing under way; nor is
// render refused where there is no git to ask.
func Running(l load.Loaded, repo git.Repo) []schemas.Finding {
	co := checkout{Loaded: l, repo: repo}
	head, ok := repo.Head("HEAD")
	if !ok {
		return nil
	}
	live, err := co.liveAt(head)
	texts, failed := repo.Entries(head, ".", folder.MayHold)
	if err != nil || failed != nil {
		return nil
	}
	maps.DeleteFunc(texts, func(name string, text []byte) bool { // what nobody has edited turns nothing
		now, there := l.Read(name)
		return there && bytes.Equal(now, text)
	})
	stands := pointersIn(live).stages
	committed := co.byName(texts)
	var found []schemas.Finding
	for _, r := range l.In.Releases {
		at := stands[r.Metadata.Name]
		was := committed[r.Metadata.Name]
		if at != "" && at != "stable" && was != nil && co.turns(was, r, at) {
			found = append(found, runningFinding(was, r, at))
		}
	}
	return found
}

// byName are the Releases that files have.
func (co checkout) byName(texts map[string][]byte) map[string]*schemas.Release {
	all := map[string]*schemas.Release{}
	for _, name := range slices.Sorted(maps.Keys(texts)) { // a copy is no other release
		releases, _ := co.parsed(name, texts[name])
		for _, r := range releases {
			all[r.Metadata.Name] = r
		}
	}
	return all
}

// turns reports whether a Release, edited, makes something else of the stage
// where it stands. What its manifests change is the same on both sides, and none
// of its business. The end of a release is no edit of it: at stable, or with the
// roles changed after retire.
func (co checkout) turns(was, is *schemas.Release, at string) bool {
	ends := is.Spec.Stage == "stable" || schemas.Retired(at) && is.Spec.Live == was.Candidate()
	if ends || reflect.DeepEqual(was.Spec, is.Spec) {
		return false
	}
	before, ok := co.stagesAt(was, at)
	after, still := co.stagesAt(is, at)
	return ok && still && !bytes.Equal(before, after)
}

// stagesAt are the objects of the stage where a Release stands, and of the one
// that abort leads to, but for jobs and monitoring: requests hang on none, one that has
// failed is run again by an edit, and bounds are made better when they turn out wrong. ok is false where there is no such stage.
func (co checkout) stagesAt(r *schemas.Release, at string) (objects []byte, ok bool) {
	made, found := co.generate(with(r, at), nil)
	s, ok := made.Stage(at)
	if schemas.Failed(found) || !ok {
		return nil, false
	}
	made.Jobs, made.Monitoring = nil, nil
	for i := range made.Stages {
		made.Stages[i].Standing = nil
	}
	objects = kube.Stream(nil, made.Objects(s))
	if back, ok := made.Stage(s.Abort); ok {
		objects = kube.Stream(objects, made.Objects(back))
	}
	return objects, true
}

func runningFinding(was, is *schemas.Release, at string) schemas.Finding {
	field, what := "spec", "edited"
	switch {
	case was.Spec.Live != is.Spec.Live:
		field, what = "spec.live", is.Spec.Live+" in the place of "+was.Spec.Live
	case !reflect.DeepEqual(was.Spec.Traffic, is.Spec.Traffic):
		field = "spec.traffic"
	case !reflect.DeepEqual(was.Spec.Strategy, is.Spec.Strategy):
		field = "spec.strategy"
	}
	return is.Find("edit-running", field, what+" while a release runs: "+at+", where it stands, or the way back from there, would be another",
		"undo it, and edit at stable: promote leads there, and abort")
}
