package folder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/build"
	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// State reads the objects of a state: a kustomization, a folder or a file; - for
// standard input; or REV:path for one of them at a revision of the repository
// that holds dir. The path is that from the repository's root.
func State(dir, name string, stdin io.Reader) ([]kube.Object, []schemas.Finding, error) {
	objects, tree, found, err := StateIn(dir, name, stdin)
	tree.Close()
	return objects, found, err
}

// Tree is the repository that a state was read in, as it was then.
type Tree struct {
	root string
	copy Revision // what is closed with it
	name string   // of the revision; "": the working tree
}

// Close removes what was copied for the tree.
func (t Tree) Close() {
	if t.name != "" {
		t.copy.Close()
	}
}

// Folder reads what a folder of the tree builds, by its path from the root. ok is no if
// it builds nothing, or cannot be read.
func (t Tree) Folder(below string) (objects []kube.Object, ok bool) {
	below = filepath.FromSlash(strings.TrimLeft(filepath.ToSlash(filepath.Clean("/"+below)), "/"))
	at := filepath.Join(t.root, below)
	if info, err := os.Stat(at); err != nil || !info.IsDir() || !build.Inside(t.root, at) {
		return nil, false
	}
	f := &Folder{dir: t.root}
	objects, found, err := f.from(at)
	if err != nil || schemas.Failed(found) {
		return nil, false
	}
	for i := range objects {
		objects[i].File = strings.TrimPrefix(objects[i].File, filepath.ToSlash(t.root)+"/")
	}
	return without(objects), true
}

// StateIn is [State], with the repository that the state stands in. The caller closes
// that.
func StateIn(dir, name string, stdin io.Reader) ([]kube.Object, Tree, []schemas.Finding, error) {
	revision, below, ok := strings.Cut(name, ":")
	if _, err := os.Stat(name); ok && errors.Is(err, fs.ErrNotExist) {
		return atRevision(dir, revision, below)
	}
	here := Tree{root: Repository(name)}
	if info, err := os.Stat(name); err == nil && !info.IsDir() {
		here.root = Repository(filepath.Dir(name))
	}
	objects, found, err := present(dir, name, stdin)
	return objects, here, found, err
}

// present reads a state that is in no revision.
func present(dir, name string, stdin io.Reader) ([]kube.Object, []schemas.Finding, error) {
	if name == "-" {
		data, err := build.ReadLimited(stdin)
		if err != nil {
			return nil, nil, fmt.Errorf("read standard input: %w", err)
		}
		objects, found := kube.Parse("<stdin>", data)
		return without(objects), found, nil
	}
	f := &Folder{dir: dir}
	objects, found, err := f.from(name)
	return without(objects), found, err
}

// atRevision reads from a copy of a revision.
func atRevision(dir, revision, below string) ([]kube.Object, Tree, []schemas.Finding, error) {
	r, err := OpenRevision(dir, revision)
	if err != nil {
		return nil, Tree{}, nil, err
	}
	objects, there, found := r.at(below)
	if !there {
		r.Close()
		return nil, Tree{}, nil, fmt.Errorf("%s:%s is not there", revision, below)
	}
	return objects, Tree{root: r.copy, copy: r, name: revision}, found, nil
}

// Revision is a copy of a revision of a repository.
type Revision struct {
	name string // as the user wrote it
	root string // of the repository
	copy string
}

// OpenRevision copies a revision of the repository that holds dir. The caller
// closes it.
func OpenRevision(dir, name string) (Revision, error) {
	temp, err := os.MkdirTemp("", "cutover-")
	if err != nil {
		return Revision{}, err
	}
	r := Revision{name, Repository(dir), temp}
	err = git.Export(dir, name, temp)
	if err == nil {
		err = os.Mkdir(filepath.Join(temp, ".git"), 0o777) // where the repository ends
	}
	if err != nil {
		r.Close()
	}
	return r, err
}

// Name is the revision as the user wrote it.
func (r Revision) Name() string { return r.name }

// Close removes the copy.
func (r Revision) Close() { _ = os.RemoveAll(r.copy) }

// State reads what a path of the working tree was at the revision; there is no
// if it was not.
func (r Revision) State(name string) (objects []kube.Object, there bool, found []schemas.Finding) {
	below, ok := r.below(name)
	if !ok {
		return nil, false, nil
	}
	return r.at(below)
}

// Live lists the folders at and below dir, as the working tree names them, that
// had a rendered/live at the revision. Whether their Releases are still there does
// not matter: an agent follows the path.
func (r Revision) Live(dir string) ([]string, error) {
	top, ok := r.Path(dir)
	if !ok {
		return nil, nil
	}
	var dirs []string
	err := filepath.WalkDir(top, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("read %s of %s: %w", dir, r.name, bare(err))
		case !e.IsDir():
			return nil
		case isLive(name):
			below, err := filepath.Rel(top, name)
			if err != nil {
				return err
			}
			dirs = append(dirs, filepath.Join(dir, below))
		}
		return enter(top, name)
	})
	return dirs, err
}

// Path is where a path of the working tree is in the copy; ok is no if it was
// not there.
func (r Revision) Path(name string) (path string, ok bool) {
	below, ok := r.below(name)
	if !ok {
		return "", false
	}
	path = filepath.Join(r.copy, filepath.FromSlash(below))
	_, err := os.Stat(path)
	return path, err == nil
}

// Covers reports whether a path of the working tree lies in the repository.
func (r Revision) Covers(name string) bool {
	below, ok := r.below(name)
	return ok && filepath.IsLocal(filepath.FromSlash(below))
}

// below is a path of the working tree from the repository's root.
func (r Revision) below(name string) (string, bool) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", false
	}
	root, err := filepath.Abs(r.root)
	if err != nil {
		return "", false
	}
	below, err := filepath.Rel(root, abs)
	return filepath.ToSlash(below), err == nil
}

// at reads a path from the repository's root. Findings name files as git does.
func (r Revision) at(below string) (objects []kube.Object, there bool, found []schemas.Finding) {
	f := &Folder{dir: r.copy}
	objects, found, err := f.from(filepath.Join(r.copy, filepath.FromSlash(below)))
	if err != nil {
		return nil, false, nil
	}
	shown := func(file string) string {
		rest, ok := strings.CutPrefix(file, filepath.ToSlash(r.copy)+"/")
		if !ok {
			return file
		}
		return r.name + ":" + rest
	}
	for i := range objects {
		objects[i].File = shown(objects[i].File)
	}
	for i := range found {
		found[i].File = shown(found[i].File)
		found[i].Message = strings.ReplaceAll(found[i].Message, r.copy+"/", r.name+":")
	}
	return without(objects), true, found
}
