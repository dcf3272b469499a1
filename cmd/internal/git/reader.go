package git

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
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
	r.out = bufio.NewReaderSize(out, 64<<10)
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
	err = r.objects([]string{name}, func(_ int, read object) error {
		o, ok = read, true
		return nil
	})
	return o, ok, err
}

// objects reads the objects of names, and calls one with each that is there, by its place
// among the names. All are asked for at once: git is never waited for while it waits for
// the next name.
func (r *reader) objects(names []string, one func(i int, o object) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.start(); err != nil {
		return fmt.Errorf("git cat-file: %w", err)
	}
	asked := make(chan error, 1)
	go func() { asked <- r.ask(names) }()
	var err error
	for i, name := range names {
		if strings.ContainsRune(name, '\n') {
			continue // was not asked for
		}
		o, ok, dead := r.next()
		if dead != nil {
			_ = r.in.Close()
			r.dead = fmt.Errorf("git cat-file: %w", errors.Join(dead, <-asked))
			return r.dead
		}
		if ok && err == nil { // the rest has to be read, whatever is said of this one
			err = one(i, o)
		}
	}
	if dead := <-asked; dead != nil && r.dead == nil {
		r.dead = fmt.Errorf("git cat-file: %w", dead)
		err = r.dead
	}
	return err
}

// ask writes the names that git can be asked for.
func (r *reader) ask(names []string) error {
	w := bufio.NewWriter(r.in)
	for _, name := range names {
		if !strings.ContainsRune(name, '\n') {
			_, _ = w.WriteString(name)
			_ = w.WriteByte('\n')
		}
	}
	return w.Flush()
}

// next reads one answer: "id kind size", the object and a line feed; or one line that
// says that it is missing, or the name ambiguous.
func (r *reader) next() (o object, ok bool, err error) {
	line, err := r.out.ReadString('\n')
	if err != nil {
		return o, false, err
	}
	f := strings.Fields(line)
	if len(f) != 3 {
		return o, false, nil
	}
	size, err := strconv.Atoi(f[2])
	if err != nil {
		return o, false, nil
	}
	data := make([]byte, size+1)
	if _, err := io.ReadFull(r.out, data); err != nil {
		return o, false, err
	}
	return object{f[0], f[1], data[:size:size]}, true, nil
}
