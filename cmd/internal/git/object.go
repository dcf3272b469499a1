package git

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
)

// File is a file at a revision; ok is false if it is not there.
func (r Repo) File(rev, name string) (data []byte, ok bool, err error) {
	o, ok, err := r.read.object(rev + ":" + r.full(name))
	return o.data, ok && o.kind == "blob", err
}

// ID names the content of a file or folder at a revision, "" if it is not there.
func (r Repo) ID(rev, name string) (string, error) {
	o, _, err := r.read.object(rev + ":" + r.full(name))
	return o.id, err
}

// Entries are those of the regular files in a folder at a revision whose names
// are wanted, without those in folders below it.
func (r Repo) Entries(rev, dir string, wants func(name string) bool) (map[string][]byte, error) {
	files := map[string][]byte{}
	o, ok, err := r.read.object(rev + ":" + strings.TrimPrefix(r.full(dir), "."))
	if err != nil || !ok || o.kind != "tree" {
		return files, err
	}
	_, err = r.read.entries([]folder{{tree: o}}, wants, func(name string, data []byte) { files[name] = data })
	return files, err
}

// Files adds the regular files below a folder at a revision to those given.
func (r Repo) Files(files map[string][]byte, rev, dir string) error {
	o, ok, err := r.read.object(rev + ":" + r.full(dir))
	if err != nil || !ok || o.kind != "tree" {
		return err
	}
	all := func(string) bool { return true }
	for level := []folder{{dir, o}}; len(level) > 0; {
		level, err = r.read.entries(level, all, func(name string, data []byte) { files[name] = data })
		if err != nil {
			return err
		}
	}
	return nil
}

// folder is the tree of a folder at a revision.
type folder struct {
	dir  string
	tree object
}

// entries reads what is wanted of some folders, but for links and submodules: it calls
// file with each file, and returns the folders in them.
func (r *reader) entries(of []folder, wants func(name string) bool, file func(name string, data []byte)) ([]folder, error) {
	var names, ids []string
	for _, f := range of {
		err := f.tree.list(func(name, id string) {
			if wants(name) {
				names, ids = append(names, path.Join(f.dir, name)), append(ids, id)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	var below []folder
	err := r.objects(ids, func(i int, o object) error {
		switch o.kind {
		case "tree":
			below = append(below, folder{names[i], o})
		case "blob":
			file(names[i], o.data)
		}
		return nil
	})
	return below, err
}

// list calls one with the files and folders of a tree, but for links and submodules. An
// entry is "mode name", a zero byte and the id in binary.
func (o object) list(one func(name, id string)) error {
	n := len(o.id) / 2
	for rest := o.data; len(rest) > 0; {
		head, tail, ok := bytes.Cut(rest, []byte{0})
		mode, name, _ := strings.Cut(string(head), " ")
		if !ok || len(tail) < n {
			return fmt.Errorf("git cat-file: tree %s is cut short", o.id)
		}
		if strings.HasPrefix(mode, "100") || mode == "40000" {
			one(name, hex.EncodeToString(tail[:n]))
		}
		rest = tail[n:]
	}
	return nil
}
