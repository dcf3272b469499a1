package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/cmd/internal/round"
	"github.com/cutoverdev/cutover/fn/advance"
	"github.com/spf13/cobra"
	_ "time/tzdata" // windows have time zones, and the image has no files of them
)

// errTakenBack is returned when a release was aborted or rolled back.
var errTakenBack = errors.New("taken back")

// advancing holds the flags of the verb.
type advancing struct {
	round.Source
	recursive bool
	shard     shard
	verbose   bool
	starts    bool
	commands  bool
	webs      bool
	format    string
	every     time.Duration
}

func newAdvance(now func() time.Time) *cobra.Command {
	var a advancing
	var c *cobra.Command
	c = moves(now, &cobra.Command{
		Use:   "advance [DIR]",
		Short: "Let evidence decide: go on, wait, or go back",
		Long: `Advance looks at every release in DIR that is under way, asks Prometheus what its
spec.analysis wants to know, and makes at most one move: promote if nothing speaks
against it, abort if the candidate is worse than its bounds allow, else none. The
evidence stands in the commit. Whatever promote refuses, advance waits for.

It keeps no state. A scheduler calls it every minute or so, or --every does; a call
that is missed, doubled or dies does no harm. No data is never a pass.

Prometheus is where --prometheus or CUTOVER_PROMETHEUS says, with the credentials in
the file of --prometheus-config or CUTOVER_PROMETHEUS_CONFIG, which is as the
http.config.file of promtool. The program cutover-metrics asks it; it stands beside
cutover or on the path.

Exit codes: 0 fine, 1 something was refused, 2 something could not be read or
asked, 3 a release was taken back.`,
		Example: `  cutover advance shop --push --prometheus http://prometheus:9090
  cutover advance -R --push --every 1m`,
	}, func(dir string, o release.Options) error { return a.run(c, dir, o) })
	f := c.Flags()
	f.BoolVarP(&a.recursive, "recursive", "R", false, "every folder with Releases at and below DIR")
	f.Var(&a.shard, "shard", "with -R: the K-th of N parts of the folders, for machines that share the work")
	f.BoolVar(&a.verbose, "verbose", false, "with -R: also the releases with which nothing was done")
	f.StringVarP(&a.format, "output", "o", "text", "text or json")
	f.DurationVar(&a.every, "every", 0, "do it again and again, with so much time between, until interrupted")
	f.BoolVar(&a.starts, "start", false, "start the version that spec.next names, where no release is under way")
	f.BoolVar(&a.commands, "commands", false, "run the programs that Releases name under spec.analysis; whoever writes a Release chooses them")
	f.BoolVar(&a.webs, "web", false,
		"ask the JSON APIs that Releases name; whoever writes a Release chooses where CUTOVER_ variables are sent")
	f.StringVar(&a.Address, "prometheus", "", "URL of Prometheus (default: CUTOVER_PROMETHEUS)")
	f.StringVar(&a.Config, "prometheus-config", "", "file with its credentials (default: CUTOVER_PROMETHEUS_CONFIG)")
	f.DurationVar(&a.Timeout, "timeout", 10*time.Second, "longest time of one answer")
	return c
}

