package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// status holds the flags of the verb.
type status struct {
	input
	now       func() time.Time
	delivery  string
	arrives   time.Duration
	recursive bool
	watch     bool
	release   string
	format    string
}

func newStatus(now func() time.Time) *cobra.Command {
	s := status{now: now}
	c := &cobra.Command{
		Use:   "status [DIR]",
		Short: "Show where releases stand, since when, and what keeps them there",
		Long: `Status reads what is committed: the stage of every release in DIR, the versions,
since when it stands there, where promote and start lead, and what they would be
refused for. Ahead is what the next start brings beside the version.`,
		Args: cobra.MaximumNArgs(1),
		Example: `  cutover status shop
  cutover status -R --watch`,
		RunE: func(c *cobra.Command, args []string) error { return s.run(c, dirOf(args)) },
	}
	s.flags(c)
	s.manyFlags(c, &s.recursive)
	c.Flags().BoolVarP(&s.watch, "watch", "w", false, "on a terminal: look again every "+every.String()+"; git fetch brings what others push")
	c.Flags().StringVarP(&s.format, "output", "o", "table", "table or json")
	c.Flags().StringVar(&s.release, "release", "", "only this one, or a set that moves together")
	c.Flags().StringVar(&s.delivery, "delivery", "",
		"the revision that the agent follows (default: the upstream branch, or HEAD if there is none)")
	c.Flags().DurationVar(&s.arrives, "arrives", release.Arrival, "an agent has applied by then what it follows")
	return c
}

func (s *status) run(c *cobra.Command, dir string) error {
	if s.format != "table" && s.format != "json" {
		return fmt.Errorf("-o %s: not one of table, json", s.format)
	}
	if s.arrives < 0 {
		return fmt.Errorf("--arrives %s: a time is never below 0", s.arrives)
	}
	if !s.watch {
		return s.show(c, dir, c.OutOrStdout())
	}
	if s.format != "table" {
		return fmt.Errorf("--watch is for -o table, not for %s", s.format)
	}
	return watch(c.OutOrStdout(), func(w io.Writer) error { return s.show(c, dir, w) })
}

// show prints where the releases of a folder stand.
func (s *status) show(c *cobra.Command, dir string, w io.Writer) error {
	s.Fleet = &git.Fleet{}
	defer s.Fleet.Close()
	var lock sync.Mutex
	all := map[string][]release.Standing{}
	err := s.folders(c, dir, s.recursive, func(dir string, r *result) error {
		here, found, err := release.Status(dir, release.Options{
			Input: s.Input, Delivery: s.delivery, Arrives: s.arrives, Now: s.now, Stdin: c.InOrStdin(),
		})
		lock.Lock()
		all[dir] = here
		lock.Unlock()
		if err != nil {
			return err
		}
		return report.Errors(r.stderr, found)
	})
	var list []release.Standing
	for _, dir := range slices.Sorted(maps.Keys(all)) {
		list = append(list, all[dir]...)
	}
	if s.release != "" {
		some := named(list, s.release)
		if len(some) == 0 && len(list) > 0 {
			err = errors.Join(err, release.NoRelease(s.release, "here", releaseNames(list)))
		}
		list = some
	}
	if s.format == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		if failed := e.Encode(append([]release.Standing{}, list...)); failed != nil {
			return failed
		}
		return err
	}
	if s.recursive && !s.many.verbose && len(all) > 1 {
		list = counted(c.OutOrStdout(), list)
	}
	if len(list) == 0 {
		return err
	}
	return errors.Join(s.table(w, list), err)
}

// named are the releases of a name, each with the set that it moves with, or all of a set.
func named(all []release.Standing, name string) []release.Standing {
	var some []release.Standing
	for _, one := range all {
		mine := func(other release.Standing) bool {
			return other.Folder == one.Folder && other.Release == name && len(other.Members) == 0 && other.Set != "" && other.Set == one.Release
		}
		if one.Release == name || one.Set == name || len(one.Members) > 0 && slices.ContainsFunc(all, mine) {
			some = append(some, one)
		}
	}
	return some
}

