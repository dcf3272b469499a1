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
	if name == "-" {
		data, err := build.ReadLimited(stdin)
		if err != nil {
			return nil, nil, fmt.Errorf("read standard input: %w", err)
		}
		objects, found := kube.Parse("<stdin>", data)
		return without(objects), found, nil
	}
	revision, below, ok := strings.Cut(name, ":")
	if _, err := os.Stat(name); ok && errors.Is(err, fs.ErrNotExist) {
		return atRevision(dir, revision, below)
	}
	f := &Folder{dir: dir}
	objects, found, err := f.from(name)
	return without(objects), found, err
}

// atRevision reads from a copy of a revision. Findings name files as git does.
func atRevision(dir, revision, below string) ([]kube.Object, []schemas.Finding, error) {
	temp, err := os.MkdirTemp("", "cutover-")
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	if err := git.Export(dir, revision, temp); err != nil {
		return nil, nil, err
	}
	if err := os.Mkdir(filepath.Join(temp, ".git"), 0o777); err != nil { // where the repository ends
		return nil, nil, err
	}
	f := &Folder{dir: dir}
	objects, found, err := f.from(filepath.Join(temp, filepath.FromSlash(below)))
	if err != nil {
		return nil, nil, fmt.Errorf("%s:%s is not there", revision, below)
	}
	shown := func(file string) string {
		rest, ok := strings.CutPrefix(file, filepath.ToSlash(temp)+"/")
		if !ok {
			return file
		}
		return revision + ":" + rest
	}
	for i := range objects {
		objects[i].File = shown(objects[i].File)
	}
	for i := range found {
		found[i].File = shown(found[i].File)
		found[i].Message = strings.ReplaceAll(found[i].Message, temp+"/", revision+":")
	}
	return without(objects), found, nil
}
