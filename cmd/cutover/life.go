package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// life holds the flags of the verbs that move a release from one stage to
// another. All of them do the same:
//
//	ground    what is committed
//	decide    the verb's own part: which move
//	gate      hold, pause, what the verifier says of the edge
//	write     rendered/, then live/, then the Release
//	commit    exactly these files
//	push      or take it back, catch up, and begin again
type life struct {
	input
	release  string
	commit   bool
	push     bool
	dry      bool
	force    bool
	branch   string
	delivery string
	observed string
	arrives  time.Duration
	insists  bool // goes on though others have moved the release
	asked    bool // the remote, whether it has more
	kept     bool // something was written to the branch that is checked out now
	now      func() time.Time
	stdin    io.Reader
	cluster  []kube.Object // what --observed holds, read once
}

// decide is a verb's own part. It may find reasons not to move at all.
type decide func(g ground) (move, []schemas.Finding, error)

// arrival is how long Argo CD takes to see a commit without a webhook: it polls
// every 120 s and up to 60 s later (argo-cd 3.6, docs/user-guide/auto_sync.md).
const arrival = 3 * time.Minute

func (v *life) flags(c *cobra.Command) {
	v.input.flags(c)
	f := c.Flags()
	f.StringVar(&v.release, "release", "", "the release, where there are several in the folder")
	f.BoolVar(&v.commit, "commit", false, "make one commit of exactly the files that change, with your own git")
	f.BoolVar(&v.push, "push", false, "commit and push; if others were faster, catch up and decide again")
	f.StringVar(&v.branch, "branch", "", "commit to this branch; it is made if it is not there")
	f.BoolVar(&v.dry, "dry-run", false, "change nothing; say what would be changed")
	f.BoolVar(&v.force, "force", false, "go on in spite of what is found, and say so in the commit")
	f.StringVar(&v.delivery, "delivery", "", "the revision that the agent follows (default: the upstream branch, or HEAD if there is none)")
	f.StringVar(&v.observed, "observed", "", "what the cluster holds, as evidence that the present stage has arrived: a file, or - for standard input")
	f.DurationVar(&v.arrives, "arrives", arrival, "an agent has applied by then what it follows")
}

// command is a verb with these flags.
func (v *life) command(c *cobra.Command, d decide) *cobra.Command {
	c.Args = cobra.MaximumNArgs(1)
	c.RunE = func(c *cobra.Command, args []string) error { return v.run(c, dirOf(args), d) }
	v.flags(c)
	return c
}

// tries bounds how often a push is tried again.
const tries = 6

func (v *life) run(c *cobra.Command, dir string, d decide) error {
	v.commit = v.commit || v.push || v.branch != ""
	v.stdin = c.InOrStdin()
	if v.observed == "-" && v.path == "-" {
		return errors.New("--observed and --input cannot both be standard input")
	}
	repo, ok, err := git.Open(dir)
	if err != nil {
		return err
	}
	defer repo.Close()
	if !ok && v.commit {
		return fmt.Errorf("%s is in no Git repository", dir)
	}
	if v.push && v.branch == "" && repo.Branch() == "" {
		return errors.New("no branch is checked out that could be pushed; git switch to one, or name it with --branch")
	}
	if ok && !v.dry {
		release, err := repo.Lock()
		if err != nil {
			return fmt.Errorf("lock the repository: %w", err)
		}
		defer release()
		if done, err := repo.Recover(); err != nil {
			return err
		} else if done {
			fmt.Fprintln(c.ErrOrStderr(), "cutover: an earlier run was interrupted in its commit; the index is put right")
		}
	}
	back, err := v.checkout(repo)
	if err != nil {
		return err
	}
	err = v.tried(c, dir, d, repo)
	if err != nil && !v.kept {
		err = errors.Join(err, back())
	}
	return err
}

// checkout goes to the branch that is there and to be committed to: what is
// decided is decided on what stands there. One that is not there is made when
// there is something to commit. back returns from it.
func (v *life) checkout(repo git.Repo) (back func() error, err error) {
	switch {
	case v.branch == "" || repo.Branch() == v.branch || !repo.HasBranch(v.branch):
		return func() error { return nil }, nil
	case v.dry:
		return nil, fmt.Errorf("--dry-run checks nothing out, and what would be done depends on what is on %s; git switch %s first", v.branch, v.branch)
	}
	return repo.Switch(v.branch)
}

// tried makes the move, anew as often as others were faster.
func (v *life) tried(c *cobra.Command, dir string, d decide, repo git.Repo) error {
	seen, _ := repo.Head("HEAD")
	first := ""
	for range tries {
		again, err := v.once(c, dir, d, &seen, &first)
		if err != nil || !again {
			return err
		}
	}
	return fmt.Errorf("push: others were faster %d times", tries)
}

// once makes the move. again is true if it was taken back because somebody else
// had pushed: the ground is another one now.
func (v *life) once(c *cobra.Command, dir string, d decide, seen, first *string) (again bool, err error) {
	g, err := v.input.ground(dir, v.release, c.InOrStdin())
	if err != nil {
		return false, err
	}
	defer g.Close()
	if g.release == nil && v.insists {
		if g.release, err = g.lastRelease(v.release); err != nil {
			return false, err
		}
	}
	if g.release == nil {
		return false, report(c.ErrOrStderr(), g.found)
	}
	if v.outdated(g) {
		fmt.Fprintln(c.ErrOrStderr(), "cutover: others have pushed; catching up")
		err = g.repo.CatchUp()
		*seen, _ = g.repo.Head("HEAD")
		return true, err
	}
	if found := v.moved(g, *seen, first); len(found) > 0 {
		return false, report(c.ErrOrStderr(), found)
	}
	m, files, err := v.decided(c, g, d)
	if err != nil {
		return false, err
	}
	if v.dry {
		g.dryRun(c.OutOrStdout(), m, files)
		return false, nil
	}
	if !v.commit {
		return false, g.written(c.OutOrStdout(), m, files)
	}
	hash, err := v.committed(g, m, files)
	if err != nil {
		return false, err
	}
	if v.push {
		if again, err = v.pushed(c, g, hash, files); err != nil || again {
			*seen, _ = g.repo.Head("HEAD")
			return again, err
		}
	}
	fmt.Fprintf(c.OutOrStdout(), "%s %s\n", hash[:min(len(hash), 10)], m.subject())
	return false, nil
}

