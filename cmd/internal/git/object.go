package git

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"os/exec"
	"path"
	"strings"
	"sync"
)

// reader is one git that hands out objects as long as it is asked: a process for
// each would cost more than all else.
type reader struct {
	dir string

	mu   sync.Mutex
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	dead error
}

// object is what a name stands for: nothing if ok is false.
type object struct {
	id, kind string
	data     []byte
}

func (r *reader) start() error {
	if r.cmd != nil || r.dead != nil {
		return r.dead
	}
	r.cmd = exec.Command("git", "cat-file", "--batch")
	r.cmd.Dir = r.dir
	var out io.ReadCloser
	if r.in, r.dead = r.cmd.StdinPipe(); r.dead == nil {
		out, r.dead = r.cmd.StdoutPipe()
	}
	if r.dead == nil {
		r.dead = r.cmd.Start()
	}
	r.out = bufio.NewReader(out)
	return r.dead
}

func (r *reader) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd != nil && r.dead == nil {
		_ = r.in.Close()
		_ = r.cmd.Wait()
		r.dead = io.ErrClosedPipe
	}
}

// object reads the object of a name. ok is false if there is none.
func (r *reader) object(name string) (o object, ok bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if strings.ContainsRune(name, '\n') {
		return o, false, nil
	}
	if err := r.start(); err != nil {
		return o, false, fmt.Errorf("git cat-file: %w", err)
	}
	fail := func(err error) (object, bool, error) {
		r.dead = fmt.Errorf("git cat-file: %w", err)
		return object{}, false, r.dead
	}
	if _, err := io.WriteString(r.in, name+"\n"); err != nil {
		return fail(err)
	}
	line, err := r.out.ReadString('\n')
	if err != nil {
		return fail(err)
	}
	size := 0
	if n, _ := fmt.Sscanf(line, "%s %s %d", &o.id, &o.kind, &size); n != 3 {
		return object{}, false, nil // missing, or ambiguous
	}
	o.data = make([]byte, size+1)
	if _, err := io.ReadFull(r.out, o.data); err != nil {
		return fail(err)
	}
	o.data = o.data[:size]
	return o, true, nil
}

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
