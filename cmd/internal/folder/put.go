package folder

import (
	"bytes"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"

	"github.com/cutoverdev/cutover/generators/overlay"
)

// Put writes files and deletes those that are nil, as Write does. What a killed
// process left on its way is cleaned up.
func (f *Folder) Put(files map[string][]byte) error {
	f.sweep()
	var changes []Change
	for _, name := range slices.Sorted(maps.Keys(files)) {
		data := files[name]
		have, there := f.readFile(name)
		switch {
		case data == nil && there:
			changes = append(changes, Change{name, "delete", nil})
		case data != nil && !there:
			changes = append(changes, Change{name, "create", data})
		case data != nil && !bytes.Equal(have, data):
			changes = append(changes, Change{name, "update", data})
		}
	}
	return f.Write(changes)
}

// sweep removes temporary files.
func (f *Folder) sweep() {
	top, _ := fs.Glob(f.root.FS(), temporary+"*")
	_ = fs.WalkDir(f.root.FS(), overlay.Root, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && IsTemporary(name) {
			top = append(top, name)
		}
		return nil
	})
	for _, name := range top {
		_ = f.root.Remove(filepath.FromSlash(name))
	}
}

// Tree is rendered/ as it is on disk.
func (f *Folder) Tree() (overlay.Tree, error) {
	files, _, err := f.generated()
	maps.DeleteFunc(files, func(name string, _ []byte) bool { return IsTemporary(name) })
	return files, err
}
