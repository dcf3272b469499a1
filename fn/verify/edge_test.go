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
				states := map[string]verify.State{}
				for _, s := range r.Stages {
					states[s.Name] = verify.NewState(router, slices.Concat(background, r.Objects(s)))
					require.Empty(t, golden.Lines(unaccepted(states[s.Name].Check(s.Name))))
				}
				for _, e := range stage.Edges(r.Plan()) {
					edge := verify.Edge{Name: e.From + " → " + e.To, From: states[e.From], To: states[e.To]}
					require.Empty(t, golden.Lines(unaccepted(edge.Check())))
				}
				if _, ok := r.Stage("retire"); ok {
					closed := golden.Close(t, in, r)
					s, _ := closed.Stage("stable")
					edge := verify.Edge{Name: "closing", From: states["retire"], To: verify.NewState(router, slices.Concat(background, closed.Objects(s)))}
					require.Empty(t, golden.Lines(unaccepted(edge.Check())))
				}
			}
		})
	}
}

// unaccepted are the findings that nobody accepted by an annotation.
func unaccepted(found []schemas.Finding) []schemas.Finding {
	return slices.DeleteFunc(found, func(f schemas.Finding) bool { return f.Accepted })
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
		states := map[string]verify.State{}
		for _, f := range c.Files() {
			objects, found := kube.Parse(f.Name, f.Data)
			require.Empty(t, found)
			states[f.Name] = verify.NewState(router, objects)
		}
		from, to := states["from.yaml"], states["to.yaml"]
		found := from.Check("from")
		found = append(found, to.Check("to")...)
		found = append(found, verify.Edge{Name: "from → to", From: from, To: to}.Check()...)
		c.Want(t, "findings", golden.Lines(schemas.Sort(found)))
	})
}
