package git

import (
	"cmp"
	"strings"
)

// Upstream is the branch that the present one is pushed to, as this repository
// last saw it: origin/main. ok is false if there is none.
func (r Repo) Upstream() (name string, ok bool) {
	if r.common != nil {
		return r.common.up()
	}
	out, err := r.run("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}")
	return strings.TrimSpace(string(out)), err == nil
}

// Push pushes the present branch. raced is true if somebody else's commits are
// there already and have to be taken up first.
func (r Repo) Push() (raced bool, err error) {
	args := []string{"push", "--quiet"}
	if _, ok := r.Upstream(); !ok {
		args = append(args, "--set-upstream", r.remote(), r.Branch())
	}
	if _, err = r.run(args...); err == nil {
		return false, nil
	}
	return r.Behind(), err
}

// Behind asks the remote whether it has commits that the present branch has not.
// A remote that does not answer has none.
func (r Repo) Behind() bool {
	if _, err := r.run("fetch", "--quiet"); err != nil {
		return false
	}
	out, err := r.run("rev-list", "--count", "HEAD..@{upstream}")
	return err == nil && strings.TrimSpace(string(out)) != "0"
}

// remote is where a branch goes that was never pushed.
func (r Repo) remote() string {
	for _, key := range []string{"branch." + r.Branch() + ".remote", "remote.pushDefault"} {
		if out, err := r.run("config", "--get", key); err == nil {
			return strings.TrimSpace(string(out))
		}
	}
	out, _ := r.run("remote")
	first, _, _ := strings.Cut(string(out), "\n")
	if strings.Contains("\n"+string(out), "\norigin\n") {
		first = "origin"
	}
	return cmp.Or(first, "origin")
}

// Address is where the remote is that the present branch goes to, without a password.
// ok is false if there is none.
func (r Repo) Address() (address string, ok bool) {
	out, err := r.run("remote", "get-url", r.remote())
	address = strings.TrimSpace(string(out))
	if scheme, rest, found := strings.Cut(address, "://"); found {
		if user, host, ok := strings.Cut(rest, "@"); ok && strings.HasPrefix(scheme, "http") && !strings.Contains(user, "/") {
			address = scheme + "://" + host
		}
	}
	return address, err == nil && address != ""
}

// TakeBack moves the branch back to the commit before, if the last one is still
// the one given, and makes the index agree for some paths. The work tree is
// left to the caller.
func (r Repo) TakeBack(to, from string, paths []string) error {
	if _, err := r.run("update-ref", "-m", "cutover: take back what could not be pushed", "HEAD", to, from); err != nil {
		return err
	}
	_, err := r.feed(nul(paths), "reset", "--quiet", "--pathspec-from-file=-", "--pathspec-file-nul")
	return err
}

// CatchUp puts the present branch on top of its upstream.
func (r Repo) CatchUp() error {
	if _, err := r.run("merge", "--quiet", "--ff-only", "@{upstream}"); err == nil {
		return nil
	}
	args := []string{"rebase", "--quiet", "@{upstream}"}
	if r.apart() {
		args = []string{"rebase", "--quiet", "--autostash", "@{upstream}"}
	}
	_, err := r.run(args...)
	if err != nil {
		_, _ = r.run("rebase", "--abort")
	}
	return err
}

// apart reports whether what is not committed here is in other files than what
// has come from upstream, so that it can be laid aside and comes back as it was.
func (r Repo) apart() bool {
	dirty, err := r.run("status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames", "--", ":(top)")
	theirs, failed := r.run("diff", "--name-only", "-z", "--no-renames", "HEAD...@{upstream}")
	if err != nil || failed != nil {
		return false
	}
	for entry := range strings.SplitSeq(string(dirty), "\x00") {
		if len(entry) > 3 && strings.Contains("\x00"+string(theirs), "\x00"+entry[3:]+"\x00") {
			return false
		}
	}
	return true
}
