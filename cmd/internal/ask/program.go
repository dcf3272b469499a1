package ask

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Program is the name of the program.
const Program = "cutover-metrics"

// Asker runs the program from the first question to Close. Many may ask at a time.
type Asker struct {
	mu      sync.Mutex
	cmd     *exec.Cmd
	in      io.WriteCloser
	stderr  bytes.Buffer
	waiting []chan<- Reply // in the order of their requests
	failed  error          // nothing is asked any more
	ended   chan struct{}  // closed once all that came is read
}

// Ask sends a request. wait returns an answer for each question.
func (a *Asker) Ask(ctx context.Context, r Request) (wait func() ([]Answer, error)) {
	if len(r.Questions) == 0 {
		return func() ([]Answer, error) { return nil, nil }
	}
	reply, err := a.send(ctx, r)
	return func() ([]Answer, error) {
		if err != nil {
			return nil, err
		}
		came, ok := <-reply
		switch {
		case !ok:
			return nil, a.why()
		case came.Error != "":
			return nil, fmt.Errorf("%s: %s", Program, came.Error)
		case len(came.Answers) != len(r.Questions):
			return nil, fmt.Errorf("%s: %d answers to %d questions; both programs must be of one version", Program,
				len(came.Answers), len(r.Questions))
		}
		return came.Answers, nil
	}
}

// send writes a request, and returns where its reply will come.
func (a *Asker) send(ctx context.Context, r Request) (<-chan Reply, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.cmd == nil && a.failed == nil {
		a.failed = a.start(ctx)
	}
	if a.failed != nil {
		return nil, a.failed
	}
	reply := make(chan Reply, 1)
	a.waiting = append(a.waiting, reply)
	_, _ = a.in.Write(append(text, '\n')) // if nobody reads, nobody answers either
	return reply, nil
}

func (a *Asker) start(ctx context.Context) error {
	name, err := find()
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, name)
	c.WaitDelay, c.Stderr = time.Second, &a.stderr
	in, err := c.StdinPipe()
	if err != nil {
		return err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	a.cmd, a.in, a.ended = c, in, make(chan struct{})
	go a.read(out)
	return nil
}

// read hands replies to those who wait for them. Without more of them nobody waits on.
func (a *Asker) read(out io.Reader) {
	defer close(a.ended)
	d := json.NewDecoder(out)
	var err error
	for err == nil {
		var r Reply
		if err = d.Decode(&r); err == nil {
			err = a.hand(r)
		}
	}
	_ = a.in.Close()
	_, _ = io.Copy(io.Discard, out)
	ended := a.cmd.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case ended != nil:
		a.failed = fmt.Errorf("%s: %w: %s", Program, ended, strings.TrimSpace(a.stderr.String()))
	case errors.Is(err, io.EOF):
		a.failed = errors.New(Program + ": no answer; both programs must be of one version")
	default:
		a.failed = fmt.Errorf("%s: answers nonsense: %w", Program, err)
	}
	for _, w := range a.waiting {
		close(w)
	}
	a.waiting = nil
}

// hand gives a reply to the first who waits.
func (a *Asker) hand(r Reply) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.waiting) == 0 {
		return errors.New("more replies than requests")
	}
	a.waiting[0] <- r
	a.waiting = a.waiting[1:]
	return nil
}

// why says why there are no more replies.
func (a *Asker) why() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.failed
}

// Close ends the program.
func (a *Asker) Close() {
	if a.cmd != nil {
		_ = a.in.Close()
		<-a.ended
	}
}

// find looks for the program beside this one, and then on the path.
func find() (string, error) {
	if self, err := os.Executable(); err == nil {
		if beside := filepath.Join(filepath.Dir(self), Program); executable(beside) {
			return beside, nil
		}
	}
	name, err := exec.LookPath(Program)
	if err != nil {
		return "", errors.New(Program + " is neither beside cutover nor on the path: " +
			"go install github.com/cutoverdev/cutover/cmd/" + Program + "@latest")
	}
	return name, nil
}

func executable(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// Serve replies to requests until there are no more, each as soon as it is answered and
// those before it are.
func Serve(r io.Reader, w io.Writer, answer func(Request) ([]Answer, error)) error {
	replies := make(chan (<-chan Reply), 1<<10)
	read := make(chan error, 1)
	go func() {
		defer close(replies)
		read <- serve(r, replies, answer)
	}()
	e := json.NewEncoder(w)
	for reply := range replies {
		if err := e.Encode(<-reply); err != nil {
			return err
		}
	}
	return <-read
}

// serve has requests answered, several at a time.
func serve(r io.Reader, replies chan<- (<-chan Reply), answer func(Request) ([]Answer, error)) error {
	for d := json.NewDecoder(r); ; {
		var request Request
		if err := d.Decode(&request); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read the questions: %w", err)
		}
		reply := make(chan Reply, 1)
		replies <- reply
		go func() {
			answers, err := answer(request)
			if err != nil {
				reply <- Reply{Error: err.Error()}
				return
			}
			reply <- Reply{Answers: answers}
		}()
	}
}
