// Package golden reads test cases: one txtar file holds the input and the
// wanted output of a case, readable as a document. The first line of a file
// says what it shows.
//
// Input are the files whose names do not begin with want/; the others are
// wanted output. With -update the wanted sections are rewritten, and nothing
// else. A section that a test did not compare fails it.
package golden

import (
	"cmp"
	"flag"
	"hash/crc32"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted sections of test cases")

// Root is the folder of the project.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// Case is one test case.
type Case struct {
	Name     string // path below testdata
	archive  *txtar.Archive
	file     string
	compared map[string]bool
	changed  bool
}

// Run runs fn on every case in a folder below testdata and those below it. No
// cases fail the test.
func Run(t *testing.T, dir string, fn func(t *testing.T, c *Case)) {
	t.Helper()
	cases := Cases(t, dir)
	for _, c := range cases {
		t.Run(strings.TrimPrefix(c.Name, dir+"/"), func(t *testing.T) {
			fn(t, c)
			c.finish(t)
		})
	}
}

// Cases reads the cases in a folder below testdata and those below it.
func Cases(t testing.TB, dir string) []*Case {
	t.Helper()
	root := filepath.Join(Root(), "testdata")
	var cases []*Case
	err := filepath.WalkDir(filepath.Join(root, dir), func(file string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".txtar" {
			return err
		}
		archive, err := txtar.ParseFile(file)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, strings.TrimSuffix(file, ".txtar"))
		cases = append(cases, &Case{Name: filepath.ToSlash(name), archive: archive, file: file, compared: map[string]bool{}})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatalf("no cases in %s", dir)
	}
	return cases
}

// Files are the input files of the case, in order. A change of from.yaml is to.yaml.
// One that does not fit it panics: the case is broken.
func (c *Case) Files() []txtar.File {
	files := slices.DeleteFunc(slices.Clone(c.archive.Files), func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want/") })
	for i, f := range files {
		if f.Name != "change" {
			continue
		}
		text, err := Change(string(c.Section("from.yaml")), string(f.Data))
		if err != nil {
			panic(c.Name + ": " + err.Error())
		}
		files[i] = txtar.File{Name: "to.yaml", Data: []byte(text)}
	}
	return files
}

// Has reports whether the case has a file of that name.
func (c *Case) Has(name string) bool {
	return slices.ContainsFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == name })
}

// Section is what a file of the case holds.
func (c *Case) Section(name string) []byte {
	data, _ := c.source(name)
	return data
}

// Wanted are the names of the wanted sections, without want/.
func (c *Case) Wanted() []string {
	var names []string
	for _, f := range c.archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "want/"); ok {
			names = append(names, name)
		}
	}
	return names
}

// Want compares a wanted section with what the test got.
func (c *Case) Want(t *testing.T, name, got string) {
	t.Helper()
	c.compared[name] = true
	if got != "" && !strings.HasSuffix(got, "\n") {
		got += "\n"
	}
	i := slices.IndexFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == "want/"+name })
	switch {
	case *update && i < 0:
		c.archive.Files = append(c.archive.Files, txtar.File{Name: "want/" + name, Data: []byte(got)})
		c.changed = true
	case *update && string(c.archive.Files[i].Data) != got:
		c.archive.Files[i].Data = []byte(got)
		c.changed = true
	case *update:
	case i < 0:
		t.Errorf("%s: section want/%s is missing; got:\n%s", c.Name, name, got)
	default:
		if d := gocmp.Diff(string(c.archive.Files[i].Data), got); d != "" {
			t.Errorf("%s: want/%s (-want +got):\n%s", c.Name, name, d)
		}
	}
}

