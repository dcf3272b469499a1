package folder

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/build"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// onDisk reads rendered/, or gives what was read before.
func (f *Folder) onDisk() *rendered {
	if f.rendered != nil {
		return f.rendered
	}
	r := &rendered{files: map[string][]byte{}}
	f.rendered = r
	info, err := f.root.Lstat(overlay.Root)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err == nil && !info.IsDir():
		r.others, r.found = []string{overlay.Root}, []schemas.Finding{f.notFolder(info)}
	default:
		r.err = f.below(r, f.root, overlay.Root, overlay.Root)
	}
	return r
}

// notFolder: something else stands in the place of rendered/.
func (f *Folder) notFolder(info fs.FileInfo) schemas.Finding {
	if info.Mode()&fs.ModeSymlink != 0 {
		found := f.foreign(overlay.Root, "is a link")
		found.Hint = "remove the link: cutover writes into a folder of its own"
		return found
	}
	found := f.foreign(overlay.Root, "is a file")
	found.Hint = "move it away: cutover makes a folder of this name"
	return found
}

// below reads the files of a folder, which is called base in the one above it, and
// those below. Each folder is opened once: a name of five parts would be five opens.
func (f *Folder) below(r *rendered, above *os.Root, base, name string) error {
	fail := func(err error) error { return fmt.Errorf("read %s: %w", f.Shown(name), bare(err)) }
	here, err := above.OpenRoot(base)
	if err != nil {
		return fail(err)
	}
	defer func() { _ = here.Close() }()
	entries, err := entriesOf(here)
	if err != nil {
		return fail(err)
	}
	for _, e := range entries {
		at := path.Join(name, e.Name())
		switch {
		case e.IsDir():
			err = f.below(r, here, e.Name(), at)
		case !e.Type().IsRegular():
			r.others = append(r.others, at)
		default:
			if r.files[at], err = contentOf(here, e.Name()); err != nil {
				err = fmt.Errorf("read %s: %w", f.Shown(at), bare(err))
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// entriesOf lists a folder in order of names.
func entriesOf(root *os.Root) ([]fs.DirEntry, error) {
	dir, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, err
}

// usual is as large as most files under rendered/ are: one read is enough.
const usual = 4 << 10

// contentOf reads a file.
func contentOf(root *os.Root, name string) ([]byte, error) {
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var first [usual]byte
	n, err := io.ReadFull(file, first[:])
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return bytes.Clone(first[:n]), nil
	}
	if err != nil {
		return nil, err
	}
	rest, err := io.ReadAll(file)
	return append(bytes.Clone(first[:]), rest...), err
}

// Read is a file of the folder. ok is false if it is not there.
func (f *Folder) Read(name string) (data []byte, ok bool) {
	if f.rendered == nil {
		return f.readFile(name) // whoever asks for one does not ask for all
	}
	return f.read(name)
}

// read is Read.
func (f *Folder) read(name string) (data []byte, ok bool) {
	if !strings.HasPrefix(name, overlay.Root+"/") {
		return f.readFile(name)
	}
	r := f.onDisk()
	if r.err != nil || len(r.others) > 0 {
		return f.readFile(name) // a link may lead there
	}
	data, ok = r.files[path.Clean(name)]
	return data, ok
}

// readFile reads a file where it stands.
func (f *Folder) readFile(name string) ([]byte, bool) {
	info, err := f.root.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	file, err := f.root.Open(name)
	if err != nil {
		return nil, false
	}
	defer file.Close()
	data, err := build.ReadLimited(file)
	return data, err == nil
}

// generated are the generated files on disk, and findings about the others.
func (f *Folder) generated() (map[string][]byte, []schemas.Finding, error) {
	r := f.onDisk()
	have, found := map[string][]byte{}, slices.Clone(r.found)
	for _, name := range r.others {
		if name != overlay.Root {
			found = append(found, f.foreign(name, "is not a regular file"))
		}
	}
	for name, data := range r.files {
		switch {
		case IsTemporary(name):
			have[name] = nil // left by a process that was killed
		case bytes.HasPrefix(data, []byte(overlay.Header)):
			have[name] = data
		default:
			found = append(found, f.foreign(name, "was not written by cutover"))
		}
	}
	return have, schemas.Sort(found), r.err
}

func (f *Folder) foreign(name, what string) schemas.Finding {
	return schemas.Finding{
		File: f.Shown(name), ID: "foreign-file", Message: what, Hint: "move it out of " + overlay.Root + "/, which is generated as a whole",
	}
}
