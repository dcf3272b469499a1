package folder

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/build"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Base is the folder with the user's own manifests.
const Base = "base"

// Source says where manifests come from.
type Source struct {
	Path    string    // a file, a folder or a kustomization; empty: base/, or the folder itself
	Stdin   io.Reader // read in place of Path if it is "-"
	Classes map[string]string
	Tree    *Folder // where rendered/ stands; nil: in the folder itself

	// Committed are the files with Releases as a commit has them, by name. They
	// are read in place of those on disk, and a Release that is on disk alone is
	// a draft, which nobody reads. nil: what is on disk counts.
	Committed map[string][]byte
}

// Load reads Releases and manifests. Findings are about what is in the files;
// an error is about reading them.
func (f *Folder) Load(src Source) (generators.Input, []schemas.Finding, error) {
	in := generators.Input{Providers: routers.Table, Classes: src.Classes}
	docs, found, err := f.documents(src.Committed, f.loose(src))
	if err != nil {
		return in, nil, err
	}
	var loose []schemas.Document
	for _, doc := range docs {
		if !doc.Mine() {
			loose = append(loose, doc)
			continue
		}
		releases, more := schemas.Parse(doc, route.Decoding(in.Providers))
		in.Releases, found = append(in.Releases, releases...), append(found, more...)
	}
	objects, more, err := f.manifests(src, loose)
	if err != nil {
		return in, nil, err
	}
	in.Objects = objects
	if src.Committed != nil {
		return in, slices.Concat(found, more), nil // so are the snapshots
	}
	tree := f
	if src.Tree != nil {
		tree = src.Tree
	}
	snapshots, unreadable := tree.snapshots(in.Releases)
	in.Snapshots = snapshots
	return in, slices.Concat(found, more, unreadable), nil
}

// snapshots reads what the tracks of releases were made from.
func (f *Folder) snapshots(releases []*schemas.Release) (map[string]workload.Snapshots, []schemas.Finding) {
	all := map[string]workload.Snapshots{}
	var found []schemas.Finding
	for _, r := range releases {
		kept, reader := workload.Snapshots{}, overlay.NewReader(f.read)
		for _, track := range schemas.TrackNames {
			objects, more := reader.Snapshot(r.Metadata.Name, track)
			kept[track], found = f.shown(objects, more), append(found, more...)
		}
		all[r.Metadata.Name] = kept
	}
	return all, found
}

// loose reports whether the manifests are the files of the folder itself: where they
// come from elsewhere, what stands beside the Releases is for others, as the agent's
// own Application is, and the pipeline's jobs.
func (f *Folder) loose(src Source) bool {
	info, err := f.root.Stat(Base)
	return src.Path == "" && (err != nil || !info.IsDir()) && !build.Is(f.dir)
}

// documents are those of the YAML files, and manifests in JSON, that stand in the
// folder itself, with the Releases as they are committed, if they are. Unless all of them are wanted,
// they are those of files with Releases.
func (f *Folder) documents(committed map[string][]byte, all bool) ([]schemas.Document, []schemas.Finding, error) {
	entries, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", f.dir, bare(err))
	}
	names := slices.Collect(maps.Keys(committed))
	for _, e := range entries {
		if _, ok := committed[e.Name()]; !ok && !e.IsDir() && (MayHold(e.Name()) || all && f.manifestJSON(e.Name())) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	var docs []schemas.Document
	var found []schemas.Finding
	for _, name := range names {
		data, ok := committed[name]
		if !ok {
			var refused []schemas.Finding
			data, refused, err = f.text(name)
			if err != nil {
				return nil, nil, err
			}
			found = append(found, refused...)
			if ours := IsOurs(data); ours && committed != nil || !ours && !all {
				continue
			}
		}
		more, findings := schemas.Documents(f.Shown(name), data)
		docs, found = append(docs, more...), append(found, findings...)
	}
	return docs, found, nil
}

// manifests reads the user's objects: from where src says, else from base/,
// else from a kustomization or the loose documents of the folder itself.
func (f *Folder) manifests(src Source, loose []schemas.Document) ([]kube.Object, []schemas.Finding, error) {
	switch {
	case src.Path == "-":
		data, err := build.ReadLimited(src.Stdin)
		if err != nil {
			return nil, nil, fmt.Errorf("read standard input: %w", err)
		}
		objects, found := kube.Parse("<stdin>", data)
		for _, o := range objects {
			if build.IsSecret(o) {
				found = append(found, build.Unwritten(o, "it comes from standard input, and from no file"))
			}
		}
		return objects, found, nil
	case src.Path != "":
		return f.from(src.Path)
	}
	objects, found := kube.Objects(loose)
	info, err := f.root.Stat(Base)
	switch {
	case escapes(err):
		return nil, []schemas.Finding{f.escaped(Base)}, nil
	case err == nil && info.IsDir():
		return f.base()
	case build.Is(f.dir):
		return f.from(f.dir)
	}
	return objects, found, nil
}

