package release

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// decide is a verb's own part. It may find reasons not to move at all.
type decide func(co checkout) (move, []schemas.Finding, error)

// tries bounds how often a push is tried again.
const tries = 6

func (v *life) run(dir string, d decide) error {
	v.Commit = v.Commit || v.Push || v.Branch != ""
	if v.Observed == "-" && v.Path == "-" {
		return errors.New("--observed and --input cannot both be standard input")
	}
	repo, ok, err := repoOf(v.Input, dir)
	if err != nil {
		return err
	}
	defer repo.Close()
	if !ok && v.Commit {
		return fmt.Errorf("%s is in no Git repository", dir)
	}
	if v.Push && v.Branch == "" && repo.Branch() == "" {
		return errors.New("no branch is checked out that could be pushed; git switch to one, or name it with --branch")
	}
	if ok && !v.Dry {
		release, err := repo.Lock()
		if err != nil {
			return fmt.Errorf("lock the repository: %w", err)
		}
		defer release()
		if done, err := repo.Recover(); err != nil {
			return err
		} else if done {
			fmt.Fprintln(v.Stderr, "cutover: recovered the Git index after an interrupted commit")
		}
	}
	back, err := v.switched(repo)
	if err != nil {
		return err
	}
	err = v.tried(dir, d, repo)
	if err != nil && !v.kept {
		err = errors.Join(err, back())
	}
	return err
}

// switched goes to the branch that is there and to be committed to: what is
// decided is decided on what stands there. One that is not there is made when
// there is something to commit. back returns from it.
func (v *life) switched(repo git.Repo) (back func() error, err error) {
	switch {
	case v.Branch == "" || repo.Branch() == v.Branch || !repo.HasBranch(v.Branch):
		return func() error { return nil }, nil
	case v.Dry:
		return nil, fmt.Errorf("--dry-run checks nothing out, and what would be done depends on what is on %s; git switch %s first", v.Branch,
			v.Branch)
	}
	return repo.Switch(v.Branch)
}

// tried makes the move, anew as often as others were faster.
func (v *life) tried(dir string, d decide, repo git.Repo) error {
	seen, _ := repo.Head("HEAD")
	first := ""
	for range tries {
		again, err := v.once(dir, d, &seen, &first)
		if err != nil || !again {
			return err
		}
	}
	return fmt.Errorf("gave up after %d attempts: the remote keeps moving", tries)
}

// once makes the move. again is true if it was taken back because somebody else
// had pushed: what is checked out is another commit now.
func (v *life) once(dir string, d decide, seen, first *string) (again bool, err error) {
	co, err := readCheckout(v.Input, dir, v.Release, v.Stdin)
	if err != nil {
		return false, err
	}
	defer co.Close()
	if v.aborts && schemas.Failed(co.Found) {
		if err := co.lastReleases(v.Release); err != nil {
			return false, err
		}
	}
	if co.release == nil {
		return false, report.Findings(v.Stderr, co.Found)
	}
	if v.Release != "" && co.set != "" && v.Release != co.set && *first == "" {
		fmt.Fprintf(v.Stderr, "cutover: %s is in ReleaseSet %s, whose releases move together\n", v.Release, co.set)
	}
	if v.outdated(co) {
		fmt.Fprintln(v.Stderr, "cutover: others have pushed; catching up")
		err = co.repo.CatchUp()
		*seen, _ = co.repo.Head("HEAD")
		return true, err
	}
	if v.expect != "" && co.seen() != v.expect {
		return false, ErrMoved
	}
	if found := v.moved(co, *seen, first); v.expect == "" && len(found) > 0 {
		return false, report.Findings(v.Stderr, found)
	}
	m, files, err := v.decided(co, d)
	if err != nil {
		return false, err
	}
	if v.Dry {
		co.dryRun(v.Stdout, m, files)
		return false, nil
	}
	if !v.Commit {
		return false, co.written(v.Stdout, m, files)
	}
	hash, err := v.committed(co, m, files)
	if err != nil {
		return false, err
	}
	if v.Push {
		if again, err = v.pushed(co, hash, files); err != nil || again {
			*seen, _ = co.repo.Head("HEAD")
			return again, err
		}
	}
	fmt.Fprintf(v.Stdout, "%s %s\n", hash[:min(len(hash), 10)], m.subject())
	return false, nil
}

