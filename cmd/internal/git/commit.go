package git

import (
	"errors"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Lock keeps other cutovers out of the repository until it is released, or the
// process ends, however it does.
func (r Repo) Lock() (release func(), err error) { return lockedfile.MutexAt(r.lock).Lock() }

// Recover puts the index right for the paths of a commit that was interrupted: git
// moves HEAD first and the index after it, and whoever committed next without
// knowing would take the commit back. done is true if there was anything to do.
func (r Repo) Recover() (done bool, err error) {
	paths, err := os.ReadFile(r.journal())
	if err != nil {
		return false, nil // as a rule there is none
	}
	if _, err := r.feed(string(paths), "reset", "--quiet", "--pathspec-from-file=-", "--pathspec-file-nul"); err != nil {
		return false, err
	}
	return true, os.Remove(r.journal())
}

// journal is where the paths of a commit stand while it is made.
func (r Repo) journal() string { return strings.TrimSuffix(r.lock, ".lock") + ".journal" }

// Commit makes one commit of exactly some paths, as they are in the work tree.
// What else is staged stays staged. Hooks run; what they refuse is an error,
// and then nothing is committed.
func (r Repo) Commit(paths []string, message string) (hash string, err error) {
	fresh, err := r.untracked(paths)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(r.journal(), []byte(r.nulTop(paths)), 0o666); err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(r.journal()) }()
	if len(fresh) > 0 {
		if _, err := r.feed(nul(fresh), "add", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul"); err != nil {
			return "", err
		}
	}
	_, err = r.feed(nul(paths), "commit", "--quiet", "--only", "--message", message, "--pathspec-from-file=-", "--pathspec-file-nul")
	if err != nil {
		if len(fresh) > 0 {
			_, undo := r.feed(nul(fresh), "reset", "--quiet", "--pathspec-from-file=-", "--pathspec-file-nul")
			err = errors.Join(err, undo)
		}
		return "", err
	}
	hash, _ = r.Head("HEAD")
	return hash, nil
}

// nul lists paths as git reads them from standard input.
func nul(paths []string) string { return strings.Join(literal(paths), "\x00") + "\x00" }

// nulTop lists paths as git reads them wherever it is called from.
func (r Repo) nulTop(paths []string) string {
	var b strings.Builder
	for _, p := range paths {
		b.WriteString(":(top,literal)" + r.full(p) + "\x00")
	}
	return b.String()
}

// untracked are those of the paths that the index does not know.
func (r Repo) untracked(paths []string) ([]string, error) {
	out, err := r.run(append([]string{"ls-files", "-z", "--"}, literal(paths)...)...)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for name := range strings.SplitSeq(string(out), "\x00") {
		known[name] = true
	}
	var fresh []string
	for _, p := range paths {
		if !known[p] {
			fresh = append(fresh, p)
		}
	}
	return fresh, nil
}

// Add tells the index how paths are in the work tree: merged, if they were not.
func (r Repo) Add(paths []string) error {
	_, err := r.feed(nul(paths), "add", "--all", "--pathspec-from-file=-", "--pathspec-file-nul")
	return err
}

// Unmerged are the paths below some that a merge left in conflict.
func (r Repo) Unmerged(paths ...string) ([]string, error) {
	out, err := r.run(append([]string{"diff", "--name-only", "--relative", "--diff-filter=U", "-z", "--"}, literal(paths)...)...)
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(string(out), func(c rune) bool { return c == 0 }), nil
}
