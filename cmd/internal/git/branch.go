package git

import "strings"

// Branch is the name of the branch that is checked out, "" if there is none.
func (r Repo) Branch() string {
	out, err := r.run("symbolic-ref", "--quiet", "--short", "HEAD")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// HasBranch reports whether there is a branch of that name here.
func (r Repo) HasBranch(name string) bool {
	_, there := r.Head("refs/heads/" + name)
	return there
}

// Switch checks a branch out, and makes it where it is not there yet. back undoes
// both, as long as nothing has been committed to it.
func (r Repo) Switch(branch string) (back func() error, err error) {
	was := r.Branch()
	if was == branch {
		return func() error { return nil }, nil
	}
	from := []string{"switch", "--quiet", was}
	if was == "" {
		hash, _ := r.Head("HEAD")
		from = []string{"switch", "--quiet", "--detach", hash}
	}
	there := r.HasBranch(branch)
	to := []string{"switch", "--quiet", branch}
	if !there {
		to = []string{"switch", "--quiet", "--create", branch}
	}
	_, err = r.run(to...)
	return func() error {
		_, err := r.run(from...)
		if err == nil && !there {
			_, err = r.run("branch", "--quiet", "--delete", "--force", branch)
		}
		return err
	}, err
}
