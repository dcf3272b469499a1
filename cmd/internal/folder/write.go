package folder

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// Change is what writing would do to one file.
type Change struct {
	Path string // below the folder
	Verb string // create, update or delete
	data []byte
}

// Changes compares files with what is on disk under rendered/. A file there
// that cutover did not write is a finding, and is in nobody's way to be lost.
func (f *Folder) Changes(files []overlay.File) ([]Change, []schemas.Finding, error) {
	have, found, err := f.rendered()
	if err != nil {
		return nil, nil, err
	}
	var changes []Change
	for _, file := range files {
		old, there := have[file.Path]
		delete(have, file.Path)
		switch {
		case !there:
			changes = append(changes, Change{file.Path, "create", file.Data})
		case !bytes.Equal(old, file.Data):
			changes = append(changes, Change{file.Path, "update", file.Data})
		}
	}
	for name := range have {
		changes = append(changes, Change{name, "delete", nil})
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return changes, schemas.Sort(found), nil
}

// rendered reads the generated files on disk, and reports the others.
func (f *Folder) rendered() (map[string][]byte, []schemas.Finding, error) {
	have := map[string][]byte{}
	var found []schemas.Finding
	if info, err := f.root.Lstat(overlay.Root); errors.Is(err, fs.ErrNotExist) {
		return have, nil, nil
	} else if err == nil && !info.IsDir() {
		what, hint := "is a file", "move it away: cutover makes a folder of this name"
		if info.Mode()&fs.ModeSymlink != 0 {
			what, hint = "is a link", "remove the link: cutover writes into a folder of its own"
		}
		found := f.foreign(overlay.Root, what)
		found.Hint = hint
		return nil, []schemas.Finding{found}, nil
	}
	err := fs.WalkDir(f.root.FS(), overlay.Root, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("read %s: %w", f.Shown(name), bare(err))
		case e.IsDir():
			return nil
		case !e.Type().IsRegular():
			found = append(found, f.foreign(name, "is not a regular file"))
			return nil
		case isTemporary(name):
			have[name] = nil // left by a process that was killed
			return nil
		}
		data, err := f.root.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read %s: %w", f.Shown(name), bare(err))
		}
		if !bytes.HasPrefix(data, []byte(overlay.Header)) {
			found = append(found, f.foreign(name, "was not written by cutover"))
			return nil
		}
		have[name] = data
		return nil
	})
	return have, found, err
}

func (f *Folder) foreign(name, what string) schemas.Finding {
	return schemas.Finding{
		File: f.Shown(name), ID: "foreign-file", Message: what, Hint: "move it out of " + overlay.Root + "/, which is generated as a whole",
	}
}

// Create writes a file that is not there yet.
func (f *Folder) Create(name string, data []byte) error {
	file, err := f.root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("create %s: %w", f.Shown(name), bare(err))
	}
	_, err = file.Write(data)
	if err := errors.Join(err, file.Close()); err != nil {
		_ = f.root.Remove(filepath.FromSlash(name)) // half of it
		return fmt.Errorf("write %s: %w", f.Shown(name), bare(err))
	}
	return nil
}

// Write carries changes out. All new content is on disk under other names
// before the first file is replaced, and live/ is replaced last.
func (f *Folder) Write(changes []Change) error {
	err := f.stageFiles(changes)
	if err == nil {
		err = f.replace(changes)
	}
	if err != nil {
		f.discard(changes)
		return err
	}
	return f.remove(changes)
}

func tempName(name string) string { return path.Join(path.Dir(name), temporary+path.Base(name)) }

func (f *Folder) stageFiles(changes []Change) error {
	for _, c := range changes {
		if c.Verb == "delete" {
			continue
		}
		if err := f.root.MkdirAll(filepath.FromSlash(path.Dir(c.Path)), 0o777); err != nil {
			return fmt.Errorf("make %s: %w", f.Shown(path.Dir(c.Path)), bare(err))
		}
		if err := f.root.WriteFile(filepath.FromSlash(tempName(c.Path)), c.data, f.mode(c.Path)); err != nil {
			return fmt.Errorf("write %s: %w", f.Shown(c.Path), bare(err))
		}
	}
	return nil
}

// replace puts the new content in place: live/ after the rest of rendered/, and
// the Releases after that.
func (f *Folder) replace(changes []Change) error {
	rank := func(c Change) int {
		switch {
		case strings.HasPrefix(c.Path, overlay.Live+"/"):
			return 1
		case !strings.HasPrefix(c.Path, overlay.Root+"/"):
			return 2
		}
		return 0
	}
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b Change) int { return rank(a) - rank(b) })
	for _, c := range sorted {
		if c.Verb == "delete" {
			continue
		}
		if err := f.root.Rename(filepath.FromSlash(tempName(c.Path)), filepath.FromSlash(c.Path)); err != nil {
			return fmt.Errorf("write %s: %w", f.Shown(c.Path), bare(err))
		}
	}
	return nil
}

// discard removes what is left of an attempt that failed.
func (f *Folder) discard(changes []Change) {
	for _, c := range changes {
		if c.Verb != "delete" {
			_ = f.root.Remove(filepath.FromSlash(tempName(c.Path)))
		}
	}
}

// remove deletes what is no longer generated, and folders that are left empty.
func (f *Folder) remove(changes []Change) error {
	for _, c := range changes {
		if c.Verb != "delete" {
			continue
		}
		err := f.root.Remove(filepath.FromSlash(c.Path))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // what a killed process left may have been in the way, and be replaced
			return fmt.Errorf("delete %s: %w", f.Shown(c.Path), bare(err))
		}
		for dir := path.Dir(c.Path); dir != overlay.Root && dir != "."; dir = path.Dir(dir) {
			if f.root.Remove(filepath.FromSlash(dir)) != nil {
				break // not empty
			}
		}
	}
	return nil
}

// Counted says how many files were written.
func Counted(changes []Change) string {
	count := map[string]int{}
	for _, c := range changes {
		count[c.Verb]++
	}
	if len(changes) == 0 {
		return "up to date"
	}
	return fmt.Sprintf("%d files created, %d updated, %d deleted", count["create"], count["update"], count["delete"])
}

// mode is that of the file a new one takes the place of.
func (f *Folder) mode(name string) os.FileMode {
	if info, err := f.root.Stat(filepath.FromSlash(name)); err == nil {
		return info.Mode().Perm()
	}
	return 0o666
}
