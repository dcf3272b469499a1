package main

import (
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/overlay"
)

// stand is the time during which live/ built the same for a release.
type stand struct {
	stage string
	key   string    // names what was built
	rev   string    // the last commit at which it stood
	since time.Time // when the first such commit was made, or merged
	until time.Time // when the next one was; zero: it still stands
}

// stood is how long it stood.
func (s stand) stood(now time.Time) time.Duration {
	if !s.until.IsZero() {
		now = s.until
	}
	return now.Sub(s.since)
}

// stands walks back the first-parent history of a revision, the newest stand
// first, until there is enough. What other releases and shared/ do is not seen.
func (g ground) stands(rev string, enough func(stand) bool) ([]stand, error) {
	commits, err := g.repo.History(rev, overlay.Root+"/"+g.name(), overlay.Live)
	if err != nil {
		return nil, err
	}
	var all []stand
	for _, c := range commits {
		stage, key, err := g.built(c.Hash)
		if err != nil {
			return nil, err
		}
		last := len(all) - 1
		switch {
		case last >= 0 && all[last].key == key:
			all[last].since = c.When
			continue
		case last >= 0 && enough(all[last]):
			return all, nil
		}
		next := stand{stage: stage, key: key, rev: c.Hash, since: c.When}
		if last >= 0 {
			next.until = all[last].since
		}
		all = append(all, next)
	}
	return all, nil
}

// built names what live/ builds for the release at a commit: the stage, and the
// content of all folders that make it.
func (g ground) built(rev string) (stage, key string, err error) {
	read := func(name string) ([]byte, bool) {
		data, ok, failed := g.repo.File(rev, name)
		if failed != nil {
			err = failed
		}
		return data, ok
	}
	live, _ := read(overlay.LiveFile)
	stage, ok := overlay.Tree{overlay.LiveFile: live}.Stands(g.name())
	if !ok {
		return "", "", err
	}
	var ids []string
	for _, dir := range overlay.Builds(read, g.name(), stage) {
		id, failed := g.repo.ID(rev, dir)
		if failed != nil {
			return "", "", failed
		}
		ids = append(ids, id)
	}
	return stage, strings.Join(ids, " "), err
}

// treeAt is rendered/ at a revision.
func (g ground) treeAt(rev string) (overlay.Tree, error) {
	tree := overlay.Tree{}
	return tree, g.repo.Files(tree, rev, overlay.Root)
}
