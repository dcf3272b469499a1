package stage_test

import (
	"fmt"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// TestPlan compares plans with the tables in testdata/plan.
func TestPlan(t *testing.T) {
	golden.Run(t, "plan", func(t *testing.T, c *golden.Case) {
		_, out := c.Generate(t)
		var b strings.Builder
		for _, r := range out.Releases {
			writePlan(&b, r.Plan())
		}
		c.Want(t, "plan", b.String())
	})
}

// writePlan writes a plan with everything a stage holds.
func writePlan(b *strings.Builder, plan []stage.Stage) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "stage\tblue\tgreen\tmain\tto "+plan[0].Candidate+"\thold\tnext\tabort\tchanges")
	for i, s := range plan {
		from := s
		if i > 0 {
			from = plan[i-1]
		}
		if s.Twin {
			from, _ = stage.Find(plan, strings.TrimSuffix(s.Name, "-abort"))
		}
		main := s.Main
		if s.Both {
			main = "both"
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", s.Name, s.Pods(schemas.Blue), s.Pods(schemas.Green), main,
			split(s), s.Hold, s.Next, s.Abort, strings.Join(stage.Changes(from, s), "; "))
	}
	_ = w.Flush()
}

func split(s stage.Stage) string {
	text := fmt.Sprintf("%d %%", s.Split.Weight)
	if n := len(s.Split.Match); n > 0 {
		text += fmt.Sprintf(" + %d match", n)
	}
	if s.Split.Mirror > 0 {
		text += fmt.Sprintf(" + mirror %d", s.Split.Mirror)
	}
	if s.Split.Affinity {
		text += " + affinity"
	}
	if s.Preview {
		text += " + preview"
	}
	return text
}

// TestLaws holds every plan of the test data to what DESIGN promises of plans.
func TestLaws(t *testing.T) {
	for _, c := range golden.Releases(t) {
		_, out := c.Generate(t)
		for _, r := range out.Releases {
			plan := r.Plan()
			ratio := r.Worker() || strings.Contains(strings.Join(stage.Names(plan), " "), "widen")
			for _, e := range stage.Edges(plan) {
				from, ok := stage.Find(plan, e.From)
				require.True(t, ok, "%s: %v starts nowhere", c.Name, e)
				to, ok := stage.Find(plan, e.To)
				require.True(t, ok, "%s: %v ends nowhere", c.Name, e)
				checkEdge(t, c.Name, from, to, ratio)
			}
			checkAborts(t, c.Name, plan, r.Release)
			checkNames(t, c.Name, plan)
		}
	}
}

// checkEdge: pods and requests of a track never change on one edge, but where
// pods are shares; and main never moves to or from pods that come or go.
func checkEdge(t *testing.T, name string, from, to stage.Stage, ratio bool) {
	t.Helper()
	for _, track := range schemas.TrackNames {
		pods := from.Pods(track) != to.Pods(track)
		weight := from.Weight(track) != to.Weight(track)
		require.False(t, pods && weight && !ratio, "%s: %s → %s changes pods and requests of %s", name, from.Name, to.Name, track)
		comes := from.Running(track) != to.Running(track)
		require.False(t, comes && from.Main != to.Main, "%s: %s → %s moves main while pods come or go", name, from.Name, to.Name)
	}
}

// checkAborts: every stage between stable and retire leads back to live with
// one commit that changes no pods where it makes a stage of its own. A worker's
// share stays until its pods go: with the next commit, if it was main.
func checkAborts(t *testing.T, name string, plan []stage.Stage, r *schemas.Release) {
	t.Helper()
	live := r.Spec.Live
	for i, s := range plan {
		if s.Plain > 0 { // the way back is the way that led here
			before := append([]stage.Stage{{}}, plan...)[i]
			require.Equal(t, before.Name, s.Abort, "%s: abort of %s", name, s.Name)
			continue
		}
		if s.Name == "stable" || s.Twin || !s.Running(live) {
			require.Empty(t, s.Abort, "%s: %s has an abort", name, s.Name)
			continue
		}
		to, ok := stage.Find(plan, s.Abort)
		require.True(t, ok, "%s: %s has no abort", name, s.Name)
		require.Equal(t, live, to.Main, "%s: abort of %s leaves main elsewhere", name, s.Name)
		require.False(t, to.Both, "%s: abort of %s leaves the apexes on both", name, s.Name)
		if r.Worker() && s.Main != live {
			to, ok = stage.Find(plan, to.Abort)
			require.True(t, ok, "%s: the second abort of %s leads nowhere", name, s.Name)
		}
		require.Zero(t, to.Split.Weight, "%s: abort of %s leaves the candidate a share", name, s.Name)
		require.Empty(t, to.Split.Match, "%s: abort of %s leaves the step's matches", name, s.Name)
		require.Zero(t, to.Split.Mirror, "%s: abort of %s leaves the mirror", name, s.Name)
		if to.Twin {
			require.Equal(t, s.Tracks, to.Tracks, "%s: abort of %s changes pods", name, s.Name)
		}
	}
}

func checkNames(t *testing.T, name string, plan []stage.Stage) {
	t.Helper()
	seen := map[string]bool{}
	for _, s := range plan {
		require.False(t, seen[s.Name], "%s: two stages %s", name, s.Name)
		seen[s.Name] = true
	}
}
