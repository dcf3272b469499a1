package generators_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// TestAdoption compares what the stages from the manifests to stable make,
// change and remove, and the objects of a stage, with the cases in
// testdata/adopt.
func TestAdoption(t *testing.T) {
	golden.Run(t, "adopt", func(t *testing.T, c *golden.Case) {
		in, out := c.Generate(t)
		r := out.Releases[0]
		var b strings.Builder
		before := kube.Stream(nil, in.Objects)
		for _, s := range r.Stages {
			objects := slices.Concat(out.Shared, r.Objects(s))
			if s.Name == schemas.Adoption[0] {
				require.Equal(t, byKind(before), byKind(kube.Stream(nil, objects)), "plain is the manifests, byte for byte")
			}
			fmt.Fprintf(&b, "%s: %s\n", s.Name, strings.Join(stage.Changes(stageBefore(r, s), s.Stage), "; "))
			b.WriteString(changes(t, before, kube.Stream(nil, objects)))
			before = kube.Stream(nil, objects)
		}
		c.Want(t, "stages", b.String())
		for _, name := range c.Wanted() {
			if s, ok := r.Stage(strings.TrimSuffix(name, ".yaml")); ok {
				c.Want(t, name, string(kube.Stream(nil, r.Objects(s))))
			}
		}
	})
}

// stageBefore is the stage that leads to another one.
func stageBefore(r generators.Release, s generators.Stage) stage.Stage {
	for _, b := range r.Stages {
		if b.Next == s.Name && !b.Twin {
			return b.Stage
		}
	}
	return s.Stage
}

// byKind are the documents of a stream, in order.
func byKind(stream []byte) []string {
	docs := strings.Split(string(stream), "---\n")
	slices.Sort(docs)
	return docs
}

// changes says which objects come, change and go.
func changes(t *testing.T, before, after []byte) string {
	t.Helper()
	was, found := kube.Parse("before", before)
	require.Empty(t, found)
	is, found := kube.Parse("after", after)
	require.Empty(t, found)
	at := func(list []kube.Object, o kube.Object) int {
		return slices.IndexFunc(list, func(p kube.Object) bool { return p.Key() == o.Key() })
	}
	var lines []string
	for _, o := range is {
		switch i := at(was, o); {
		case i < 0:
			lines = append(lines, "  + "+o.ID.String())
		case !kube.Equal(was[i].Node, o.Node):
			lines = append(lines, "  ~ "+o.ID.String()+" "+kube.Difference(was[i].Node, o.Node))
		}
	}
	for _, o := range was {
		if at(is, o) < 0 {
			lines = append(lines, "  - "+o.ID.String())
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}