func (a advancing) run(c *cobra.Command, dir string, o release.Options) error {
	switch {
	case a.format != "text" && a.format != "json":
		return fmt.Errorf("-o %s: not one of text, json", a.format)
	case a.shard.of > 0 && !a.recursive:
		return errors.New("--shard goes with -R")
	case a.every < 0 || a.Timeout <= 0:
		return errors.New("--every and --timeout: a time is above 0")
	}
	a.Address = cmp.Or(a.Address, os.Getenv("CUTOVER_PROMETHEUS"))
	a.Config = cmp.Or(a.Config, os.Getenv("CUTOVER_PROMETHEUS_CONFIG"))
	if a.every == 0 {
		return a.once(c, dir, o)
	}
	ctx, stop := signal.NotifyContext(c.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c.SetContext(ctx)
	for {
		if err := a.again(c, dir, o); err != nil {
			fmt.Fprintf(c.ErrOrStderr(), "cutover: %v\n", err)
		}
		if report.IsTerminal(c.ErrOrStderr()) {
			fmt.Fprintf(c.ErrOrStderr(), "\rnext look at %s", o.Now().Add(a.every).Format(time.TimeOnly))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(a.every):
		}
		if report.IsTerminal(c.ErrOrStderr()) {
			fmt.Fprint(c.ErrOrStderr(), "\r\x1b[K")
		}
	}
}

// again is one round of many: what it could not do is told, and done by the next one.
func (a advancing) again(c *cobra.Command, dir string, o release.Options) error {
	err := a.once(c, dir, o)
	if errors.Is(err, errTakenBack) || errors.Is(err, report.ErrFindings) {
		return nil // which has been said
	}
	return err
}

func (a advancing) once(c *cobra.Command, dir string, o release.Options) error {
	if err := release.Settle(dir, o); err != nil {
		return err
	}
	o.Stdout = io.Discard // a line for each commit: the result has them
	dirs, failed := a.folders(dir)
	results, err := round.Round{
		Options: o, Source: a.Source, Starts: a.starts, Commands: a.commands, Webs: a.webs,
		Brief: a.counts(len(dirs)) && a.format == "text",
		Each: func(one func(dir string, stdout, stderr io.Writer) error) error {
			if failed != nil {
				return failed
			}
			return a.each(c, dirs, func(dir string, r *result) error { return one(dir, r.stdout, r.stderr) })
		},
	}.Go(c.Context())
	if a.format == "json" {
		e := json.NewEncoder(c.OutOrStdout())
		e.SetIndent("", "  ")
		if failed := e.Encode(append([]*round.Result{}, results...)); failed != nil {
			return failed
		}
	} else if failed := a.table(c.OutOrStdout(), a.counted(c.OutOrStdout(), results)); failed != nil {
		return failed
	}
	switch {
	case err != nil:
		return err
	case o.Release != "" && len(results) == 0 && !a.counts(len(dirs)): // which tells no more than what needs somebody
		return fmt.Errorf("no release %q is here", o.Release)
	}
	return takenBack(results)
}

// folders are those that are looked at.
func (a advancing) folders(dir string) ([]string, error) {
	if !a.recursive {
		return []string{dir}, nil
	}
	dirs, err := folder.Find(dir)
	return a.shard.among(dir, dirs), err
}

func (a advancing) each(c *cobra.Command, dirs []string, one eachFolder) error {
	if !a.recursive {
		return one(dirs[0], &result{stdout: c.OutOrStdout(), stderr: c.ErrOrStderr()})
	}
	return many{verbose: a.verbose, at: round.Waiting}.parallel(c, dirs, one)
}

// counts reports whether of so many releases, or folders of them, those that wait are only counted.
func (a advancing) counts(n int) bool { return a.recursive && !a.verbose && n > 1 }

func takenBack(all []*round.Result) error {
	for _, r := range all {
		if r.Done && (r.Act == advance.Abort || r.Act == advance.Rollback) {
			return errTakenBack
		}
	}
	return nil
}

// counted prints, of many releases, with how many what was done, and returns those that a
// person has to know of: where something was done, or was not although it was decided.
func (a advancing) counted(w io.Writer, all []*round.Result) []*round.Result {
	if !a.counts(len(all)) {
		return all
	}
	counts := map[string]int{}
	var person []*round.Result
	for _, r := range all {
		act := string(r.Act)
		if r.Error != "" {
			act += " not done"
		}
		counts[act]++
		if idle := r.Act == advance.Nothing && r.Stage == "stable"; !idle && r.Act != advance.Wait {
			person = append(person, r)
		}
	}
	many{to: w, line: func(n int, was string) string { return report.Count(n, "release") + ": " + was }}.count(len(all), counts)
	return person
}

// table writes a line for each release, and the reasons below it.
func (a advancing) table(w io.Writer, all []*round.Result) error {
	for _, r := range all {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		name := r.Release
		if a.recursive {
			name = strings.TrimPrefix(r.Folder+"/", "./") + name
		}
		act := string(r.Act)
		if r.Error != "" {
			act += ": not done: " + r.Error
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", name, r.Stage, act)
		if err := t.Flush(); err != nil {
			return err
		}
		for _, reason := range r.Reasons {
			fmt.Fprintf(w, "\t%s\n", reason)
		}
	}
	return nil
}
