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
	have, found, err := f.generated()
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
	return changes, found, nil
}

// Create writes a file that is not there yet.
func (f *Folder) Create(name string, data []byte) error {
	if err := f.root.MkdirAll(filepath.FromSlash(path.Dir(name)), 0o777); err != nil {
		return fmt.Errorf("create %s: %w", f.Shown(path.Dir(name)), bare(err))
	}
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
	f.rendered = nil
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
