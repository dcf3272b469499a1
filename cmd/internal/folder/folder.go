// Package folder is a folder of Releases on disk: it reads what a person wrote
// there and writes rendered/ beside it.
//
// Everything goes through [os.Root], so that no path and no symbolic link leads
// out of the folder.
package folder

import (
	"errors"
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

// Folder is a folder that holds Releases.
type Folder struct {
	dir  string // as the user named it
	root *os.Root
}

// Open opens a folder.
func Open(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", dir, bare(err))
	}
	return &Folder{filepath.Clean(dir), root}, nil
}

// Close releases the folder.
func (f *Folder) Close() error { return f.root.Close() }

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
		kept := workload.Snapshots{}
		for _, track := range schemas.TrackNames {
			objects, more := overlay.Snapshot(f.read, r.Metadata.Name, track)
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

// MayHold reports whether a file of the folder may hold Releases, by its name.
func MayHold(name string) bool {
	return isYAML(name) && !isTemporary(name) && !slices.Contains(build.Names, name)
}

// parse reads one file below the folder.
func (f *Folder) parse(name string) ([]schemas.Document, []schemas.Finding, error) {
	data, found, err := f.text(name)
	if err != nil || len(found) > 0 {
		return nil, found, err
	}
	docs, found := schemas.Documents(f.Shown(name), data)
	return docs, found, nil
}

// text is that of one file below the folder.
func (f *Folder) text(name string) ([]byte, []schemas.Finding, error) {
	info, err := f.root.Stat(filepath.FromSlash(name))
	if err == nil && !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("read %s: not a regular file", f.Shown(name)) // a pipe would be waited for
	}
	file, err := f.root.Open(filepath.FromSlash(name))
	switch {
	case escapes(err):
		return nil, []schemas.Finding{f.escaped(name)}, nil
	case err != nil:
		return nil, nil, fmt.Errorf("read %s: %w", f.Shown(name), bare(err))
	}
	defer file.Close()
	data, err := build.ReadLimited(file)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", f.Shown(name), bare(err))
	}
	return data, nil, nil
}

// Shown is a file's name as findings print it.
func (f *Folder) Shown(name string) string {
	return filepath.ToSlash(filepath.Join(f.dir, filepath.FromSlash(name)))
}

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

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
	}
	other, err := Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer other.Close()
	return other.walk(".")
}

// without leaves out what belongs to this project: a kustomization may list its
// own Release.
func without(objects []kube.Object) []kube.Object {
	return slices.DeleteFunc(objects, func(o kube.Object) bool { return strings.HasPrefix(o.Group, "cutover.dev") })
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

// walk reads all the YAML files below a folder, and manifests in JSON, in order of
// their paths.
func (f *Folder) walk(dir string) ([]kube.Object, []schemas.Finding, error) {
	var objects []kube.Object
	var found []schemas.Finding
	err := fs.WalkDir(f.root.FS(), dir, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("read %s: %w", f.Shown(name), bare(err))
		case e.IsDir() || !isYAML(name) && !f.manifestJSON(name):
			return nil
		}
		if slices.Contains(build.Names, path.Base(name)) {
			found = append(found, schemas.Finding{
				File: f.Shown(name), ID: "kustomization", Message: "is a kustomization below a folder that is none: one of them is meant",
				Hint: fmt.Sprintf("%s/kustomization.yaml with resources: [%s]", dir, strings.TrimPrefix(path.Dir(name), dir+"/")),
			})
			return nil
		}
		docs, findings, err := f.parse(name)
		if err != nil {
			return err
		}
		more, others := kube.Objects(docs)
		objects, found = append(objects, more...), slices.Concat(found, findings, others)
		return nil
	})
	return objects, found, err
}

// Repository is the folder that everything a kustomization leads to must lie
// in: the nearest folder above dir that holds .git; without one, see unpacked.
func Repository(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	for at := abs; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return unpacked(dir, abs)
		}
	}
}

// unpacked is Repository where there is no repository, as with an artifact that was
// unpacked: the folder that holds rendered/, or dir itself.
func unpacked(dir, abs string) string {
	for at := abs; at != filepath.Dir(at); at = filepath.Dir(at) {
		if filepath.Base(at) == overlay.Root {
			return filepath.Dir(at)
		}
	}
	return dir
}

// Rendered reads a kustomization below rendered/ from disk.
func (f *Folder) Rendered(dir string) ([]kube.Object, []schemas.Finding) {
	objects, found := overlay.Read(f.read, dir)
	return f.shown(objects, found), found
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

func (f *Folder) read(name string) ([]byte, bool) {
	info, err := f.root.Stat(filepath.FromSlash(name))
	if err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	file, err := f.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, false
	}
	defer file.Close()
	data, err := build.ReadLimited(file)
	return data, err == nil
}

// Read is a file of the folder. ok is false if it is not there.
func (f *Folder) Read(name string) (data []byte, ok bool) { return f.read(name) }

// escapes reports whether [os.Root] refused a path; the error has no name of its own.
func escapes(err error) bool { return err != nil && bare(err).Error() == "path escapes from parent" }

func (f *Folder) escaped(name string) schemas.Finding {
	return schemas.Finding{File: f.Shown(name), ID: "path-escapes", Message: "is a link that leads out of the folder", Hint: "put the file itself here, or name the other place with --input"}
}

// bare is an error without the operation and path that os puts before it.
func bare(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}
