package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// program is one of those compared.
type program struct {
	name   string
	args   []string
	dir    string
	stdin  string
	most   int          // runs at the most; 0: as many as the others
	before func() error // each run
	runs   []run
}

// run is what one process cost, with the processes that it waited for.
type run struct {
	wall, cpu time.Duration
	rss       int64 // KiB
}

// table is programs side by side. The first is the yardstick.
type table struct {
	title, about string
	programs     []*program
}

// measure runs all programs some times, in turn, so that all see the same machine.
func (t *table) measure(runs int) error {
	for i := range runs + 1 { // the first warms the disk's cache
		for _, p := range t.programs {
			if p.most > 0 && (i == 0 || i > p.most) { // it takes longer than what is warmed
				continue
			}
			r, err := p.once()
			if err != nil {
				return err
			}
			if i > 0 {
				p.runs = append(p.runs, r)
			}
		}
	}
	return nil
}

func (p *program) once() (run, error) {
	if p.before != nil {
		if err := p.before(); err != nil {
			return run{}, err
		}
	}
	c := exec.Command(p.args[0], p.args[1:]...)
	c.Dir, c.Stdin = p.dir, strings.NewReader(p.stdin)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	begin := time.Now()
	if err := c.Run(); err != nil {
		return run{}, fmt.Errorf("%s: %w\n%s", p.name, err, stderr.String())
	}
	r := run{wall: time.Since(begin), cpu: c.ProcessState.UserTime() + c.ProcessState.SystemTime()}
	if usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.rss = usage.Maxrss
	}
	return r, nil
}

// cpu are the CPU seconds of all runs, in order: of the program and those it called.
func (p *program) cpu() []float64 {
	return p.each(func(r run) time.Duration { return r.cpu })
}

// wall are the seconds that the runs took, in order.
func (p *program) wall() []float64 {
	return p.each(func(r run) time.Duration { return r.wall })
}

func (p *program) each(what func(run) time.Duration) []float64 {
	var all []float64
	for _, r := range p.runs {
		all = append(all, what(r).Seconds())
	}
	slices.Sort(all)
	return all
}

// rss is the most memory that a run held, in MiB.
func (p *program) rss() float64 {
	most := int64(0)
	for _, r := range p.runs {
		most = max(most, r.rss)
	}
	return float64(most) / 1024
}

func median(sorted []float64) float64 { return sorted[len(sorted)/2] }