// outdated reports whether an abort that is to be pushed finds nothing under way
// only because this clone has not seen yet what is. It asks once.
func (v *life) outdated(co checkout) bool {
	under := func(r *schemas.Release) bool { return co.stands()[r.Metadata.Name] != "stable" }
	if !v.aborts || !v.Push || v.Dry || v.asked || slices.ContainsFunc(co.subjects(), under) {
		return false
	}
	v.asked = true
	return co.repo.Behind()
}

// moved: what was decided on must still be so. seen is the commit that was there
// when the program was called, first what the release stood at. An abort goes on
// as long as there are requests to take away.
func (v *life) moved(co checkout, seen string, first *string) []schemas.Finding {
	now := co.seen()
	was := *first
	if was == "" {
		*first = now
	}
	if (co.head == "" || co.head == seen) && (was == "" || was == now) {
		return nil
	}
	for _, r := range co.subjects() {
		if weight, ok := stage.WeightAt(r, co.stands()[r.Metadata.Name]); v.aborts && ok && weight > 0 && r.Candidate() != "" {
			return nil
		}
	}
	return []schemas.Finding{co.release.Find("moved", "spec.stage", "somebody else has moved the release meanwhile: it stands at "+co.stood(),
		"see where it stands, and decide again")}
}

// decided is the move and the files it changes, if nothing speaks against it.
func (v *life) decided(co checkout, d decide) (move, map[string][]byte, error) {
	stderr := v.Stderr
	m, found, err := d(co)
	if err != nil || schemas.Failed(found) {
		return m, nil, errors.Join(err, report.Errors(stderr, found))
	}
	m.grounds = v.grounds
	found, err = v.gate(co, m)
	if err != nil {
		return m, nil, err
	}
	if v.Force {
		for i, f := range found {
			if f.Severity == schemas.Error {
				m.forced = append(m.forced, f)
				found[i].Severity = schemas.Warning
			}
		}
	}
	if err := report.Findings(stderr, found); err != nil {
		return m, nil, err
	}
	files, found := co.files(m)
	return m, files, report.Findings(stderr, append(found, co.dirty(files)...))
}

// dryRun says what would be written and committed.
func (co checkout) dryRun(w io.Writer, m move, files map[string][]byte) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		verb := "update"
		switch {
		case files[name] == nil:
			verb = "delete"
		case co.before(name) == nil:
			verb = "create"
		}
		fmt.Fprintf(w, "%s %s\n", verb, co.Shown(name))
	}
	fmt.Fprintf(w, "\n%s", m.message())
}

// written writes the files and leaves the commit to the user.
func (co checkout) written(w io.Writer, m move, files map[string][]byte) error {
	if err := co.Put(files); err != nil {
		return fmt.Errorf("%w; run the same again to finish", err)
	}
	fmt.Fprintf(w, "%s: %s → %s, %d files written; to be committed as\n\n%s", co.called(), m.from.Name, m.to.Name, len(files), m.message())
	return nil
}

// committed writes the files and commits them. What a hook refuses is undone.
func (v *life) committed(co checkout, m move, files map[string][]byte) (hash string, err error) {
	back := func() error { return nil }
	if v.Branch != "" {
		if back, err = co.repo.Switch(v.Branch); err != nil {
			return "", err
		}
	}
	if err := co.Put(files); err != nil {
		v.kept = true
		return "", fmt.Errorf("%w; run the same again to finish", err)
	}
	hash, err = co.repo.Commit(slices.Sorted(maps.Keys(files)), m.message())
	if err != nil {
		return "", errors.Join(err, co.undo(files), back())
	}
	v.kept = true
	return hash, nil
}

// undo puts back what stood in the work tree.
func (co checkout) undo(files map[string][]byte) error {
	old := map[string][]byte{}
	for name := range files {
		old[name] = co.before(name)
	}
	return co.Put(old)
}

// pushed pushes the commit. Where others were faster it takes the commit back
// and catches up, so that the move is decided anew on what they made.
func (v *life) pushed(co checkout, hash string, files map[string][]byte) (again bool, err error) {
	raced, err := co.repo.Push()
	switch {
	case err == nil:
		return false, nil
	case !raced:
		return false, fmt.Errorf("%s is committed and not pushed: %w", hash[:min(len(hash), 10)], err)
	}
	fmt.Fprintln(v.Stderr, "cutover: others have pushed meanwhile; catching up")
	if err := errors.Join(co.repo.TakeBack(co.head, hash, slices.Sorted(maps.Keys(files))), co.undo(files)); err != nil {
		return false, err
	}
	return true, co.repo.CatchUp()
}