// outdated reports whether an abort that is to be pushed finds nothing under way
// only because this clone has not seen yet what is. It asks once.
func (v *life) outdated(g ground) bool {
	at, _ := g.tree.Stands(g.name())
	if !v.insists || !v.push || v.dry || v.asked || at != "stable" {
		return false
	}
	v.asked = true
	return g.repo.Behind()
}

// moved: what was decided on must still be so. seen is the commit that was there
// when the program was called, first what the release stood at. An abort goes on
// as long as there are requests to take away.
func (v *life) moved(g ground, seen string, first *string) []schemas.Finding {
	at, _ := g.tree.Stands(g.name())
	now := at + " of " + g.release.Spec.Live + string(g.texts[fileOf(g.release)])
	was := *first
	if was == "" {
		*first = now
	}
	if (g.head == "" || g.head == seen) && (was == "" || was == now) {
		return nil
	}
	if weight, ok := stage.WeightAt(g.release, at); v.insists && ok && weight > 0 && g.release.Candidate() != "" {
		return nil
	}
	return []schemas.Finding{g.release.Find("moved", "spec.stage", "somebody else has moved the release meanwhile: it stands at "+at, "see where it stands, and decide again")}
}

// decided is the move and the files it changes, if nothing speaks against it.
func (v *life) decided(c *cobra.Command, g ground, d decide) (move, map[string][]byte, error) {
	stderr := c.ErrOrStderr()
	m, found, err := d(g)
	if err != nil || schemas.Failed(found) {
		return m, nil, errors.Join(err, errorsOnly(stderr, found))
	}
	found, err = v.gate(g, m)
	if err != nil {
		return m, nil, err
	}
	if v.force {
		for i, f := range found {
			if f.Severity == schemas.Error {
				m.forced = append(m.forced, f)
				found[i].Severity = schemas.Warning
			}
		}
	}
	if err := report(stderr, found); err != nil {
		return m, nil, err
	}
	files, found := g.files(m)
	return m, files, report(stderr, append(found, g.dirty(files)...))
}

// errorsOnly reports errors; what else the manifests call for, render says.
func errorsOnly(w io.Writer, found []schemas.Finding) error {
	return report(w, slices.DeleteFunc(slices.Clone(found), func(f schemas.Finding) bool { return f.Severity != schemas.Error }))
}

// dryRun says what would be written and committed.
func (g ground) dryRun(w io.Writer, m move, files map[string][]byte) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		verb := "update"
		switch {
		case files[name] == nil:
			verb = "delete"
		case g.before(name) == nil:
			verb = "create"
		}
		fmt.Fprintf(w, "%s %s\n", verb, g.Shown(name))
	}
	fmt.Fprintf(w, "\n%s", m.message())
}

// written writes the files and leaves the commit to the user.
func (g ground) written(w io.Writer, m move, files map[string][]byte) error {
	if err := g.Put(files); err != nil {
		return fmt.Errorf("%w; run the same again to finish", err)
	}
	fmt.Fprintf(w, "%s: %s → %s, %d files written; to be committed as\n\n%s", g.name(), m.from.Name, m.to.Name, len(files), m.message())
	return nil
}

// committed writes the files and commits them. What a hook refuses is undone.
func (v *life) committed(g ground, m move, files map[string][]byte) (hash string, err error) {
	back := func() error { return nil }
	if v.branch != "" {
		if back, err = g.repo.Switch(v.branch); err != nil {
			return "", err
		}
	}
	if err := g.Put(files); err != nil {
		v.kept = true
		return "", fmt.Errorf("%w; run the same again to finish", err)
	}
	hash, err = g.repo.Commit(slices.Sorted(maps.Keys(files)), m.message())
	if err != nil {
		return "", errors.Join(err, g.undo(files), back())
	}
	v.kept = true
	return hash, nil
}

// undo puts back what stood in the work tree.
func (g ground) undo(files map[string][]byte) error {
	old := map[string][]byte{}
	for name := range files {
		old[name] = g.before(name)
	}
	return g.Put(old)
}

// pushed pushes the commit. Where others were faster it takes the commit back
// and catches up, so that the move is decided anew on what they made.
func (v *life) pushed(c *cobra.Command, g ground, hash string, files map[string][]byte) (again bool, err error) {
	raced, err := g.repo.Push()
	switch {
	case err == nil:
		return false, nil
	case !raced:
		return false, fmt.Errorf("%s is committed and not pushed: %w", hash[:min(len(hash), 10)], err)
	}
	fmt.Fprintln(c.ErrOrStderr(), "cutover: others have pushed meanwhile; catching up")
	if err := errors.Join(g.repo.TakeBack(g.head, hash, slices.Sorted(maps.Keys(files))), g.undo(files)); err != nil {
		return false, err
	}
	return true, g.repo.CatchUp()
}

// below reports whether a path lies in a folder.
func below(name, dir string) bool { return strings.HasPrefix(name, dir+"/") }
