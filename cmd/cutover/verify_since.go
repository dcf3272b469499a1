package main

import (
	"io"
	"path/filepath"
	"sync"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/fn/verify"
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
	err = v.folders(c, dir, v.recursive, func(dir string, stdout, stderr io.Writer) error {
		one, err := v.changedIn(dir, old)
		if err != nil {
			return err
		}
		if v.format == "text" {
			return one.print(v.format, stdout, stderr)
		}
		lock.Lock()
		defer lock.Unlock()
		all[dir] = one
		return nil
	})
	if err != nil || v.format == "text" {
		return err
	}
	return joined(all).print(v.format, c.OutOrStdout(), c.ErrOrStderr())
}

// changedIn checks one folder. A folder that was not there before has nobody
// to disappoint: only what it is now is checked.
func (v verifyFlags) changedIn(dir string, old folder.Revision) (verdict, error) {
	live := filepath.Join(dir, overlay.Root, "live")
	out := verdict{Subject: live + " since " + v.since, Edges: 1}
	now, found, err := folder.State(dir, live, nil)
	if err != nil {
		return out, err
	}
	before, there, more := old.State(live)
	out.Findings = append(found, more...)
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
