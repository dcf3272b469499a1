package release

import (
	"path"

	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// This file looks at rendered/live of a checkout, and of commits before.

// liveAt is rendered/live at a revision.
func (co checkout) liveAt(rev string) (overlay.Tree, error) {
	tree := overlay.Tree{}
	live, ok, err := co.repo.File(rev, overlay.LiveFile)
	if ok {
		tree[overlay.LiveFile] = live
	}
	if ok || err != nil {
		return tree, err
	}
	return tree, co.repo.Files(tree, rev, overlay.Live)
}

// liveFiles are the files that say where the release stands.
func (co checkout) liveFiles() []string {
	var all []string
	for _, c := range clustersOf(co.release) {
		all = append(all, overlay.LiveFileOf(c))
	}
	return all
}

// parted: each cluster is led to the same stage. Abort mends it.
func (co checkout) parted() []schemas.Finding {
	why := co.points().apart[co.name()]
	if why == "" {
		return nil
	}
	return []schemas.Finding{co.release.Find("live-apart", "spec.stage", why,
		"cutover render, and commit that: every cluster is led to where spec.stage says; or abort, which leads all of them back")}
}

// unmade is the first file that a stage lacks of those that it begins with, "" if none.
func (co checkout) unmade(stage string) string {
	for _, c := range co.points().clusters {
		name := path.Join(overlay.StageDir(co.name(), stage), c, "kustomization.yaml")
		if _, ok := co.tree[name]; !ok {
			return name
		}
	}
	return ""
}
