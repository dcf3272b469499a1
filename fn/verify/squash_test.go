package verify

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/generators"
	"github.com/stretchr/testify/require"
)

// maxBrute bounds the objects of an edge whose every mix is read by brute force.
const maxBrute = 12

// TestSquashes leaves out stages: the verdict on every edge from a stage of a
// golden tree to one that is not next to it, further on or further back, is
// that of brute force. Edges are sampled, some 120 for each router (golden.Case.Share);
// with CUTOVER_SEARCH=all each is compared.
func TestSquashes(t *testing.T) {
	golden.Long(t)
	var s squashes
	for _, c := range golden.Releases(t) {
		_, out := c.Generate(t)
		for n, r := range out.Releases {
			states := statesOf(out, n)
			pairs := map[string][2]int{}
			for i := range states {
				for j := range states {
					if (i-j > 1 || j-i > 1) && !r.Stages[i].Twin && !r.Stages[j].Twin {
						pairs[r.Stages[i].Name+" → "+r.Stages[j].Name] = [2]int{i, j}
					}
				}
			}
			for _, name := range c.Share(t, 120, slices.Sorted(maps.Keys(pairs))) {
				p := pairs[name]
				s.compare(t, c.Name+": "+name, interleave.NewTransition(states[p[0]], states[p[1]], interleave.Bound{}))
			}
		}
	}
	for _, c := range golden.Sets(t) {
		s.set(t, c)
	}
	t.Logf("%d of %d squashes refuted; %d requests refuted too many; %d more edges too large", s.refuted, s.edges, s.careful, s.large)
	require.Greater(t, s.refuted, s.edges/4)
	require.Less(t, s.refuted, s.edges*9/10)
	require.Less(t, s.careful, s.edges/100)
	require.Less(t, s.large, s.edges/100)
}

// set compares the edges of a set, those that leave out stages and those that do not.
func (s *squashes) set(t *testing.T, c *golden.Case) {
	t.Helper()
	_, out := c.Generate(t)
	set := generators.Sets(out.Releases)[0]
	states := jointStates(out, set)
	pairs := map[string][2]int{}
	for i, from := range set.Stages {
		for j, to := range set.Stages {
			if i != j && !from.Twin && !to.Twin {
				pairs[from.Name+" → "+to.Name] = [2]int{i, j}
			}
		}
	}
	for _, name := range c.Share(t, 120, slices.Sorted(maps.Keys(pairs))) {
		p := pairs[name]
		e := interleave.NewTransition(states[p[0]], states[p[1]], interleave.Bound{})
		if ids, _ := looked(e); len(ids) <= maxBrute { // two members at once may be more
			s.compare(t, c.Name+": "+name, e)
		}
	}
}

// jointStates are the states of a set's stages, with the objects of all members.
func jointStates(out generators.Output, set generators.Set) []cluster.State {
	var states []cluster.State
	for _, at := range set.Stages {
		objects := slices.Clone(out.Shared)
		for i, r := range set.Members {
			own, _ := r.Stage(at.At[i])
			objects = append(objects, r.Objects(own)...)
		}
		states = append(states, cluster.NewState(brute, objects))
	}
	return states
}

// squashes counts what was compared.
type squashes struct{ edges, refuted, careful, large int }

// compare holds the verdict on an edge to brute force, but for the corner that
// TestOrderFree names.
func (s *squashes) compare(t *testing.T, name string, e *interleave.Transition) {
	t.Helper()
	ids, _ := looked(e)
	problems := interleave.CheckRequests(e)
	if slices.ContainsFunc(problems, func(p problem.Problem) bool { return p.ID == "edge-size" }) {
		s.large++ // refuted, and which requests are lost is not said
		return
	}
	require.LessOrEqual(t, len(ids), maxBrute, "%s: too large for brute force", name)
	want, known, _ := bruteForce(e)
	want = sayable(want, known)
	got := sayable(verdicts(problems), known)
	if strings.HasPrefix(name, "traffic/ingressNginx") {
		was := len(got)
		got = slices.DeleteFunc(got, func(v string) bool {
			return strings.HasPrefix(v, "capacity-short ") && !slices.Contains(want, v)
		})
		s.careful += was - len(got)
	}
	require.Equal(t, want, got, name)
	s.edges++
	if len(want) > 0 {
		s.refuted++
	}
}

// statesOf are the states of a release's stages, beside what else is there.
func statesOf(out generators.Output, n int) []cluster.State {
	beside := slices.Clone(out.Shared)
	for j, other := range out.Releases {
		if s, ok := other.Stage("stable"); ok && j != n {
			beside = append(beside, other.Objects(s)...)
		}
	}
	var states []cluster.State
	for _, s := range out.Releases[n].Stages {
		states = append(states, cluster.NewState(brute, slices.Concat(beside, out.Releases[n].Objects(s))))
	}
	return states
}
