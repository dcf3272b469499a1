package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cutoverdev/cutover/cmd/internal/check"
	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// verifyFlags holds the flags of the verb.
type verifyFlags struct {
	input
	from, to  string
	since     string
	recursive bool
	skip      bool
	format    string
	agent     string
	observed  string
	allow     []string
	available string
	strict    bool
}

const verifyHelp = `Verify reads manifests, works out who answers each request, and checks that
going from one state to the next leaves nobody without an answer, in whatever
order an agent applies the objects and with new pods that are not ready yet.

Without --from and --to it checks the tree in DIR/rendered: every stage, and
every edge between two: forward, back, abort, resume, and the one that closes
the release.

With them it checks the one commit between two states. A state is a stage of
the Release in DIR, or any manifests: a kustomization, a folder, a file, - for
standard input, or REV:path for one of them in the Git repository that holds
DIR.

	cutover verify --from main:deploy/prod --to deploy/prod
	kustomize build overlay | cutover verify --from HEAD:overlay --to -

With --since REV it checks what the working tree makes of rendered/live since a
revision: before a commit against HEAD, for a pull request against the branch it
goes to. A rendered/live that was deleted counts as removing everything it built.

There are three outcomes. Proven: everything that a commit changes is judged, or
known to take requests from nobody, and none is dropped. Refuted: it ends with 1,
and says which requests are dropped, and how. Not judged: none is dropped by what
is judged, and what is not is listed; --strict makes it end with 1, too. A router
that is retired, or a version of an API that is no longer served, is a warning, and
with --strict ends with 1.

What is meant is accepted by --allow ID, or by the annotation cutover.dev/accept: ID
on the object. cutover explain ID tells what a finding means. An ordinary rolling
update is safe where enough pods stay ready; --min-available says how many. What is
assumed is that the first of the two states has arrived in the cluster; --observed
checks it.`

func newVerify() *cobra.Command {
	var v verifyFlags
	c := &cobra.Command{
		Use:   "verify [DIR]",
		Short: "Prove that no commit of a release, or between two states, drops a request",
		Long:  verifyHelp,
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := cmp.Or(given(c), v.check()); err != nil {
				return err
			}
			return v.all(c, dirOf(args))
		},
	}
	v.flags(c)
	c.Flags().StringVar(&v.from, "from", "", "check one commit only: the state it starts from")
	c.Flags().StringVar(&v.to, "to", "", "check one commit only: the state it ends at")
	c.Flags().StringVar(&v.since, "since", "",
		"check one commit for each folder of Releases: what its rendered/live was at this revision, and what it is now")
	v.manyFlags(c, &v.recursive)
	c.Flags().BoolVar(&v.skip, "skip", false, "also show what happens if the agent skips stages")
	c.Flags().BoolVar(&v.skip, "squash", false, "the same as --skip")
	_ = c.Flags().MarkHidden("squash") // the flag's first name, which means another thing in Git
	c.Flags().StringVarP(&v.format, "output", "o", "text", "format: "+list(report.Formats()))
	c.Flags().StringVar(&v.agent, "agent", "",
		"say of an unsafe commit whether this agent could be told an order that saves it, and read what it changes after the build: "+
			list(verify.Agents))
	c.Flags().StringVar(&v.observed, "observed", "",
		"what the cluster holds (kubectl get -o yaml): a file, or - for standard input; the state that --from names must have arrived there")
	c.Flags().StringVar(&v.available, "min-available", "1",
		"ready pods that a rolling update keeps, or a percentage of them (60%), of workloads that are no track of a Release; tracks keep all")
	c.Flags().StringSliceVar(&v.allow, "allow", nil, "ids of findings that are meant")
	c.Flags().BoolVar(&v.strict, "strict", false, "end with 1 if something is not judged, or a router or an API has ended, too")
	return c
}

// given refuses flags that are there and say nothing, as a variable does that is
// not set: without them something else is checked, or less.
func given(c *cobra.Command) error {
	for _, name := range []string{"from", "to", "since", "observed", "agent", "input", "min-available"} {
		if f := c.Flags().Lookup(name); f.Changed && f.Value.String() == "" {
			return fmt.Errorf("--%s is empty", name)
		}
	}
	return nil
}

// check says which flags do not go together.
func (v verifyFlags) check() error {
	stdin := 0
	for _, name := range []string{v.Path, v.from, v.to, v.observed} {
		if name == "-" {
			stdin++
		}
	}
	switch {
	case (v.from == "") != (v.to == ""):
		return fmt.Errorf("--from and --to go together")
	case v.since != "" && (v.from != "" || v.Path != "" || v.skip):
		return fmt.Errorf("--since goes with none of --from, --to, --input and --skip")
	case v.shard.of > 0 && !v.recursive:
		return fmt.Errorf("--shard goes with -R")
	case v.recursive && (v.from != "" || v.Path != ""):
		return fmt.Errorf("-R goes with neither --from and --to nor --input")
	case stdin > 1:
		return fmt.Errorf("standard input can be read once")
	case v.observed != "" && v.from == "":
		return fmt.Errorf("--observed goes with --from and --to")
	case v.agent != "" && !slices.Contains(verify.Agents, v.agent):
		return fmt.Errorf("--agent: one of %s", list(verify.Agents))
	case !slices.Contains(report.Formats(), v.format):
		return fmt.Errorf("-o: one of %s", list(report.Formats()))
	}
	if _, err := interleave.ParseBound(v.available); err != nil {
		return fmt.Errorf("--min-available: %w", err)
	}
	for _, id := range v.allow {
		if _, ok := schemas.PageOf(id); !ok {
			return fmt.Errorf("--allow: no finding is called %s", id)
		}
	}
	return nil
}

