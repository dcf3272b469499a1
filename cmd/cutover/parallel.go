package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/spf13/cobra"
)

// result is what came of one folder.
type result struct {
	stdout, stderr io.Writer
	word           string // what came of it, for the counts: proven, up to date
	person         bool   // somebody has to look at it
}

// eachFolder does something to one folder, and says what came of it.
type eachFolder = func(dir string, r *result) error

// many is how a verb tells what came of many folders. At first how many there are of
// what, then what was printed for those with findings, or that need a person; with
// verbose all of it, as it comes, and no counts.
type many struct {
	verbose bool
	at      int                            // how many at a time; 0: one for each processor
	to      io.Writer                      // takes the counts; nil: there are none, the verb has its own
	line    func(n int, was string) string // the counts in a line; nil: as they are
}

// done is a folder that something was done to.
type done struct {
	result
	out, err bytes.Buffer
	failed   error
	ready    chan struct{}
}

// parallel runs fn on every folder and prints what came of each, in order.
// What is wrong with one keeps nobody from the others.
func (m many) parallel(c *cobra.Command, dirs []string, fn eachFolder) error {
	all := make([]*done, len(dirs))
	for i := range all {
		all[i] = &done{ready: make(chan struct{})}
		all[i].stdout, all[i].stderr = &all[i].out, &all[i].err
	}
	next := make(chan int)
	var workers sync.WaitGroup
	for range cmp.Or(m.at, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := range next {
				all[i].failed = fn(dirs[i], &all[i].result)
				close(all[i].ready)
			}
		})
	}
	go func() {
		for i := range dirs {
			next <- i
		}
		close(next)
	}()
	m.verbose = m.verbose || len(dirs) == 1 // of one there is nothing to be counted
	err := m.collect(c, dirs, all)
	workers.Wait()
	return err
}

// collect prints the results in order. Findings are the mildest error: what could not be
// read or written wins.
func (m many) collect(c *cobra.Command, dirs []string, all []*done) error {
	var worst error
	bar := terminal(c.ErrOrStderr())
	counts, told := map[string]int{}, []int{}
	for i, dir := range dirs {
		d := all[i]
		<-d.ready
		worst = worse(worst, d.failed)
		counts[d.came()]++
		switch {
		case m.verbose:
			bar.clear()
			d.print(c, dir)
			all[i] = nil
		case d.person || d.failed != nil || d.err.Len() > 0:
			told = append(told, i)
		default:
			all[i] = nil
		}
		bar.show(i+1, len(dirs))
	}
	bar.clear()
	if !m.verbose && m.to != nil {
		m.count(len(dirs), counts)
	}
	for _, i := range told {
		all[i].print(c, dirs[i])
	}
	return worst
}

// worse is the worse of two errors.
func worse(a, b error) error {
	if b == nil || a != nil && errors.Is(b, report.ErrFindings) {
		return a
	}
	return b
}

// came is what came of a folder, in a word.
func (d *done) came() string {
	switch {
	case d.word != "":
		return d.word
	case d.failed != nil && !errors.Is(d.failed, report.ErrFindings):
		return "unreadable"
	case d.failed != nil:
		return "with findings"
	}
	return "fine"
}

// print prints what came of a folder.
func (d *done) print(c *cobra.Command, dir string) {
	_, _ = io.Copy(c.OutOrStdout(), &d.out)
	_, _ = io.Copy(c.ErrOrStderr(), &d.err)
	if d.failed != nil && !errors.Is(d.failed, report.ErrFindings) && !errors.Is(d.failed, report.ErrUnreadable) {
		fmt.Fprintf(c.ErrOrStderr(), "%s: %v\n", dir, d.failed)
	}
}

// count prints how many folders there are of what, the most first.
func (m many) count(n int, counts map[string]int) {
	words := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	var parts []string
	for _, w := range words {
		parts = append(parts, fmt.Sprintf("%d %s", counts[w], w))
	}
	was := strings.Join(parts, ", ")
	if m.line != nil {
		was = m.line(n, was)
	} else {
		was = fmt.Sprintf("%s: %s", report.Count(n, "folder"), was)
	}
	fmt.Fprintln(m.to, was)
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
