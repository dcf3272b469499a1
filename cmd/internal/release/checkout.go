package release

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/structure"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// checkout is what a verb starts from: the Releases and rendered/ as they are
// committed, so that what a killed process left in the work tree does not count,
// and a draft neither. Where no Release is committed it is what is on disk.
type checkout struct {
	load.Loaded
	repo    git.Repo
	path    string            // of the manifests, if they are elsewhere
	head    string            // the commit; "" where nothing is committed
	texts   map[string][]byte // the files that hold Releases
	tree    overlay.Tree      // rendered/
	reader  *overlay.Reader   // of it
	release *schemas.Release  // the one the verb is about; nil: all, or it is not there
	set     string            // the ReleaseSet that the verb is about, as its releases move together
	members []*schemas.Release

	present func() (cluster.State, []schemas.Finding) // what rendered/ makes an agent apply
	around  func() *around                            // the same by release
	owned   func() map[string][]overlay.File          // the files of rendered/ by release
	points  func() pointers                           // where releases stand
	judge   *structure.Judge
	past    past
}

// Close releases the folder and the repository.
func (co checkout) Close() {
	if co.Folder != nil {
		co.Loaded.Close()
	}
	co.repo.Close()
}

// readCheckout reads a folder. The caller closes it if there is no error.
func readCheckout(in load.Input, dir, name string, stdin io.Reader) (checkout, error) {
	co := checkout{path: in.Path}
	repo, ok, err := repoOf(in, dir)
	if ok {
		co.repo = repo
		co.head, _ = repo.Head("HEAD")
	}
	if err == nil {
		err = co.committed()
	}
	if err == nil {
		in.Writes, in.Texts = true, co.texts
		co.Loaded, err = in.Read(dir, stdin)
	}
	if err == nil {
		err = co.choose(name)
	}
	if err == nil {
		err = co.rendered()
	}
	if err != nil {
		co.Close()
	}
	if err == nil {
		co.once()
	}
	return co, err
}

// repoOf finds the repository of a folder; where many are looked at, the one that they share.
func repoOf(in load.Input, dir string) (git.Repo, bool, error) {
	if in.Fleet != nil {
		return in.Fleet.Open(dir)
	}
	return git.Open(dir)
}

// once makes what is worked out of the tree at most once, whichever release is asked
// about.
func (co *checkout) once() {
	co.judge = structure.NewJudge(co.In.Rules)
	co.past = past{map[string]pointers{}, map[[2]string]residence{}}
	co.owned = sync.OnceValue(co.tree.Owned)
	tree := co.tree
	co.points = sync.OnceValue(func() pointers { return pointersIn(tree) })
	here := *co
	co.present = sync.OnceValues(func() (cluster.State, []schemas.Finding) { return here.state(here.tree.Source, here.tree.Clusters()) })
	co.around = sync.OnceValue(func() *around { return newAround(here.tree, here.reader, here.router(), here.Shown) })
}

// stands are the stages at which releases stand.
func (co checkout) stands() map[string]string { return co.points().stages }

// fileOf is where a Release stands, below the folder.
func fileOf(r *schemas.Release) string { return path.Base(r.File()) }

// committed reads the files of HEAD that hold Releases. Without any, nothing of
// the folder is committed, whatever else HEAD has.
func (co *checkout) committed() error {
	if co.head == "" {
		return nil
	}
	texts, err := co.repo.Entries(co.head, ".", folder.MayHold)
	maps.DeleteFunc(texts, func(_ string, text []byte) bool { return !folder.IsOurs(text) })
	if len(texts) == 0 {
		co.head = ""
		return err
	}
	co.texts = texts
	return err
}

