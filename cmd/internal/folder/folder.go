package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cutoverdev/cutover/cmd/internal/build"
	"github.com/cutoverdev/cutover/schemas"
)

// Folder is a folder that holds Releases.
type Folder struct {
	dir  string // as the user named it
	root *os.Root

	rendered *rendered // nil: not read yet, or written since
}

// rendered is what stands under rendered/, read once: snapshots, comparing and
// verifying all ask for it, and a system call costs more than a parsed line.
type rendered struct {
	files  map[string][]byte // regular files
	others []string          // what is no regular file, by name
	found  []schemas.Finding // about rendered/ itself
	err    error
}

// Open opens a folder.
func Open(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", dir, bare(err))
	}
	return &Folder{dir: filepath.Clean(dir), root: root}, nil
}

// Close releases the folder.
func (f *Folder) Close() error { return f.root.Close() }

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

// escapes reports whether [os.Root] refused a path; the error has no name of its own.
func escapes(err error) bool { return err != nil && bare(err).Error() == "path escapes from parent" }

func (f *Folder) escaped(name string) schemas.Finding {
	return schemas.Finding{
		File: f.Shown(name), ID: "path-escapes", Message: "is a link that leads out of the folder",
		Hint: "put the file itself here, or name the other place with --input",
	}
}

// bare is an error without the operation and path that os puts before it.
func bare(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// Exists reports whether something stands under a name.
func (f *Folder) Exists(name string) bool {
	_, err := f.root.Lstat(filepath.FromSlash(name))
	return err == nil
}