// all checks what is asked for and reports it.
func (v *verifyFlags) all(c *cobra.Command, dir string) error {
	o, err := v.options(c)
	if err != nil {
		return err
	}
	switch {
	case v.from != "" && !v.stages(dir):
		r, err := check.States(dir, v.from, v.to, c.InOrStdin(), o)
		if err != nil {
			return err
		}
		return v.print(r, c.OutOrStdout(), c.ErrOrStderr())
	case v.since != "":
		return v.changed(c, dir, o)
	case v.format == "text":
		told := v.counts(c)
		return v.each(c, dir, v.recursive, func(l load.Loaded, of *result) error {
			l.Found = nil // reported already
			return v.tell(v.tree(l, o), told, of)
		})
	}
	return v.together(c, func(one eachFolder) error {
		return v.folders(c, dir, v.recursive, one)
	}, func(dir string) (report.Report, error) {
		l, err := v.Load(dir, c.InOrStdin())
		if err != nil {
			return report.Report{}, err
		}
		defer l.Close()
		return v.tree(l, o), nil
	})
}

// options are what the flags say of how to judge.
func (v verifyFlags) options(c *cobra.Command) (check.Options, error) {
	bound, _ := interleave.ParseBound(v.available) // checked before
	o := check.Options{
		Classes: v.Classes, Agent: v.agent, Allow: v.allow, MinAvailable: bound,
		Skip: v.skip || v.format == "json",
	}
	var err error
	if v.observed != "" {
		o.Evidence, err = check.Observe(v.observed, c.InOrStdin())
	}
	return o, err
}

// tree checks what is rendered in a folder, or one edge of it.
func (v verifyFlags) tree(l load.Loaded, o check.Options) report.Report {
	if v.from != "" {
		return check.Stages(l, v.from, v.to, o)
	}
	return check.Tree(l, o)
}

// changed checks what has become of every rendered/live since a revision.
func (v *verifyFlags) changed(c *cobra.Command, dir string, o check.Options) error {
	old, err := folder.OpenRevision(dir, v.since)
	if err != nil {
		return err
	}
	defer old.Close()
	if v.format != "text" {
		return v.together(c, func(one eachFolder) error {
			return v.eachSince(c, dir, old, one)
		}, func(dir string) (report.Report, error) { return check.Since(dir, old, o) })
	}
	told := v.counts(c)
	return v.eachSince(c, dir, old, func(dir string, of *result) error {
		r, err := check.Since(dir, old, o)
		if err != nil {
			return err
		}
		return v.tell(r, told, of)
	})
}

// eachSince calls one with dir, or with -R with every folder at and below it.
func (v verifyFlags) eachSince(c *cobra.Command, dir string, old folder.Revision, one eachFolder) error {
	if !v.recursive {
		return one(dir, &result{stdout: c.OutOrStdout(), stderr: c.ErrOrStderr()})
	}
	dirs, err := check.FoldersSince(dir, old)
	if err != nil {
		return err
	}
	return v.many.parallel(c, v.shard.among(dir, dirs), one)
}

// together prints one report of all folders that each visits: formats for machines
// are one document, whatever the number of folders.
func (v verifyFlags) together(c *cobra.Command, each func(eachFolder) error, reportOf func(dir string) (report.Report, error)) error {
	var lock sync.Mutex
	all := map[string]report.Report{}
	err := each(func(dir string, _ *result) error {
		r, err := reportOf(dir)
		if err != nil {
			return err
		}
		lock.Lock()
		defer lock.Unlock()
		all[dir] = r
		return nil
	})
	if err != nil {
		return err
	}
	return v.print(report.Joined(all), c.OutOrStdout(), c.ErrOrStderr())
}

// totals are what has been looked at in many folders.
type totals struct{ stages, edges atomic.Int64 }

// counts has what many folders come to told before the folders that need a person.
func (v *verifyFlags) counts(c *cobra.Command) *totals {
	all := &totals{}
	v.many.to = c.OutOrStdout()
	v.many.line = func(n int, was string) string {
		looked := report.Count(n, "folder")
		if stages := int(all.stages.Load()); stages > 0 {
			looked += ", " + report.Count(stages, "stage")
		}
		return looked + ", " + report.Count(int(all.edges.Load()), "edge") + ": " + was + "\n" + report.Provided
	}
	return all
}

// tell prints what verifying a folder came to, and takes it down.
func (v verifyFlags) tell(r report.Report, all *totals, of *result) error {
	all.stages.Add(int64(r.States))
	all.edges.Add(int64(r.Edges))
	of.word = string(r.Outcome())
	accepted := func(f schemas.Finding) bool { return f.Accepted && !f.Expected } // by somebody, and whoever reviews it must know
	of.person = r.Outcome() != report.Proven || slices.ContainsFunc(r.Findings, accepted)
	return v.print(r, of.stdout, of.stderr)
}

// print prints what verifying came to.
func (v verifyFlags) print(r report.Report, stdout, stderr io.Writer) error {
	r.Strict = v.strict
	return r.Print(v.format, stdout, stderr)
}

// list is words as a person reads them.
func list(words []string) string { return strings.Join(words, ", ") }

// stages reports whether --from and --to name stages of the Releases in dir.
func (v verifyFlags) stages(dir string) bool {
	if v.Path == "-" {
		return true // manifests of a Release
	}
	l, err := v.Load(dir, strings.NewReader(""))
	if err != nil {
		return false
	}
	defer l.Close()
	if len(l.In.Releases) == 0 {
		return false
	}
	for _, name := range []string{v.from, v.to} {
		if _, _, err := load.Pick(l.Out, name); err != nil && (strings.ContainsAny(name, ":./") || name == "-") {
			return false
		}
	}
	return true
}
