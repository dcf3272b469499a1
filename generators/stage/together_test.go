package stage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// member is a release of a set, planned from its strategy and from what its routers need.
func member(t *testing.T, name, spec string, needs stage.Needs) stage.Member {
	t.Helper()
	docs, found := schemas.Documents("release.yaml", []byte(`{apiVersion: cutover.dev/v1alpha1, kind: Release, metadata: {name: `+name+
		`}, spec: {workload: `+name+`, tracks: {blue: {image: "a:7"}, green: {image: "a:8"}}, traffic: [{provider: router}], `+spec+`}}`))
	require.Empty(t, found)
	releases, found := schemas.Parse(docs[0], []schemas.Provider{{Name: "router"}})
	require.Empty(t, found)
	plan, found := stage.Plan(releases[0], stage.Size{Capacity: 4, Called: true}, needs)
	require.Empty(t, found)
	return stage.Member{Name: name, Plan: plan}
}

// shown is the plan of a set as text, a line for each stage.
func shown(p stage.JointPlan) string {
	var b strings.Builder
	for _, s := range p.Stages {
		fmt.Fprintf(&b, "%s: %s; promote %s; abort %s\n", s.Name, strings.Join(s.At, ", "), s.Next, s.Abort)
	}
	return b.String()
}

var (
	weights = stage.Needs{Weights: true}
	byPods  = stage.Needs{Pods: true}
)

func TestTogether(t *testing.T) {
	cart := member(t, "cart", "strategy: {steps: [5, 50]}", weights)
	for _, c := range []struct {
		name    string
		members []stage.Member
		want    string
	}{
		{"one alone", []stage.Member{cart}, `stable: stable; promote prepare; abort
prepare: prepare; promote shift-5; abort stable
shift-5: shift-5; promote shift-50; abort prepare
shift-50: shift-50; promote shift-100; abort prepare
shift-100: shift-100; promote settle; abort prepare
settle: settle; promote retire; abort prepare
retire: retire; promote ; abort
`},
		{"two canaries and one without shares", []stage.Member{
			cart, member(t, "web", "strategy: {steps: [{weight: 25, name: quarter}]}", weights), member(t, "mail", "stage: stable", byPods),
		}, `stable: stable, stable, stable; promote prepare; abort
prepare: prepare, prepare, prepare; promote shift-5; abort stable
shift-5: shift-5, prepare, prepare; promote shift-25; abort prepare
shift-25: shift-5, quarter, prepare; promote shift-50; abort prepare
shift-50: shift-50, quarter, prepare; promote shift-100; abort prepare
shift-100: shift-100, shift-100, prepare; promote settle; abort prepare
settle: settle, settle, settle; promote retire; abort prepare
retire: retire, retire, retire; promote ; abort
`},
		{"a preview, pods that come later, a member without a candidate", []stage.Member{
			member(t, "cart", "strategy: {preview: {hosts: [a.example]}, steps: [{weight: 10, replicas: 50%}]}", weights),
			member(t, "web", "strategy: {steps: [40]}", weights),
			{Name: "rest", Plan: []stage.Stage{{Name: "stable", Main: "blue"}}},
		}, `stable: stable, stable, stable; promote prepare; abort
prepare: prepare, prepare, stable; promote preview; abort stable
preview: preview, prepare, stable; promote shift-10; abort prepare
shift-10: shift-10, prepare, stable; promote shift-40; abort preview
shift-40: shift-10, shift-40, stable; promote scale-100; abort preview
scale-100: scale-100, shift-40, stable; promote shift-100; abort scale-100-abort
shift-100: shift-100, shift-100, stable; promote settle; abort scale-100-abort
settle: settle, settle, stable; promote unpreview; abort scale-100-abort
unpreview: unpreview, settle, stable; promote retire; abort unpreview-abort
retire: retire, retire, stable; promote ; abort
scale-100-abort: scale-100-abort, prepare, stable; promote prepare; abort
unpreview-abort: unpreview-abort, prepare, stable; promote prepare; abort
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, strings.NewReplacer("; abort\n", "; abort \n").Replace(c.want), shown(stage.Together(c.members)))
		})
	}
}

// TestTogetherLaws holds the plans of sets of any two or three releases of the test data
// to what the plan of one promises: each edge is one that every member has by itself, or
// takes its pods where it has no requests; every stage before retire leads back in one
// commit, after which no candidate has requests; and from there it is not far to stable.
func TestTogetherLaws(t *testing.T) {
	var all []stage.Member
	for _, c := range golden.Releases(t) {
		_, out := c.Generate(t)
		for _, r := range out.Releases {
			if plan := r.Plan(); len(plan) > 1 {
				all = append(all, stage.Member{Name: c.Name, Plan: plan})
			}
		}
	}
	require.Greater(t, len(all), 20)
	for i, a := range all {
		b, c := all[(i*7+3)%len(all)], all[(i*11+5)%len(all)]
		for _, p := range []stage.JointPlan{stage.Together([]stage.Member{a}), stage.Together([]stage.Member{a, b}), stage.Together([]stage.Member{a, b, c})} {
			jointLaws(t, p)
		}
	}
}

func jointLaws(t *testing.T, p stage.JointPlan) {
	t.Helper()
	var names []string
	for _, m := range p.Members {
		names = append(names, m.Name)
	}
	where := strings.Join(names, " + ") + "\n" + shown(p)
	seen := map[string]bool{}
	for _, s := range p.Stages {
		require.False(t, seen[s.Name], "two stages %s: %s", s.Name, where)
		seen[s.Name] = true
		steps := 0
		for at := s; at.Next != ""; steps++ {
			require.Less(t, steps, 60, "promote from %s goes round: %s", s.Name, where)
			at, _ = p.Stage(at.Next)
			if s.Twin && at.Name == "stable" {
				break
			}
		}
		if s.Twin {
			require.NotEmpty(t, s.Next, "%s leads nowhere: %s", s.Name, where)
		}
	}
	for _, e := range p.Edges() {
		from, ok := p.Stage(e.From)
		require.True(t, ok, where)
		to, ok := p.Stage(e.To)
		require.True(t, ok, where)
		require.NotEqual(t, from.At, to.At, where)
		for i, m := range p.Members {
			memberEdge(t, m, from.At[i], to.At[i], where)
		}
	}
}

// memberEdge: what an edge of the set does to one member.
func memberEdge(t *testing.T, m stage.Member, from, to, where string) {
	t.Helper()
	if from == to {
		return
	}
	a, _ := stage.Find(m.Plan, from)
	b, _ := stage.Find(m.Plan, to)
	own := slices.ContainsFunc(stage.Edges(m.Plan), func(e stage.Edge) bool { return e.From == from && e.To == to })
	without := a.Candidate != "" && a.Main != a.Candidate && a.Split.Weight == 0 && b.Split.Weight == 0 && a.Main == b.Main
	require.True(t, own || without, "%s: %s to %s is no edge of its own plan, and it has requests: %s", m.Name, from, to, where)
}
