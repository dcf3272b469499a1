package verify_test

import (
	"slices"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/stretchr/testify/require"
)

// TestAdoption: from the manifests as they are to stable, and all the way back,
// no commit drops a request; and no stage on the way can be left out.
func TestAdoption(t *testing.T) {
	router := cluster.Router{Providers: routers.Table}
	for _, c := range golden.Cases(t, "adopt") {
		in, out := c.Generate(t)
		r := out.Releases[0]
		states := map[string]cluster.State{"base": cluster.NewState(router, in.Objects)}
		for _, s := range r.Stages {
			states[s.Name] = cluster.NewState(router, reparse(t, slices.Concat(out.Shared, r.Objects(s))))
			require.Empty(t, unaccepted(verify.Check(states[s.Name], s.Name)), c.Name)
		}
		edges := append(stage.Edges(r.Plan()), stage.Edge{From: "base", To: "plain"}, stage.Edge{From: "plain", To: "base"})
		for _, e := range edges {
			require.Empty(t, unaccepted(verify.Edge{Name: e.From + " → " + e.To, From: states[e.From], To: states[e.To]}.Check()), c.Name)
		}
		for _, short := range []stage.Edge{{From: "plain", To: "handover"}, {From: "plain", To: "stable"}, {From: "stable", To: "plain"}} {
			to, ok := states[short.To]
			if ok && !r.Worker() {
				require.NotEmpty(t, unaccepted(verify.Edge{From: states[short.From], To: to}.Check()), "%s: %s → %s", c.Name, short.From, short.To)
			}
		}
	}
}