// rendered reads what is rendered, and the snapshots in it.
func (co *checkout) rendered() error {
	if co.head == "" {
		co.texts = map[string][]byte{}
		for _, r := range co.In.Releases {
			co.texts[fileOf(r)], _ = co.Folder.Read(fileOf(r))
		}
		tree, err := co.Folder.Tree()
		co.tree, co.reader = tree, overlay.NewReader(tree.Source)
		return err
	}
	co.tree = overlay.Tree{}
	if err := co.repo.Files(co.tree, co.head, overlay.Root); err != nil {
		return err
	}
	co.reader = overlay.NewReader(co.tree.Source)
	co.In.Snapshots = map[string]workload.Snapshots{}
	for _, r := range co.In.Releases {
		if co.release != nil && !slices.Contains(co.subjects(), r) {
			continue
		}
		kept, found := readSnapshots(co.reader, r.Metadata.Name)
		for i := range found {
			found[i].File = co.Shown(found[i].File)
		}
		co.In.Snapshots[r.Metadata.Name], co.Found = kept, append(co.Found, found...)
	}
	return nil
}

// everyRelease is no name: a verb looks at all of them.
const everyRelease = "*"

// choose finds the Release that a verb is about.
func (co *checkout) choose(name string) error {
	names := co.names()
	only := len(names) == 1
	for file := range co.texts {
		only = only && !co.broken(file) // it may hold another one
	}
	if only && name == "" {
		name = names[0]
	}
	co.about(name, co.In.Releases)
	switch {
	case co.release != nil || name == everyRelease || schemas.Failed(co.Found):
		return nil
	case name == "":
		return fmt.Errorf("several releases are here; --release: one of %s", strings.Join(names, ", "))
	case co.head != "":
		return NoRelease(name, "committed here", co.offered())
	}
	return NoRelease(name, "here", co.offered())
}

// NoRelease is the error of a name that none of these has.
func NoRelease(name, where string, offered []string) error {
	slices.Sort(offered)
	return fmt.Errorf("no release %q is %s; --release: one of %s", name, where, strings.Join(slices.Compact(offered), ", "))
}

// offered are the names that a verb takes: of releases, and of sets that move together.
func (co checkout) offered() []string {
	names := co.names()
	for _, r := range co.In.Releases {
		names = append(names, r.Metadata.Name)
	}
	return names
}

// names are what moves by itself: a release, or a set that moves together.
func (co checkout) names() []string {
	var names []string
	for _, r := range co.In.Releases {
		names = append(names, cmp.Or(r.Set(), r.Metadata.Name))
	}
	slices.Sort(names)
	return slices.Compact(names) // a copy is no other release
}

// about makes a verb one about a release, or about all that move together with it. A set
// has a name too.
func (co *checkout) about(name string, all []*schemas.Release) {
	co.release, co.set, co.members = called(name, all), "", nil
	if co.release != nil {
		co.set = co.release.Set()
	} else if i := slices.IndexFunc(all, func(r *schemas.Release) bool { return name != "" && r.Set() == name }); i >= 0 {
		co.release, co.set = all[i], name
	}
	if co.set == "" {
		return
	}
	for _, r := range all {
		if r.Set() == co.set && r.File() == co.release.File() {
			co.members = append(co.members, r)
		}
	}
	slices.SortStableFunc(co.members, func(a, b *schemas.Release) int { return cmp.Compare(a.Metadata.Name, b.Metadata.Name) })
	co.release = co.members[0]
}

// name is that of the release.
func (co checkout) name() string { return co.release.Metadata.Name }

// called is what the verb is about: the release, or the set.
func (co checkout) called() string { return cmp.Or(co.set, co.name()) }

// subjects are the releases that the verb is about.
func (co checkout) subjects() []*schemas.Release {
	if co.set != "" {
		return co.members
	}
	return []*schemas.Release{co.release}
}

// on is the checkout as a verb about one release alone has it.
func (co checkout) on(r *schemas.Release) checkout {
	co.release, co.set, co.members = r, "", nil
	return co
}

// stood is where the subjects stand, in words.
func (co checkout) stood() string {
	var all []string
	for _, r := range co.subjects() {
		at := co.stands()[r.Metadata.Name]
		if co.set != "" {
			at = r.Metadata.Name + " at " + at
		}
		all = append(all, at)
	}
	return schemas.And(all)
}

// seen is where the release stands and what it says, as one text.
func (co checkout) seen() string {
	var b strings.Builder
	for _, r := range co.subjects() {
		b.WriteString(co.stands()[r.Metadata.Name] + " of " + r.Spec.Live + "; ")
	}
	return b.String() + string(co.texts[fileOf(co.release)])
}

