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
	err = r.entries(o, wants, func(name string, o object) error {
		if o.kind == "blob" {
			files[name] = o.data
		}
		return nil
	})
	return files, err
}

// Files adds the regular files below a folder at a revision to those given.
func (r Repo) Files(files map[string][]byte, rev, dir string) error {
	o, ok, err := r.read.object(rev + ":" + r.full(dir))
	if err != nil || !ok || o.kind != "tree" {
		return err
	}
	return r.walk(files, o, dir)
}

// walk reads the tree of a folder, and those below it.
func (r Repo) walk(files map[string][]byte, tree object, dir string) error {
	return r.entries(tree, func(string) bool { return true }, func(name string, o object) error {
		at := path.Join(dir, name)
		if o.kind == "tree" {
			return r.walk(files, o, at)
		}
		files[at] = o.data
		return nil
	})
}

// entries calls one with what is wanted of a tree, but for links and submodules.
// An entry is "mode name", a zero byte and the id in binary.
func (r Repo) entries(tree object, wants func(name string) bool, one func(name string, o object) error) error {
	for rest := tree.data; len(rest) > 0; {
		head, tail, ok := bytes.Cut(rest, []byte{0})
		mode, name, _ := strings.Cut(string(head), " ")
		n := len(tree.id) / 2
		if !ok || len(tail) < n {
			return fmt.Errorf("git cat-file: tree %s is cut short", tree.id)
		}
		id := hex.EncodeToString(tail[:n])
		rest = tail[n:]
		if !strings.HasPrefix(mode, "100") && mode != "40000" || !wants(name) {
			continue // a link, or a submodule
		}
		o, ok, err := r.read.object(id)
		if err == nil && ok {
			err = one(name, o)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
