package git

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// History are the commits on the first-parent line of a revision that change
// something below some paths, newest first. A Fleet has read those of all folders that
// stand in one called rendered.
func (r Repo) History(rev string, paths ...string) ([]Commit, error) {
	other := func(p string) bool { return path.Base(path.Dir(r.full(p))) != "rendered" }
	if r.common != nil && !slices.ContainsFunc(paths, other) {
		var dirs []string
		for _, p := range paths {
			dirs = append(dirs, r.full(p))
		}
		return r.common.history(rev, dirs)
	}
	args := []string{"log", "--first-parent", "--format=%H %ct", rev, "--"}
	out, err := r.run(append(args, literal(paths)...)...)
	if err != nil {
		return nil, err
	}
	var all []Commit
	for line := range strings.Lines(string(out)) {
		var c Commit
		var unix int64
		if n, _ := fmt.Sscanf(line, "%s %d", &c.Hash, &unix); n == 2 {
			c.When = time.Unix(unix, 0)
			all = append(all, c)
		}
	}
	return all, nil
}

// Dirty are the paths of the repository that are not as in HEAD, in the index or
// in the work tree. Like all paths they count from the folder: ../base/web.yaml.
func (r Repo) Dirty() ([]string, error) {
	out, err := r.run("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", ":(top)")
	if err != nil {
		return nil, err
	}
	var dirty []string
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if len(entry) <= 3 {
			continue
		}
		name, err := filepath.Rel(filepath.FromSlash("/"+r.prefix), filepath.FromSlash("/"+entry[3:]))
		if err != nil {
			return nil, err
		}
		dirty = append(dirty, filepath.ToSlash(name))
	}
	slices.Sort(dirty)
	return dirty, nil
}
