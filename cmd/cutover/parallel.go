package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/spf13/cobra"
)

// result is what came of one folder.
type result struct {
	stdout, stderr bytes.Buffer
	err            error
}

// eachFolder does something to one folder and prints what came of it.
type eachFolder = func(dir string, stdout, stderr io.Writer) error

// parallel runs fn on every folder and prints what came of each, in order.
// What is wrong with one keeps nobody from the others.
func parallel(c *cobra.Command, dirs []string, fn eachFolder) error {
	results := make([]result, len(dirs))
	done := make([]chan struct{}, len(dirs))
	for i := range done {
		done[i] = make(chan struct{})
	}
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				r := &results[i]
				r.err = fn(dirs[i], &r.stdout, &r.stderr)
				close(done[i])
			}
		})
	}
	go func() {
		for i := range dirs {
			next <- i
		}
		close(next)
	}()
	err := collect(c, dirs, results, done)
	workers.Wait()
	return err
}

// collect prints the results in order as they come. Findings are the mildest
// error: what could not be read or written wins.
func collect(c *cobra.Command, dirs []string, results []result, done []chan struct{}) error {
	var worst error
	bar := terminal(c.ErrOrStderr())
	for i, dir := range dirs {
		<-done[i]
		r := &results[i]
		bar.clear()
		_, _ = io.Copy(c.OutOrStdout(), &r.stdout)
		_, _ = io.Copy(c.ErrOrStderr(), &r.stderr)
		switch {
		case r.err == nil:
		case errors.Is(r.err, report.ErrFindings):
			if worst == nil {
				worst = r.err
			}
		case errors.Is(r.err, report.ErrUnreadable):
			worst = r.err
		default:
			worst = r.err
			fmt.Fprintf(c.ErrOrStderr(), "%s: %v\n", dir, r.err)
		}
		*r = result{}
		bar.show(i+1, len(dirs))
	}
	bar.clear()
	return worst
}

// progress is a line on a terminal; elsewhere it is nothing.
type progress struct{ w io.Writer }

func terminal(w io.Writer) progress {
	if report.IsTerminal(w) {
		return progress{w}
	}
	return progress{}
}

func (p progress) show(n, of int) {
	if p.w != nil {
		fmt.Fprintf(p.w, "\r%d of %d folders", n, of)
	}
}

func (p progress) clear() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
