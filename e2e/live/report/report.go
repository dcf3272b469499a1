// Package report writes the page of a run: docs/zero-downtime.md.
package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/beside"
	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/component"
	"github.com/cutoverdev/cutover/e2e/live/image"
	"github.com/cutoverdev/cutover/e2e/live/load"
	"github.com/cutoverdev/cutover/e2e/live/scenario"
	"github.com/cutoverdev/cutover/e2e/live/verdict"
)

// Run is what a run has shown.
type Run struct {
	Outcomes []scenario.Outcome
	Results  []verdict.Result
	Beside   []beside.Outcome
	Image    image.Outcome
	Rate     int // requests per second to each host
	Parallel int
	Dwell    time.Duration
	Seed     uint64
	Orders   int
	Lasted   time.Duration
	Date     time.Time
	Built    []string // names of the components that took part
}

//go:embed page.md.tmpl
var page string

// Write writes the page.
func (r Run) Write(file string) error {
	words := template.FuncMap{"join": strings.Join, "thousands": thousands, "round": round, "seconds": seconds, "millis": millis}
	t, err := template.New("page").Funcs(words).Parse(page)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := t.Execute(&text, r); err != nil {
		return err
	}
	return os.WriteFile(file, text.Bytes(), 0o644)
}

func round(d time.Duration) string { return d.Round(time.Second).String() }

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

func millis(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }

// thousands is a number as people read it.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + " " + text[i:]
	}
	return text
}

// Sent is how many requests were sent in all scenarios.
func (r Run) Sent() int { return r.sum(func(o scenario.Outcome) int { return o.Sent }) }

// Failed is how many of them were dropped.
func (r Run) Failed() int { return r.sum(func(o scenario.Outcome) int { return o.Failed }) }

// Moves is how many commits were applied.
func (r Run) Moves() int { return r.sum(func(o scenario.Outcome) int { return o.Moves }) }

// Faults are what was not as it is to be, scenario by scenario.
func (r Run) Faults() []string {
	var all []string
	for _, o := range r.Outcomes {
		for _, f := range o.Faults {
			all = append(all, fmt.Sprintf("%s, %s, %s: %s", o.Applier, o.Router, o.Scenario, strings.ReplaceAll(f, "\n\t", " ")))
		}
	}
	return all
}

// Share is one planned share over all scenarios.
type Share struct {
	Percent float64
	Hits, N int
}

// Got is the share that came, and how many standard deviations it is off.
func (s Share) Got() string {
	p := s.Percent / 100
	off := (float64(s.Hits) - p*float64(s.N)) / math.Sqrt(float64(s.N)*p*(1-p))
	return fmt.Sprintf("%.2f %% (%+.1f σ)", 100*float64(s.Hits)/float64(s.N), off)
}

// Shares are all splits, added up by what was planned.
func (r Run) Shares() []Share {
	var all []Share
	for _, o := range r.Outcomes {
		for _, s := range o.Splits {
			i := slices.IndexFunc(all, func(a Share) bool { return a.Percent == s.Percent })
			if i < 0 {
				i = len(all)
				all = append(all, Share{Percent: s.Percent})
			}
			all[i].Hits += s.Hits
			all[i].N += s.N
		}
	}
	slices.SortFunc(all, func(a, b Share) int { return int(a.Percent - b.Percent) })
	return all
}

// Drift is what an agent has left as it should not: what Argo CD calls OutOfSync though it
// has applied it, and what Flux changes a second time.
func (r Run) Drift(agent string) []string {
	var all []string
	for _, o := range r.Outcomes {
		if o.Applier == agent {
			all = append(all, o.Drift...)
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(all)))
}

// Unsent is how many calls clients ended by themselves.
func (r Run) Unsent() int { return r.sum(func(o scenario.Outcome) int { return o.Unsent }) }

// Has reports whether a scenario has run.
func (r Run) Has(name string) bool {
	return slices.ContainsFunc(r.Outcomes, func(o scenario.Outcome) bool { return o.Scenario == name })
}

// NameTTL is how long a client in a cluster keeps what DNS says.
func (r Run) NameTTL() time.Duration { return load.NameTTL }

// DNSClients are those who call two clusters by their records.
func (r Run) DNSClients() int { return scenario.DNSClients }

// DNSTTL is how long they keep an answer.
func (r Run) DNSTTL() time.Duration { return scenario.DNSTTL }

// Sick is how many requests a sick version failed.
func (r Run) Sick() int { return r.sum(func(o scenario.Outcome) int { return o.Sick }) }

// Jobs is how many Jobs agents have run.
func (r Run) Jobs() int { return r.sum(func(o scenario.Outcome) int { return o.Jobs }) }

// Applied is how many commits an agent has applied.
func (r Run) Applied(agent string) int {
	return r.sum(func(o scenario.Outcome) int {
		if o.Applier != agent {
			return 0
		}
		return o.Moves
	})
}

// sum adds up a number of all scenarios.
func (r Run) sum(of func(scenario.Outcome) int) int {
	n := 0
	for _, o := range r.Outcomes {
		n += of(o)
	}
	return n
}

// Matrix is what verdicts were worth.
func (r Run) Matrix() verdict.Matrix { return verdict.Tally(r.Results) }

// Components are those that took part.
func (r Run) Components() []component.Component {
	return slices.DeleteFunc(slices.Clone(component.Table), func(c component.Component) bool { return !slices.Contains(r.Built, c.Name) })
}

// Go is the version that built them.
func (r Run) Go() string { return runtime.Version() }

// Processors are those of the machine.
func (r Run) Processors() int { return runtime.NumCPU() }

// Throttle is Traefik's.
func (r Run) Throttle() time.Duration { return cluster.Throttle }