// finish fails on sections that nobody compared, and writes updates.
func (c *Case) finish(t *testing.T) {
	t.Helper()
	for _, name := range c.Wanted() {
		if !c.compared[name] {
			t.Errorf("%s: section want/%s is stale: nothing was compared with it", c.Name, name)
		}
	}
	if len(c.compared) == 0 {
		t.Errorf("%s: nothing was compared", c.Name)
	}
	if c.changed && !t.Failed() {
		if err := os.WriteFile(c.file, txtar.Format(c.archive), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// Load reads the input as a folder is read: Releases and loose objects at the
// top, manifests under base/, snapshots under rendered/.
func (c *Case) Load() (generators.Input, []schemas.Finding) {
	in := generators.Input{Providers: c.table()}
	var found []schemas.Finding
	for _, f := range c.Files() {
		if path.Ext(f.Name) != ".yaml" || strings.HasPrefix(f.Name, overlay.Root) {
			continue
		}
		docs, more := schemas.Documents(f.Name, f.Data)
		found = append(found, more...)
		for _, doc := range docs {
			if doc.Mine() {
				releases, more := schemas.Parse(doc, route.Decoding(in.Providers))
				in.Releases, found = append(in.Releases, releases...), append(found, more...)
				continue
			}
			objects, more := kube.Objects([]schemas.Document{doc})
			in.Objects, found = append(in.Objects, objects...), append(found, more...)
		}
	}
	snapshots, more := read(c.source, in.Releases)
	in.Snapshots = snapshots
	return in, append(found, more...)
}

func (c *Case) source(path string) ([]byte, bool) {
	for _, f := range c.archive.Files {
		if f.Name == path {
			return f.Data, true
		}
	}
	return nil, false
}

// read reads the snapshots of releases.
func read(source overlay.Source, releases []*schemas.Release) (map[string]workload.Snapshots, []schemas.Finding) {
	all := map[string]workload.Snapshots{}
	var found []schemas.Finding
	for _, r := range releases {
		kept := workload.Snapshots{}
		for _, track := range schemas.TrackNames {
			objects, more := overlay.NewReader(source).Snapshot(r.Metadata.Name, track)
			kept[track], found = objects, append(found, more...)
		}
		all[r.Metadata.Name] = kept
	}
	return all, found
}

// first are the routers that there were first. Findings that name routers name
// these and those the case is about, so that one more router changes no case.
var first = []string{"service", "istio", "gatewayAPI", "ingressNginx"}

func (c *Case) table() []route.Provider {
	text := string(txtar.Format(c.archive))
	return slices.DeleteFunc(slices.Clone(routers.Table), func(p route.Provider) bool {
		return !slices.Contains(first, p.Name) && !strings.Contains(text, "provider: "+p.Name)
	})
}

// Generate loads the input and generates; a finding that is an error fails the test.
func (c *Case) Generate(t testing.TB) (generators.Input, generators.Output) {
	t.Helper()
	in, found := c.Load()
	if schemas.Failed(found) {
		t.Fatalf("%s: %v", c.Name, found)
	}
	out, found := generators.Generate(in)
	if schemas.Failed(found) {
		t.Fatalf("%s: %v", c.Name, found)
	}
	return in, out
}

// Lines prints findings, a line each and one for the hint.
func Lines(found []schemas.Finding) string {
	var b strings.Builder
	for _, f := range found {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

// Releases are all the cases below testdata that hold Releases which generate.
func Releases(t testing.TB) []*Case {
	t.Helper()
	var all []*Case
	for _, dir := range []string{"tree", "traffic", "workload", "monitoring", "plan", "adopt"} {
		for _, c := range Cases(t, dir) {
			if c.Has("release.yaml") {
				all = append(all, c)
			}
		}
	}
	return all
}

// Sets are the cases below testdata/together: ReleaseSets whose Releases move as one.
func Sets(t testing.TB) []*Case {
	t.Helper()
	return Cases(t, "together")
}

// Part is how many units of work a long search does in a case. budget is how many there
// may be in all cases of a router together, or of another folder below testdata: each
// case has an equal part of it and at least one, so that a new router costs no more than
// the others. CUTOVER_SEARCH=all (make search) has no bound.
func (c *Case) Part(t testing.TB, budget int) int {
	t.Helper()
	if Exhaustive() {
		return math.MaxInt
	}
	return max(1, budget/siblings(t, c))
}

// Share are the units of work in a case that a long search does, in their order: those
// whose names have the smallest hashes, as many as [Case.Part] says. They are the same
// ones at every run.
func (c *Case) Share(t testing.TB, budget int, units []string) []string {
	t.Helper()
	part := c.Part(t, budget)
	if len(units) <= part {
		return units
	}
	hash := func(unit string) uint32 { return crc32.ChecksumIEEE([]byte(c.Name + ": " + unit)) }
	last := slices.SortedFunc(slices.Values(units), func(a, b string) int { return cmp.Compare(hash(a), hash(b)) })[part-1]
	return slices.DeleteFunc(slices.Clone(units), func(unit string) bool { return hash(unit) > hash(last) })
}

// Exhaustive reports whether long searches look at everything.
func Exhaustive() bool { return os.Getenv("CUTOVER_SEARCH") == "all" }

// siblings are how many cases there are in the folder of a case.
func siblings(t testing.TB, c *Case) int {
	t.Helper()
	n := 0
	for _, other := range Cases(t, path.Dir(c.Name)) {
		if other.Has("release.yaml") {
			n++
		}
	}
	return max(n, 1)
}

// Snapshots are those that the tree of an output holds.
func Snapshots(t testing.TB, out generators.Output) map[string]workload.Snapshots {
	t.Helper()
	var releases []*schemas.Release
	var tracks generators.Output // stages are not read
	for _, r := range out.Releases {
		releases = append(releases, r.Release)
		tracks.Releases = append(tracks.Releases, generators.Release{Release: r.Release, Tracks: r.Tracks, Jobs: r.Jobs})
	}
	files := map[string][]byte{}
	for _, f := range overlay.Files(tracks) {
		files[f.Path] = f.Data
	}
	all, found := read(func(path string) ([]byte, bool) { data, ok := files[path]; return data, ok }, releases)
	if len(found) > 0 {
		t.Fatalf("snapshots: %v", found)
	}
	return all
}

// Close generates the release that follows when this one is closed, from the
// snapshots it leaves: the roles are swapped, and the old live track is idle.
func Close(t testing.TB, in generators.Input, r generators.Release) generators.Release {
	t.Helper()
	return CloseAll(t, in, []generators.Release{r})[0]
}

// CloseAll generates what follows when all these releases are closed at once, but for those
// that have no candidate.
func CloseAll(t testing.TB, in generators.Input, releases []generators.Release) []generators.Release {
	t.Helper()
	in.Snapshots = Snapshots(t, generators.Output{Releases: releases})
	in.Releases = slices.Clone(in.Releases)
	for i, other := range in.Releases {
		at := slices.IndexFunc(releases, func(r generators.Release) bool { return r.Release == other })
		if at < 0 {
			continue
		}
		if _, ends := releases[at].Last(); ends {
			in.Releases[i] = releases[at].Closed()
		}
	}
	out, found := generators.Generate(in)
	if schemas.Failed(found) {
		t.Fatalf("closing: %v", found)
	}
	var closed []generators.Release
	for _, r := range releases {
		i := slices.IndexFunc(out.Releases, func(c generators.Release) bool { return c.File() == r.File() && c.Metadata.Name == r.Metadata.Name })
		if i < 0 {
			t.Fatal("closing: the release is gone")
		}
		closed = append(closed, out.Releases[i])
	}
	return closed
}

// New is a case that stands in no file.
func New(files []txtar.File) *Case {
	return &Case{archive: &txtar.Archive{Files: files}, compared: map[string]bool{}}
}

// Stream is the input in one piece: the files in a folder and below, without
// kustomizations, or those at the top if dir is "".
func (c *Case) Stream(dir string) []byte {
	var b []byte
	for _, f := range c.Files() {
		first, _, below := strings.Cut(f.Name, "/")
		if path.Base(f.Name) != "kustomization.yaml" && (below && first == dir || !below && dir == "") {
			b = append(append(b, "---\n"...), f.Data...)
		}
	}
	return b
}

// Long leaves a long search out of make test, which passes -short. make check runs
// it.
func Long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("a long search: make check runs it")
	}
}

// Sample is every n-th of some cases in make test, which passes -short. make check looks
// at all of them.
func Sample[T any](all []T, n int) []T {
	if !testing.Short() {
		return all
	}
	var some []T
	for i := 0; i < len(all); i += n {
		some = append(some, all[i])
	}
	return some
}

// Needs skips a test whose name mentions a program that is not here, but for CI,
// which must have it: CUTOVER_CI is set there.
func Needs(t *testing.T, name, program string) {
	t.Helper()
	if !strings.Contains(name, program) {
		return
	}
	if _, err := exec.LookPath(program); err != nil && os.Getenv("CUTOVER_CI") == "" {
		t.Skipf("%s is not here", program)
	}
}
