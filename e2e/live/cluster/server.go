package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// server is a program that runs beside the rig.
type server struct {
	name string
	path string
	args []string
	env  []string

	mu      sync.Mutex
	cmd     *exec.Cmd
	ended   chan struct{}
	stopped bool // by us
}

// launch starts a program in the cluster's folder; what it prints goes to a file there.
// If it ends by itself the whole run ends, and says so.
func (c *Cluster) launch(s *server) error {
	log, err := os.OpenFile(c.LogOf(s.name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command(s.path, s.args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.Dir, log, log
	cmd.Env = append(os.Environ(), append([]string{"HOME=" + c.Dir, "KUBECONFIG=" + c.kubeconfig()}, s.env...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", s.name, err)
	}
	ended := make(chan struct{})
	s.mu.Lock()
	s.cmd, s.ended, s.stopped = cmd, ended, false
	s.mu.Unlock()
	c.mu.Lock()
	c.servers[s.name] = s
	c.mu.Unlock()
	go func() {
		err := cmd.Wait()
		if err == nil {
			err = errors.New("exit status 0")
		}
		close(ended)
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.stopped {
			c.fail(fmt.Errorf("%s has ended by itself: %w\n%s", s.name, err, c.tail(s.name)))
		}
	}()
	return nil
}

// stop kills a program and what it has started, and waits until it is gone.
func (s *server) stop() {
	s.mu.Lock()
	s.stopped = true
	cmd, ended := s.cmd, s.ended
	s.mu.Unlock()
	if cmd == nil || cmd.Process == nil {
		return
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
	}
}

// Program starts one of the cache's programs, by its name there.
func (c *Cluster) Program(name string, args ...string) error {
	return c.launch(&server{name: name, path: c.Cache.Path(name), args: args})
}

// Suspend stops a server where it is, and Resume lets it go on, as if it had been without a
// processor for that long.
func (c *Cluster) Suspend(name string) error { return c.signal(name, syscall.SIGSTOP) }

// Resume is the other half of [Cluster.Suspend].
func (c *Cluster) Resume(name string) error { return c.signal(name, syscall.SIGCONT) }

func (c *Cluster) signal(name string, s syscall.Signal) error {
	pid := c.Process(name)
	if pid == 0 {
		return fmt.Errorf("%s does not run", name)
	}
	return syscall.Kill(-pid, s)
}

// Process is the number of a server's process, or 0.
func (c *Cluster) Process(name string) int {
	c.mu.Lock()
	s := c.servers[name]
	c.mu.Unlock()
	if s == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped || s.cmd == nil || s.cmd.Process == nil {
		return 0
	}
	return s.cmd.Process.Pid
}

// Halt kills a server for good.
func (c *Cluster) Halt(name string) {
	c.mu.Lock()
	s := c.servers[name]
	delete(c.servers, name)
	c.mu.Unlock()
	if s != nil {
		s.stop()
	}
}

// LogOf is the file of what a server prints.
func (c *Cluster) LogOf(name string) string { return filepath.Join(c.Dir, name+".log") }

// tail is the end of a server's log, with its place.
func (c *Cluster) tail(name string) string {
	data, err := os.ReadFile(c.LogOf(name))
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	return c.LogOf(name) + " ends:\n" + string(bytes.Join(lines[max(0, len(lines)-8):], []byte("\n")))
}
