package check

import (
	"fmt"
	"path"
	"slices"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// tree is what is rendered in a folder.
type tree struct {
	judgement
	loaded   load.Loaded
	closed   []generators.Release // each once it is over
	shared   []kube.Object        // what no release owns
	together []kube.Object        // everything, at the stages where the releases stand
	sets     []generators.Set     // the releases that move together
}

func newTree(l load.Loaded, o Options, subject string) *tree {
	return &tree{judgement: judgement{o, report.Report{Subject: subject, Findings: l.Found}}, loaded: l}
}

// upToDate reports whether what is rendered is what would be: nothing else is worth
// a look.
func (t *tree) upToDate() bool {
	l := t.loaded
	if schemas.Failed(t.Findings) {
		return false
	}
	changes, found, err := l.Changes(overlay.Files(l.Out))
	t.find(found...)
	switch {
	case err != nil:
		t.find(schemas.Finding{File: l.Shown(overlay.Root), ID: schemas.Unreadable, Message: err.Error()})
	case len(changes) > 0:
		t.find(schemas.Finding{
			File: l.Shown(overlay.Root), ID: "stale",
			Message: fmt.Sprintf("%d files are not what would be rendered, %s first", len(changes), l.Shown(changes[0].Path)),
			Hint:    "cutover render",
		})
	}
	return !schemas.Failed(t.Findings)
}

// forget drops what was made: on disk is the same, and that is looked at.
func (t *tree) forget() {
	for i, r := range t.loaded.Out.Releases {
		t.loaded.Out.Releases[i] = r.Bare()
	}
}

// end is the report, in which what the generator accepts by itself is told from
// what a person has accepted in the manifests that the tree is made from.
func (t *tree) end() report.Report {
	byRef := map[schemas.Ref]kube.Object{}
	for _, o := range t.loaded.In.Objects {
		byRef[o.Find("", "", "").Object] = o
	}
	for i, f := range t.Findings {
		t.Findings[i].Expected = f.Accepted && !workload.Accepts(byRef[f.Object], f.ID)
	}
	return t.judgement.end()
}

// rendered reads a kustomization below rendered/. What stands beside a release is
// the shared objects: releases of one folder have hosts, paths and workloads of
// their own (claim-host, claim-workload), and are looked at together where they
// stand.
func (t *tree) rendered(files folder.Reader, dir string) []kube.Object {
	objects, found := files.Read(dir)
	t.find(found...)
	return objects
}

// standing is what of a release stands at a stage, in each cluster.
func (t *tree) standing(files folder.Reader, r generators.Release, stage string) []kube.Object {
	var all []kube.Object
	for _, c := range clustersOf(r) {
		all = append(all, generators.In(c, t.rendered(files, path.Join(stageDir(r, stage), c)))...)
	}
	return all
}

// clustersOf are those of a release; one without a name where there is but one.
func clustersOf(r generators.Release) []string {
	if all := r.Clusters(); all != nil {
		return all
	}
	return []string{""}
}

// close works out the releases as they are once each of them is over.
func (t *tree) close() {
	in := t.loaded.In
	in.Releases = slices.Clone(in.Releases)
	for i, r := range in.Releases {
		if r.Candidate() != "" {
			in.Releases[i] = r.Closed()
		}
	}
	over, found := generators.Generate(in)
	if schemas.Failed(found) {
		t.find(found...)
	}
	for _, r := range over.Releases {
		stable, _ := r.Stage("stable")
		r.Stages = []generators.Stage{stable} // nothing else is asked for, and there are many
		t.closed = append(t.closed, r)
	}
}

func stageDir(r generators.Release, stage string) string {
	return path.Join(overlay.Root, r.Metadata.Name, "stages", stage)
}