// snapshots are what the tracks of a release in a tree were made from.
func snapshots(tree overlay.Tree, release string) workload.Snapshots {
	kept, _ := readSnapshots(overlay.NewReader(tree.Source), release)
	return kept
}

func readSnapshots(reader *overlay.Reader, release string) (workload.Snapshots, []schemas.Finding) {
	kept := workload.Snapshots{}
	var found []schemas.Finding
	for _, track := range schemas.TrackNames {
		objects, more := reader.Snapshot(release, track)
		kept[track], found = objects, append(found, more...)
	}
	return kept, found
}

// generate makes a release of the folder, changed. kept are the snapshots of
// its tracks; nil: those of the checkout.
func (co checkout) generate(r *schemas.Release, kept workload.Snapshots) (generators.Release, []schemas.Finding) {
	in := co.In
	in.Only, in.Releases = r, slices.Clone(in.Releases)
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
		return generators.Release{}, found
	}
	return out.Releases[i], found
}

// router is how routes are read.
func (co checkout) router() cluster.Router {
	return cluster.Router{Providers: co.In.Providers, Classes: co.In.Classes, Judge: co.judge}
}

// state is what a tree makes the agents of some clusters apply.
func (co checkout) state(source overlay.Source, clusters []string) (cluster.State, []schemas.Finding) {
	objects, found := overlay.NewReader(source).Live(clusters)
	found = shownAs(co.Shown, objects, found)
	return cluster.NewState(co.router(), objects), found
}

// treeOf are the files of a release as they would be rendered.
func treeOf(r generators.Release) overlay.Tree {
	tree := overlay.Tree{}
	for _, f := range overlay.Own(r) {
		tree[f.Path] = f.Data
	}
	return tree
}

// stale lists the files of the release that are not as they would be rendered
// now, but for live/.
func (co checkout) stale(want []overlay.File) []string {
	var names []string
	wanted := map[string]bool{}
	for _, f := range want {
		wanted[f.Path] = true
		if !bytes.Equal(f.Data, co.tree[f.Path]) {
			names = append(names, f.Path)
		}
	}
	for _, f := range co.owned()[co.name()] {
		if !wanted[f.Path] {
			names = append(names, f.Path)
		}
	}
	return names
}

// staleFinding: what is rendered is not what would be.
func (co checkout) staleFinding(files []string) schemas.Finding {
	return schemas.Finding{
		File: co.Shown(overlay.Root), ID: "stale",
		Message: fmt.Sprintf("%d files are not what would be rendered, %s first", len(files), co.Shown(files[0])),
		Hint:    "cutover render, and commit that first: a change of stage is a commit of its own",
	}
}

func (co checkout) dirtyFinding(name string) schemas.Finding {
	return schemas.Finding{
		File: co.Shown(name), ID: "dirty", Message: "has changes that are not committed",
		Hint: "commit or stash them: what goes out is what is in Git",
	}
}

// below reports whether a path lies in a folder.
func below(name, dir string) bool { return strings.HasPrefix(name, dir+"/") }

// called is the Release of a name, nil if there is none.
func called(name string, all []*schemas.Release) *schemas.Release {
	i := slices.IndexFunc(all, func(r *schemas.Release) bool { return r.Metadata.Name == name })
	if i < 0 {
		return nil
	}
	return all[i]
}

// broken reports whether something is wrong with what a file says.
func (co checkout) broken(file string) bool {
	return slices.ContainsFunc(co.Found, func(f schemas.Finding) bool { return f.Severity == schemas.Error && f.File == co.Shown(file) })
}

// parsed are the Releases in the text of a file that are not broken. whole is false if
// something is wrong with the text.
func (co checkout) parsed(name string, text []byte) (all []*schemas.Release, whole bool) {
	docs, found := schemas.Documents(co.Shown(name), text)
	for _, doc := range docs {
		if doc.Mine() {
			releases, more := schemas.Parse(doc, route.Decoding(co.In.Providers))
			all, found = append(all, releases...), append(found, more...)
		}
	}
	return all, !schemas.Failed(found)
}
