package git

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Repo is a folder in a repository. Paths are slash-separated and count from
// that folder.
type Repo struct {
	dir    string // the folder
	prefix string // the folder's path in the repository, "" or with a slash behind it
	lock   string
	read   *reader
	common *common // with other folders of the repository; nil: it has none
}

// common is what the folders of one repository ask only once: see [Fleet].
type common struct {
	head    func() (string, bool)
	up      func() (string, bool)
	history func(rev string, dirs []string) ([]Commit, error) // dirs in the repository
}

// Close ends what reads the repository.
func (r Repo) Close() {
	if r.read != nil && r.common == nil {
		r.read.close()
	}
}

// Open finds the repository of a folder. ok is false if there is none. A git that
// is not there, or refuses to read a repository that is, is an error: whoever took
// it for no repository would look at no history.
func Open(dir string) (r Repo, ok bool, err error) {
	r.dir = dir
	out, err := r.run("rev-parse", "--is-inside-work-tree", "--git-path", "cutover.lock", "--show-prefix")
	if _, there := top(dir); err != nil && there {
		return r, false, err
	}
	if err != nil {
		return r, false, nil
	}
	lines := strings.Split(string(out), "\n")
	if lines[0] != "true" {
		return r, false, nil
	}
	r.lock, r.prefix = filepath.Join(dir, lines[1]), lines[2]
	if filepath.IsAbs(lines[1]) {
		r.lock = lines[1]
	}
	r.read = &reader{dir: dir}
	return r, true, nil
}

// top is the nearest folder above dir, or dir itself, with a repository in it. A
// folder called .git that is empty is none, to git too.
func top(dir string) (string, bool) {
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	for at := abs; err == nil; at = filepath.Dir(at) {
		name := filepath.Join(at, ".git")
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			name = filepath.Join(name, "HEAD")
		}
		if _, err := os.Lstat(name); err == nil {
			return at, true
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	return "", false
}

// Error is git's own words on why it did not do something.
type Error struct {
	Verb string
	Text string
}

// run runs git in the folder and returns its standard output.
func (r Repo) run(args ...string) ([]byte, error) { return r.feed("", args...) }

// Moving is the environment variable by which hooks know a commit that moves a
// release.
const Moving = "CUTOVER_MOVING"

// feed runs git with standard input.
func (r Repo) feed(stdin string, args ...string) ([]byte, error) {
	c := exec.Command("git", args...)
	c.Dir = r.dir
	if args[0] == "commit" {
		c.Env = append(os.Environ(), Moving+"=1")
	}
	c.Stdin = strings.NewReader(stdin)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		text := strings.TrimSpace(stderr.String())
		if text == "" {
			text = strings.TrimSpace(string(out))
		}
		return out, &Error{args[0], text}
	}
	if err != nil {
		return nil, fmt.Errorf("git %s: %w", args[0], err)
	}
	return out, nil
}

// literal keeps git from reading patterns into paths.
func literal(paths []string) []string {
	var all []string
	for _, p := range paths {
		all = append(all, ":(literal)"+p)
	}
	return all
}

// full is a path's name in the repository.
func (r Repo) full(name string) string { return path.Join(r.prefix, name) }

// Head is the commit a revision names. ok is false where there is none yet, or no repository.
func (r Repo) Head(rev string) (hash string, ok bool) {
	if r.read == nil {
		return "", false
	}
	if r.common != nil && rev == "HEAD" {
		return r.common.head()
	}
	o, ok, err := r.read.object(rev + "^{commit}")
	return o.id, ok && err == nil
}

// Commit is one of the delivery branch's history.
type Commit struct {
	Hash string
	When time.Time // committed, or merged

	order int // in the history
}

func (e *Error) Error() string { return "git " + e.Verb + ": " + e.Text }
