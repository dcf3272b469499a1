package verify_test

import (
	"slices"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// TestGeneratedEdges checks every stage and every edge (forward, back, abort,
// resume, and the one that closes the release) of every case there is.
func TestGeneratedEdges(t *testing.T) {
	for _, c := range golden.Releases(t) {
		t.Run(c.Name, func(t *testing.T) {
			in, out := c.Generate(t)
			for i, r := range out.Releases {
				background := besides(out, i)
				at := func(name string) []kube.Object {
					s, ok := r.Stage(name)
					require.True(t, ok, name)
					return slices.Concat(background, r.Objects(s))
				}
				for _, s := range r.Stages {
					require.Empty(t, golden.Lines(verify.States(router, s.Name, at(s.Name))))
				}
				for _, e := range stage.Edges(r.Plan()) {
					edge := verify.Edge{Name: e.From + " → " + e.To, From: at(e.From), To: at(e.To)}
					require.Empty(t, golden.Lines(verify.Check(router, edge)))
				}
				if _, ok := r.Stage("retire"); ok {
					closed := golden.Close(t, in, r)
					s, _ := closed.Stage("stable")
					edge := verify.Edge{Name: "closing", From: at("retire"), To: slices.Concat(background, closed.Objects(s))}
					require.Empty(t, golden.Lines(verify.Check(router, edge)))
				}
			}
		})
	}
}

// besides is what stands beside a release: shared objects, and the others at stable.
func besides(out generators.Output, i int) []kube.Object {
	all := slices.Clone(out.Shared)
	for j, r := range out.Releases {
		if s, ok := r.Stage("stable"); ok && j != i {
			all = append(all, r.Objects(s)...)
		}
	}
	return all
}

// TestRefuted checks edges that drop requests, written by hand.
func TestRefuted(t *testing.T) {
	golden.Run(t, "verify", func(t *testing.T, c *golden.Case) {
		states := map[string][]kube.Object{}
		for _, f := range c.Files() {
			objects, found := kube.Parse(f.Name, f.Data)
			require.Empty(t, found)
			states[f.Name] = objects
		}
		from, to := states["from.yaml"], states["to.yaml"]
		found := verify.States(router, "from", from)
		found = append(found, verify.States(router, "to", to)...)
		found = append(found, verify.Check(router, verify.Edge{Name: "from → to", From: from, To: to})...)
		c.Want(t, "findings", golden.Lines(schemas.Sort(found)))
	})
}
