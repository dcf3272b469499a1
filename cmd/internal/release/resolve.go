package release

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// Resolve renders anew what a merge left in conflict in the generated files of a
// folder, and adds it to the index. It returns [report.ErrFindings] if conflicts are
// left that people must settle, or if the way from one of the merged sides drops
// requests; the reasons are printed.
func Resolve(dir string, o Options) error {
	in := o.Input
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
	in.Writes = true
	unmerged, err := repo.Unmerged(".")
	if err != nil {
		return err
	}
	if found := open(dir, unmerged); len(found) > 0 {
		return report.Findings(o.Stderr, found)
	}
	l, err := in.Load(dir, o.Stdin)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := report.Findings(o.Stderr, l.Found); err != nil {
		return err
	}
	changes, found, err := l.Changes(overlay.Files(l.Out))
	if err != nil {
		return err
	}
	if err := report.Findings(o.Stderr, found); err != nil {
		return err
	}
	if err := l.Write(changes); err != nil {
		return err
	}
	if err := repo.Add([]string{overlay.Root}); err != nil {
		return err
	}
	fmt.Fprintf(o.Stdout, "%s: %s\n", l.Shown(overlay.Root), folder.Counted(changes))
	return report.Findings(o.Stderr, sides(l, repo))
}

// open are the conflicts that rendering cannot end: in what people wrote, and in
// what a track is kept as.
func open(dir string, unmerged []string) []schemas.Finding {
	var found []schemas.Finding
	for _, name := range unmerged {
		f := schemas.Finding{File: path.Join(filepath.ToSlash(dir), name), ID: "unmerged"}
		switch {
		case !below(name, overlay.Root):
			f.Message, f.Hint = "has conflicts, and people wrote it", "settle them, git add it, and call resolve again"
		case isSnapshot(name):
			f.Message = "has conflicts, and it is what a track that serves was made from"
			f.Hint = "git checkout --ours or --theirs, whichever the Release says, git add it, and call resolve again"
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
func sides(l load.Loaded, repo git.Repo) []schemas.Finding {
	co := checkout{Loaded: l, repo: repo}
	tree, err := l.Tree()
	if err != nil {
		return nil
	}
	co.tree = tree
	to, found := co.state(tree.Source, tree.Clusters())
	for _, side := range []string{"HEAD", "MERGE_HEAD"} {
		hash, ok := repo.Head(side)
		if !ok {
			continue
		}
		before, err := co.treeAt(hash)
		if err != nil || len(before) == 0 {
			continue
		}
		from, unreadable := co.state(before.Source, before.Clusters())
		if !schemas.Failed(unreadable) {
			found = append(found, verify.Edge{Name: side + " → merged", From: from, To: to}.Check()...)
		}
	}
	return found
}