func releaseNames(all []release.Standing) []string {
	var names []string
	for _, one := range all {
		names = append(names, one.Release)
	}
	return names
}

// timely are the ids of what ends by itself, in time.
var timely = []string{"hold", "squash", "window"}

// counted prints how many releases there are of what, and returns those that need a person.
func counted(w io.Writer, all []release.Standing) []release.Standing {
	var stable, waiting int
	var person []release.Standing
	all = slices.DeleteFunc(slices.Clone(all), func(one release.Standing) bool { return len(one.Members) > 0 })
	for _, one := range all {
		switch {
		case nextCell(one) == "" && len(one.Blocked) == 0:
			stable++
		case len(one.Blocked) > 0 && !slices.ContainsFunc(one.Blocked, func(b release.Blocked) bool { return !slices.Contains(timely, b.ID) }):
			waiting++
		default:
			person = append(person, one)
		}
	}
	need := "need"
	if len(person) == 1 {
		need = "needs"
	}
	fmt.Fprintf(w, "%s: %d stable, %d waiting for their time, %d %s a person\n",
		report.Count(len(all), "release"), stable, waiting, len(person), need)
	return person
}

// table writes a line for each release.
func (s *status) table(w io.Writer, all []release.Standing) error {
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "RELEASE\tSTAGE\tLIVE\tCANDIDATE\tSINCE\tNEXT\tBLOCKED BY")
	for _, one := range all {
		name := one.Release
		if s.recursive {
			name = strings.TrimPrefix(one.Folder+"/", "./") + name
		}
		live, blocked := versionCell(one.Live), blockedCell(one)
		switch {
		case len(one.Members) > 0:
			live = "-"
		case one.Set != "":
			name, blocked = "  "+name, ""
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", name, one.Stage, live, dash(candidateCell(one)), s.since(one),
			dash(nextCell(one)), dash(blocked))
	}
	return errors.Join(t.Flush(), report.Lines(w, text.String(), func(n int, line string) report.Colour {
		switch {
		case n > 0 && len(all[n-1].Blocked) > 0:
			return report.Yellow
		case n > 0 && all[n-1].Candidate != nil:
			return report.Green
		}
		return report.Head(n, line)
	}))
}

func versionCell(v release.Version) string {
	return fmt.Sprintf("%s (%s)", release.Tag(v.Image), v.Track)
}

func candidateCell(one release.Standing) string {
	if one.Candidate == nil {
		return ""
	}
	return fmt.Sprintf("%s %d %%", versionCell(*one.Candidate), one.Weight)
}

// since is how long the release has stood where it stands.
func (s *status) since(one release.Standing) string {
	if one.Since == nil {
		return "-"
	}
	return schemas.Duration(s.now().Sub(*one.Since).Round(time.Second)).String()
}

// nextCell is what comes: a stage, the end, or what start would begin.
func nextCell(one release.Standing) string {
	switch {
	case one.Next == "" && schemas.Retired(one.Stage):
		return "close"
	case one.Stage != "stable":
		return one.Next
	case one.Waiting != "":
		return "start " + release.Tag(one.Waiting)
	case one.Candidate != nil:
		return "start " + release.Tag(one.Candidate.Image)
	case len(one.Ahead) > 0:
		return "start: base is ahead"
	}
	return ""
}

// blockedCell has the reasons in a few words. Behind a squash stands what it would
// drop, which the word says already.
func blockedCell(one release.Standing) string {
	var all []string
	for _, b := range one.Blocked {
		word := b.ID
		if b.ID == "hold" || b.ID == "paused" {
			word = b.ID + ": " + b.Message
		}
		if b.ID == "squash" {
			word += ": " + b.Wait
		}
		if !slices.Contains(all, word) {
			all = append(all, word)
		}
		if b.ID == "squash" {
			break
		}
	}
	return strings.Join(all, "; ")
}
