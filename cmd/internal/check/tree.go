package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/structure"
	"github.com/cutoverdev/cutover/schemas"
)

// Tree checks what is rendered in a folder: that it is up to date, every stage,
// and every edge between two. Objects that were made are dropped when they are known to be
// as on disk: what was loaded is good for one check.
func Tree(l load.Loaded, o Options) report.Report {
	t := newTree(l, o, l.Shown(overlay.Root))
	if !t.upToDate() {
		return t.Report
	}
	t.each((*checker).all)
	for _, s := range t.sets {
		t.all(s)
	}
	if len(l.Out.Releases) > 1 {
		t.find(verify.Check(t.state(t.together), "live")...)
	}
	return t.end()
}

// Stages checks one edge of what is rendered in a folder, between two stages, each
// of which may be written release/stage.
func Stages(l load.Loaded, from, to string, o Options) report.Report {
	t := newTree(l, o, l.Shown(overlay.Root)+": "+from+" → "+to)
	if !t.upToDate() {
		return t.Report
	}
	known := false
	t.each(func(c *checker) {
		if c.release.Set() == "" || strings.Contains(from+to, "/") {
			c.one(from, to)
		}
	})
	for _, s := range t.sets {
		known = t.one(s, from, to) || known
	}
	if !known && len(t.sets) == 1 && len(t.sets[0].Members) == len(l.Out.Releases) && t.Edges == 0 && !schemas.Failed(t.Findings) {
		t.find(schemas.Finding{
			File: l.Shown("."), ID: "stage-unknown", Message: fmt.Sprintf("ReleaseSet %s has no stages %q and %q", t.sets[0].Name, from, to),
			Hint: "cutover plan lists them; of one release: release/stage",
		})
	}
	return t.end()
}

// Moves checks an edge for each release or set that is named, and reports of each by itself.
// What was loaded is good for one check, so that all are checked in one.
func Moves(l load.Loaded, moves map[string][2]string, o Options) map[string]report.Report {
	all := map[string]report.Report{}
	t := newTree(l, o, l.Shown(overlay.Root))
	if !t.upToDate() {
		for name := range moves {
			all[name] = t.Report
		}
		return all
	}
	alone := func(name string, check func(from, to string)) {
		move, ok := moves[name]
		if !ok {
			return
		}
		whole := t.Report
		t.Report = report.Report{
			Subject:  fmt.Sprintf("%s: %s/%s → %s/%s", l.Shown(overlay.Root), name, move[0], name, move[1]),
			Findings: slices.Clone(l.Found),
		}
		check(move[0], move[1])
		all[name] = t.end()
		t.Report = whole
	}
	t.each(func(c *checker) { alone(c.release.Metadata.Name, c.one) })
	for _, s := range t.sets {
		alone(s.Name, func(from, to string) { t.one(s, from, to) })
	}
	return all
}

// each calls visit for every release, and reads what all of them come to.
func (t *tree) each(visit func(*checker)) {
	out := t.loaded.Out
	if len(out.Shared) > 0 {
		for _, c := range clustersOf(out.Releases[0]) {
			t.shared = append(t.shared, generators.In(c, t.rendered(t.loaded.Rendered(), overlay.Root+"/shared"))...)
		}
	}
	if len(t.shared) == 0 {
		t.forget() // nothing stands beside, and nobody asks for what was made
	}
	t.close()
	t.together = t.shared
	t.sets = generators.Sets(out.Releases)
	beside := func([]kube.Object) []kube.Object { return t.shared }
	if len(out.Releases) > 1 && t.Agent == "" { // else there is nothing to be gained, or an agent may change what nobody names
		beside = verify.NewBystanders(t.shared, t.state(t.shared)).Beside
	}
	besides := make([][]kube.Object, len(out.Releases))
	for i, r := range out.Releases {
		besides[i] = beside((&checker{tree: t, release: r}).objects())
	}
	t.forget()
	clear(t.loaded.In.Snapshots)
	for i, r := range out.Releases {
		c := &checker{
			tree: t, release: r, files: t.loaded.Rendered(), judge: structure.NewJudge(t.loaded.In.Rules), read: map[string]cluster.State{},
			beside: besides[i],
		}
		visit(c)
		if at := c.over(); at >= 0 && r.Set() == "" { // a set ends as one
			t.closed[at] = t.closed[at].Bare()
		}
		t.delivered(t.loaded.Shown(overlay.Root+"/live"), c.stage(r.Spec.Stage))
		t.together = slices.Concat(t.together, t.standing(c.files, r, r.Spec.Stage))
	}
}
