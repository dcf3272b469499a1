package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"sync"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// ground is what a verb starts from: the Releases and rendered/ as they are
// committed, so that what a killed process left in the work tree does not count,
// and a draft neither. Where no Release is committed it is what is on disk.
type ground struct {
	loaded
	repo    git.Repo
	path    string            // of the manifests, if they are elsewhere
	head    string            // the commit; "" where nothing is committed
	texts   map[string][]byte // the files that hold Releases
	tree    overlay.Tree      // rendered/
	release *schemas.Release  // the one the verb is about

	present func() (verify.State, []schemas.Finding) // what rendered/ makes an agent apply
}

// Close releases the folder and the repository.
func (g ground) Close() {
	if g.Folder != nil {
		g.loaded.Close()
	}
	g.repo.Close()
}

// ground reads a folder. The caller closes it if there is no error.
func (in input) ground(dir, name string, stdin io.Reader) (ground, error) {
	g := ground{path: in.path}
	open := git.Open
	if in.fleet != nil {
		open = in.fleet.Open
	}
	repo, ok, err := open(dir)
	if ok {
		g.repo = repo
		g.head, _ = repo.Head("HEAD")
	}
	if err == nil {
		err = g.committed()
	}
	if err == nil {
		in.writes, in.texts = true, g.texts
		g.loaded, err = in.read(dir, stdin)
	}
	if err == nil {
		err = g.rendered()
	}
	if err == nil {
		err = g.choose(name)
	}
	if err != nil {
		g.Close()
	}
	here := g
	g.present = sync.OnceValues(func() (verify.State, []schemas.Finding) { return here.state(here.tree) })
	return g, err
}

// fileOf is where a Release stands, below the folder.
func fileOf(r *schemas.Release) string { return path.Base(r.File()) }

// committed reads the files of HEAD that hold Releases. Without any, nothing of
// the folder is committed, whatever else HEAD has.
func (g *ground) committed() error {
	if g.head == "" {
		return nil
	}
	texts, err := g.repo.Entries(g.head, ".", folder.MayHold)
	maps.DeleteFunc(texts, func(_ string, text []byte) bool { return !folder.IsOurs(text) })
	if len(texts) == 0 {
		g.head = ""
		return err
	}
	g.texts = texts
	return err
}

// rendered reads what is rendered, and the snapshots in it.
func (g *ground) rendered() error {
	if g.head == "" {
		g.texts = map[string][]byte{}
		for _, r := range g.in.Releases {
			g.texts[fileOf(r)], _ = g.Folder.Read(fileOf(r))
		}
		tree, err := g.Folder.Tree()
		g.tree = tree
		return err
	}
	g.tree = overlay.Tree{}
	if err := g.repo.Files(g.tree, g.head, overlay.Root); err != nil {
		return err
	}
	g.in.Snapshots = map[string]workload.Snapshots{}
	for _, r := range g.in.Releases {
		kept, found := readSnapshots(g.tree, r.Metadata.Name)
		for i := range found {
			found[i].File = g.Shown(found[i].File)
		}
		g.in.Snapshots[r.Metadata.Name], g.found = kept, append(g.found, found...)
	}
	return nil
}

// everyRelease is no name: a verb looks at all of them.
const everyRelease = "*"

// choose finds the Release that a verb is about.
func (g *ground) choose(name string) error {
	var names []string
	for _, r := range g.in.Releases {
		names = append(names, r.Metadata.Name)
	}
	slices.Sort(names)
	names = slices.Compact(names) // a copy is no other release
	only := len(names) == 1
	for file := range g.texts {
		only = only && !g.broken(file) // it may hold another one
	}
	if only && name == "" {
		name = names[0]
	}
	g.release = called(name, g.in.Releases)
	switch {
	case g.release != nil || name == everyRelease || schemas.Failed(g.found):
		return nil
	case name == "":
		return fmt.Errorf("several releases are here; --release: one of %s", list(names))
	}
	if g.head != "" {
		return fmt.Errorf("no release %q is committed here; --release: one of %s", name, list(names))
	}
	return fmt.Errorf("no release %q is here; --release: one of %s", name, list(names))
}

// name is that of the release.
func (g ground) name() string { return g.release.Metadata.Name }

// snapshots are what the tracks of a release in a tree were made from.
func snapshots(tree overlay.Tree, release string) workload.Snapshots {
	kept, _ := readSnapshots(tree, release)
	return kept
}

func readSnapshots(tree overlay.Tree, release string) (workload.Snapshots, []schemas.Finding) {
	kept := workload.Snapshots{}
	var found []schemas.Finding
	for _, track := range schemas.TrackNames {
		objects, more := overlay.Snapshot(tree.Source, release, track)
		kept[track], found = objects, append(found, more...)
	}
	return kept, found
}

// generate makes everything with one Release changed. kept are the snapshots of
// its tracks; nil: those of the ground.
func (g ground) generate(r *schemas.Release, kept workload.Snapshots) (generators.Output, generators.Release, []schemas.Finding) {
	in := g.in
	in.Releases = slices.Clone(in.Releases)
	for i, other := range in.Releases {
		if other.Metadata.Name == r.Metadata.Name && other.File() == r.File() {
			in.Releases[i] = r
		}
	}
	if kept != nil {
		in.Snapshots = maps.Clone(in.Snapshots)
		in.Snapshots[r.Metadata.Name] = kept
	}
	out, found := generators.Generate(in)
	i := slices.IndexFunc(out.Releases, func(o generators.Release) bool { return o.Release == r })
	if i < 0 {
		return out, generators.Release{}, found
	}
	return out, out.Releases[i], found
}

// state is what a tree makes an agent apply.
func (g ground) state(tree overlay.Tree) (verify.State, []schemas.Finding) {
	objects, found := overlay.Read(tree.Source, overlay.Live)
	for i := range objects {
		objects[i].File = g.Shown(objects[i].File)
	}
	for i := range found {
		found[i].File = g.Shown(found[i].File)
	}
	return verify.NewState(verify.Router{Providers: g.in.Providers, Classes: g.in.Classes}, objects), found
}

// treeOf is rendered/ as it would be rendered.
func treeOf(out generators.Output) overlay.Tree {
	tree := overlay.Tree{}
	for _, f := range overlay.Files(out) {
		tree[f.Path] = f.Data
	}
	return tree
}

// stale lists the files of the release that are not as they would be rendered
// now, but for live/.
func (g ground) stale(want overlay.Tree) []string {
	dir := overlay.Root + "/" + g.name()
	var names []string
	for _, f := range want.Below(dir) {
		if !bytes.Equal(f.Data, g.tree[f.Path]) {
			names = append(names, f.Path)
		}
	}
	for _, f := range g.tree.Below(dir) {
		if _, ok := want[f.Path]; !ok {
			names = append(names, f.Path)
		}
	}
	return names
}
