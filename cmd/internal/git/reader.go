package git

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
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

// object is what a name stands for: nothing if ok is false.
type object struct {
	id, kind string
	data     []byte
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
