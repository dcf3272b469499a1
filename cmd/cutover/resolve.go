package main

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

func newResolve() *cobra.Command {
	var in input
	c := &cobra.Command{
		Use:   "resolve [DIR]",
		Short: "Render anew what a merge left in conflict",
		Long: `Resolve ends the conflicts of a merge, rebase or cherry-pick in generated files:
it renders them anew from the Releases and manifests as they are merged, and adds
them to the index. Conflicts in what people wrote are yours to settle, before.

What was merged is checked as any commit is: that an agent gets from either side
to the result without dropping a request. Then it is yours to commit.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return in.resolve(c, dirOf(args)) },
	}
	in.flags(c)
	return c
}

func (in input) resolve(c *cobra.Command, dir string) error {
	repo, ok, err := git.Open(dir)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%s is in no Git repository", dir)
	}
	defer repo.Close()
	release, err := repo.Lock()
	if err != nil {
		return fmt.Errorf("lock the repository: %w", err)
	}
	defer release()
	in.writes = true
	unmerged, err := repo.Unmerged(".")
	if err != nil {
		return err
	}
	if found := in.open(dir, unmerged); len(found) > 0 {
		return report(c.ErrOrStderr(), found)
	}
	l, err := in.load(dir, c.InOrStdin())
	if err != nil {
		return err
	}
	defer l.Close()
	if err := report(c.ErrOrStderr(), l.found); err != nil {
		return err
	}
	changes, found, err := l.Changes(overlay.Files(l.out))
	if err != nil {
		return err
	}
	if err := report(c.ErrOrStderr(), found); err != nil {
		return err
	}
	if err := l.Write(changes); err != nil {
		return err
	}
	if err := repo.Add([]string{overlay.Root}); err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "%s: %s\n", l.Shown(overlay.Root), counted(changes))
	return report(c.ErrOrStderr(), sides(l, repo))
}

// open are the conflicts that rendering cannot end: in what people wrote, and in
// what a track is kept as.
func (in input) open(dir string, unmerged []string) []schemas.Finding {
	var found []schemas.Finding
	for _, name := range unmerged {
		f := schemas.Finding{File: path.Join(filepath.ToSlash(dir), name), ID: "unmerged"}
		switch {
		case !below(name, overlay.Root):
			f.Message, f.Hint = "has conflicts, and people wrote it", "settle them, git add it, and call resolve again"
		case isSnapshot(name):
			f.Message, f.Hint = "has conflicts, and it is what a track that serves was made from", "git checkout --ours or --theirs, whichever the Release says, git add it, and call resolve again"
		default:
			continue
		}
		found = append(found, f)
	}
	return found
}

// isSnapshot reports whether a generated file is one that tracks are kept by.
func isSnapshot(name string) bool {
	parts := strings.Split(name, "/")
	return len(parts) > 3 && parts[0] == overlay.Root && parts[2] == "tracks"
}

// sides checks the way from either side of a merge to what it became.
func sides(l loaded, repo git.Repo) []schemas.Finding {
	g := ground{loaded: l, repo: repo}
	tree, err := l.Tree()
	if err != nil {
		return nil
	}
	g.tree = tree
	to, found := g.state(tree)
	for _, side := range []string{"HEAD", "MERGE_HEAD"} {
		hash, ok := repo.Head(side)
		if !ok {
			continue
		}
		before, err := g.treeAt(hash)
		if err != nil || len(before) == 0 {
			continue
		}
		from, unreadable := g.state(before)
		if !schemas.Failed(unreadable) {
			found = append(found, verify.Edge{Name: side + " → merged", From: from, To: to}.Check()...)
		}
	}
	return found
}