// from reads manifests from a path outside of the folder's own layout.
func (f *Folder) from(name string) ([]kube.Object, []schemas.Finding, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", name, bare(err))
	}
	switch {
	case !info.IsDir():
		data, ok := build.ReadFile(filepath.ToSlash(name))
		if !ok {
			return nil, nil, fmt.Errorf("read %s: not a readable file", name)
		}
		objects, found := kube.Parse(filepath.ToSlash(name), data)
		return objects, found, nil
	case build.Is(name):
		objects, found := build.Build(name, Repository(name))
		return without(objects), found, nil
	case len(clustersIn(name)) > 0:
		objects, found := ofClusters(name)
		return objects, found, nil
	}
	other, err := Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer other.Close()
	return other.walk(".")
}

// base reads base/: a kustomization, or all the manifests in it.
func (f *Folder) base() ([]kube.Object, []schemas.Finding, error) {
	dir := filepath.Join(f.dir, Base)
	if build.Is(dir) {
		objects, found := build.Build(dir, Repository(f.dir))
		return objects, found, nil
	}
	return f.walk(Base)
}

// orders reports whether a folder holds Kustomizations of Flux's. What Flux reads itself
// it reads as Flux does: a kustomization below it is built (fluxcd/pkg/kustomize v1.22).
func (f *Folder) orders(dir string) bool {
	entries, err := fs.ReadDir(f.root.FS(), dir)
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		if !isYAML(e.Name()) {
			return false
		}
		data, ok := f.read(path.Join(dir, e.Name()))
		return ok && bytes.Contains(data, []byte("kustomize.toolkit.fluxcd.io/"))
	})
}

// walk reads all the YAML files below a folder, and manifests in JSON, in order of
// their paths.
func (f *Folder) walk(dir string) ([]kube.Object, []schemas.Finding, error) {
	var objects []kube.Object
	var found []schemas.Finding
	var files, lost []string // manifests; kustomizations below a folder that is none
	err := fs.WalkDir(f.root.FS(), dir, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("read %s: %w", f.Shown(name), bare(err))
		case e.IsDir() && name != dir && f.orders(dir) && build.Is(f.Shown(name)):
			built, more := build.Build(f.Shown(name), Repository(f.dir))
			objects, found = append(objects, built...), append(found, more...)
			return fs.SkipDir
		case e.IsDir() || !isYAML(name) && !f.manifestJSON(name):
			return nil
		}
		if slices.Contains(build.Names, path.Base(name)) {
			lost = append(lost, name)
			return nil
		}
		files = append(files, name)
		docs, findings, err := f.parse(name)
		if err != nil {
			return err
		}
		more, others := kube.Objects(docs)
		objects, found = append(objects, more...), slices.Concat(found, findings, others)
		return nil
	})
	return objects, append(found, f.lost(dir, files, lost)...), err
}

// lost says of kustomizations below a folder that is none what that folder may be: one
// that has all that is read without it.
func (f *Folder) lost(dir string, files, lost []string) []schemas.Finding {
	var resources []string
	below := func(name string) bool {
		return slices.ContainsFunc(lost, func(k string) bool { return strings.HasPrefix(name, path.Dir(k)+"/") && name != k })
	}
	for _, name := range slices.Sorted(slices.Values(slices.Concat(files, lost))) {
		switch {
		case below(name):
		case slices.Contains(lost, name):
			resources = append(resources, strings.TrimPrefix(path.Dir(name), dir+"/"))
		default:
			resources = append(resources, strings.TrimPrefix(name, dir+"/"))
		}
	}
	var found []schemas.Finding
	for _, name := range lost {
		found = append(found, schemas.Finding{
			File: f.Shown(name), ID: "kustomization", Message: "is a kustomization below a folder that is none: one of them is meant",
			Hint: fmt.Sprintf("%s/kustomization.yaml with resources: [%s]", dir, strings.Join(resources, ", ")),
		})
	}
	return found
}

// Reader reads kustomizations below rendered/, see [overlay.Reader].
type Reader struct {
	folder *Folder
	reader *overlay.Reader
}

// Rendered is a reader of what is on disk.
func (f *Folder) Rendered() Reader { return Reader{f, overlay.NewReader(f.read)} }

// Read reads a kustomization.
func (r Reader) Read(dir string) ([]kube.Object, []schemas.Finding) {
	objects, found := r.reader.Read(dir)
	return r.folder.shown(objects, found), found
}

// Live reads what the agents of some clusters apply, see [overlay.Reader.Live].
func (r Reader) Live(clusters []string) ([]kube.Object, []schemas.Finding) {
	objects, found := r.reader.Live(clusters)
	return r.folder.shown(objects, found), found
}

// shown names files as findings print them.
func (f *Folder) shown(objects []kube.Object, found []schemas.Finding) []kube.Object {
	for i := range found {
		found[i].File = f.Shown(found[i].File)
	}
	for i := range objects {
		objects[i].File = f.Shown(objects[i].File)
	}
	return objects
}
