package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// changed checks what has become of every rendered/live since a revision, as
// one commit for each folder.
func (v verifyFlags) changed(c *cobra.Command, dir string) error {
	old, err := folder.OpenRevision(dir, v.since)
	if err != nil {
		return err
	}
	defer old.Close()
	var lock sync.Mutex
	all := map[string]verdict{}
	one := func(dir string, stdout, stderr io.Writer) error {
		one, err := v.changedIn(dir, old)
		if err != nil {
			return err
		}
		if v.format == "text" {
			return v.report(one, stdout, stderr)
		}
		lock.Lock()
		defer lock.Unlock()
		all[dir] = one
		return nil
	}
	if err = v.eachSince(c, dir, old, one); err != nil || v.format == "text" {
		return err
	}
	return v.report(joined(all), c.OutOrStdout(), c.ErrOrStderr())
}

// eachSince calls one with dir, or with -R with every folder at and below it.
func (v verifyFlags) eachSince(c *cobra.Command, dir string, old folder.Revision, one func(dir string, stdout, stderr io.Writer) error) error {
	if !v.recursive {
		return one(dir, c.OutOrStdout(), c.ErrOrStderr())
	}
	dirs, err := foldersSince(dir, old)
	if err != nil {
		return err
	}
	return parallel(c, dirs, one)
}

// foldersSince are the folders of Releases at and below dir that are rendered, and
// those that an agent may follow since before, whether their Releases are still
// there or not. What has never been rendered nobody follows.
func foldersSince(dir string, old folder.Revision) ([]string, error) {
	now, err := folder.Find(dir)
	if err != nil {
		return nil, err
	}
	now = slices.DeleteFunc(now, func(dir string) bool {
		_, err := os.Lstat(filepath.Join(dir, overlay.Root, "live"))
		return errors.Is(err, fs.ErrNotExist)
	})
	before, err := old.Live(dir)
	return slices.Compact(slices.Sorted(slices.Values(append(now, before...)))), err
}

// changedIn checks one folder. A folder that was not there before has nobody
// to disappoint: only what it is now is checked.
func (v verifyFlags) changedIn(dir string, old folder.Revision) (verdict, error) {
	live := filepath.Join(dir, overlay.Root, "live")
	out := verdict{Subject: live + " since " + v.since, Edges: 1}
	before, there, found := old.State(live)
	out.Findings = found
	if _, err := os.Lstat(live); there && errors.Is(err, fs.ErrNotExist) {
		out.vanished(v, live, before)
		out.accept(v.allow)
		return out, nil
	}
	now, more, err := folder.State(dir, live, nil)
	if err != nil {
		return out, err
	}
	out.Findings = append(out.Findings, more...)
	if schemas.Failed(out.Findings) {
		return out, nil
	}
	to := verify.NewState(v.router(), now)
	if there {
		out.between(v, verify.Edge{From: verify.NewState(v.router(), before), To: to})
	} else {
		out.Findings = append(out.Findings, to.Check("")...)
		out.unread(to)
	}
	out.delivered(v, live, to)
	out.accept(v.allow)
	return out, nil
}

// vanished judges a rendered/live that is there no more. What becomes of its
// objects is up to the agent: one that finds no path stops, and one that is
// removed along with it may take all of them with it.
func (out *verdict) vanished(v verifyFlags, live string, before []kube.Object) {
	if schemas.Failed(out.Findings) {
		return
	}
	from := verify.NewState(v.router(), before)
	judged := verify.Edge{From: from, To: verify.NewState(v.router(), nil)}.Judge()
	out.unread(from)
	out.unjudged(judged.Unread)
	out.left(judged.Left)
	found := judged.Found
	i := slices.IndexFunc(found, func(f schemas.Finding) bool { return f.Severity == schemas.Error })
	if i < 0 {
		out.Findings = append(out.Findings, found...)
		return
	}
	out.Findings = append(out.Findings, schemas.Finding{
		File: filepath.ToSlash(live), ID: "live-gone",
		Message: fmt.Sprintf("was deleted: an agent that follows it stops here, or removes the %s that it built; then %s", count(len(before), "object"), found[i].Message),
		Hint:    "if the agent follows another path by now, or nobody calls what it built: --allow live-gone",
	})
}
