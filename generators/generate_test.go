package generators_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// TestFindings compares what is said of bad input with the cases in
// testdata/findings: Releases and manifests that are wrong in one way each.
func TestFindings(t *testing.T) {
	golden.Run(t, "findings", func(t *testing.T, c *golden.Case) {
		in, found := c.Load()
		_, more := generators.Generate(in)
		c.Want(t, "findings", golden.Lines(append(found, more...)))
	})
}

// TestClosing: the objects of retire, and of stable with the roles swapped, are
// equal byte for byte but for the floors of autoscalers and what tells Prometheus the stage.
func TestClosing(t *testing.T) {
	directions, previews := map[string]int{}, map[bool]int{}
	for _, c := range golden.Sample(golden.Releases(t), 3) {
		in, out := c.Generate(t)
		for _, r := range out.Releases {
			retire, ok := r.Last()
			if !ok {
				continue
			}
			closed := golden.Close(t, in, r)
			stable, _ := closed.Stage("stable")
			retire.Standing, stable.Standing = nil, nil // says at which of them it stands
			require.Equal(t, text(lasting(r.Objects(retire))), text(closed.Objects(stable)), c.Name)
			directions[r.Spec.Live]++
			previews[r.Spec.Strategy.Preview != nil]++
		}
	}
	require.Len(t, directions, 2, "both directions")
	require.Len(t, previews, 2, "with and without a preview")
}

// lasting are objects without the jobs of a release, which go with it.
func lasting(objects []kube.Object) []kube.Object {
	return slices.DeleteFunc(objects, func(o kube.Object) bool { return o.Text("metadata", "labels", workload.JobLabel) != "" })
}

// text is objects as text, without the floors of autoscalers.
func text(objects []kube.Object) string {
	var b strings.Builder
	for _, o := range objects {
		o = o.Without("spec", "minReplicas").Without("spec", "minReplicaCount")
		b.Write(kube.Append([]byte("---\n"), o))
	}
	return b.String()
}

// TestDeterminism: the order of the input says nothing, and nothing else does
// either.
func TestDeterminism(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range golden.Sample(golden.Releases(t), 6) {
		in, out := c.Generate(t)
		want := overlay.Files(out)
		for range 5 {
			rng.Shuffle(len(in.Objects), func(i, j int) { in.Objects[i], in.Objects[j] = in.Objects[j], in.Objects[i] })
			rng.Shuffle(len(in.Releases), func(i, j int) { in.Releases[i], in.Releases[j] = in.Releases[j], in.Releases[i] })
			again, _ := generators.Generate(in)
			require.Equal(t, want, overlay.Files(again), c.Name)
		}
	}
}

// TestInputUntouched: nodes are shared, so nothing may change them.
func TestInputUntouched(t *testing.T) {
	for _, c := range golden.Sample(golden.Releases(t), 6) {
		in, _ := c.Load()
		before := kube.Stream(nil, copies(in.Objects))
		generators.Generate(in)
		require.Equal(t, string(before), string(kube.Stream(nil, copies(in.Objects))), c.Name)
	}
}

// TestWhom: a router is asked for the Service of a track where that stands, and for a route
// where the workload stands.
func TestWhom(t *testing.T) {
	seen := 0
	for _, c := range golden.Releases(t) {
		if !strings.HasSuffix(c.Name, "/namespaces") {
			continue
		}
		_, out := c.Generate(t)
		r := out.Releases[0]
		m, _, _ := r.Counter()
		for _, track := range schemas.TrackNames {
			asked := r.Whom(m, track)
			require.Equal(t, r.Home(track), asked.Namespace, "%s: %s", c.Name, track)
			require.Equal(t, r.Metadata.Namespace, asked.Home, "%s: %s", c.Name, track)
			seen++
		}
	}
	require.NotZero(t, seen)
}

// copies are objects that are written from their nodes, not from their text.
func copies(objects []kube.Object) []kube.Object {
	all := slices.Clone(objects)
	for i := range all {
		all[i] = kube.Object{ID: all[i].ID, Node: all[i].Node}
	}
	return all
}
