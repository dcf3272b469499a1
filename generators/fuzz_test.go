package generators_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// FuzzGenerate: no folder panics, whatever its snapshots hold; what generates
// without an error is laid out and read again without one, and what was read is
// what the next render makes.
func FuzzGenerate(f *testing.F) {
	for _, dir := range []string{"findings", "tree", "workload", "traffic"} {
		for _, c := range golden.Sample(golden.Cases(f, dir), 8) {
			f.Add(c.Stream(""), c.Stream("base"), append(c.Stream("rendered"), made(c)...))
			f.Add(c.Stream(""), c.Stream("base"), []byte{})
		}
	}
	f.Fuzz(func(t *testing.T, releases, manifests, snapshots []byte) {
		if len(releases)+len(manifests)+len(snapshots) > 1<<16 {
			return
		}
		holds(t, releases, manifests, snapshots)
	})
}

// TestHostile does to documents what a fuzzer of bytes seldom gets to: nodes go,
// become something else, or stand where another one stood.
func TestHostile(t *testing.T) {
	golden.Long(t)
	rng := rand.New(rand.NewPCG(5, 8))
	for _, c := range golden.Releases(t) {
		snapshots := made(c)
		in, _ := folder(c.Stream(""), c.Stream("base"), snapshots)
		_, found := generators.Generate(in)
		require.False(t, schemas.Failed(found), "%s: with the other track's objects in a snapshot: %s", c.Name, golden.Lines(found))
		for i := range hostile() {
			streams := [][]byte{c.Stream("base"), snapshots}
			which := min(i%3, 1) // snapshots twice as often
			for range 1 + rng.IntN(3) {
				streams[which] = damaged(t, rng, streams[which])
			}
			holds(t, c.Stream(""), streams[0], streams[1])
		}
	}
}

// hostile is how often each case is damaged; CUTOVER_ROUNDS says more.
func hostile() int {
	n, _ := strconv.Atoi(os.Getenv("CUTOVER_ROUNDS"))
	return cmp.Or(n, 8)
}

// damaged is a stream of documents in which a node has changed.
func damaged(t *testing.T, rng *rand.Rand, stream []byte) []byte {
	t.Helper()
	docs, _ := schemas.Documents("all.yaml", stream)
	var all []*yaml.Node
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		all = append(all, n)
		for _, child := range n.Content {
			walk(child)
		}
	}
	for _, d := range docs {
		walk(d.Node)
	}
	if len(all) == 0 {
		return stream
	}
	n, other := all[rng.IntN(len(all))], all[rng.IntN(len(all))]
	switch rng.IntN(6) {
	case 0, 1:
		*n = []yaml.Node{
			{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"},
			{Kind: yaml.ScalarNode, Tag: "!!str", Value: "x y; z=1"},
			{Kind: yaml.ScalarNode, Tag: "!!int", Value: "-7"},
			{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle},
			{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle},
		}[rng.IntN(5)]
	case 2:
		copied := *other
		copied.Content = slices.Clone(other.Content)
		if !within(n, other) && !within(other, n) {
			*n = copied
		}
	case 3:
		if i := 2 * rng.IntN(1+len(n.Content)/2); n.Kind == yaml.MappingNode && i+1 < len(n.Content) {
			n.Content = slices.Delete(n.Content, i, i+2)
		}
	case 4:
		if i := rng.IntN(1 + len(n.Content)); n.Kind == yaml.SequenceNode && i < len(n.Content) {
			n.Content = append(n.Content, n.Content[i])
		}
	case 5:
		docs = append(docs, docs[rng.IntN(len(docs))])
	}
	var b []byte
	for _, d := range docs {
		b = kube.Append(append(b, "---\n"...), kube.Object{Node: d.Node})
	}
	return b
}

func within(n, tree *yaml.Node) bool {
	return n == tree || slices.ContainsFunc(tree.Content, func(child *yaml.Node) bool { return within(n, child) })
}

// holds generates, lays out, reads, and does it again.
func holds(t *testing.T, releases, manifests, snapshots []byte) {
	t.Helper()
	in, found := folder(releases, manifests, snapshots)
	if len(in.Releases) == 0 {
		return
	}
	out, more := generators.Generate(in)
	if schemas.Failed(append(found, more...)) || twice(in.Objects) {
		return
	}
	files := map[string][]byte{}
	for _, file := range overlay.Files(out) {
		files[file.Path] = file.Data
	}
	input := func() string {
		return fmt.Sprintf("%s\n-- base --\n%s\n-- snapshots --\n%s", releases, manifests, snapshots)
	}
	read := func(name string) ([]byte, bool) { data, ok := files[name]; return data, ok }
	if _, found := overlay.NewReader(read).Live(overlay.Tree(files).Clusters()); schemas.Failed(found) {
		t.Fatalf("what was laid out cannot be read: %v\n%s", found, input())
	}
	in.Snapshots = golden.Snapshots(t, out)
	again, found := generators.Generate(in)
	if schemas.Failed(found) {
		t.Fatalf("what was rendered cannot be rendered again: %v\n%s", found, input())
	}
	for _, file := range overlay.Files(again) {
		if string(files[file.Path]) != string(file.Data) {
			t.Fatalf("a second render changes %s:\n%s\n%s\n%s", file.Path, files[file.Path], file.Data, input())
		}
	}
}

// twice reports whether two objects have one identity, which whoever reads a
// folder refuses.
func twice(objects []kube.Object) bool {
	seen := map[kube.ID]bool{}
	return slices.ContainsFunc(objects, func(o kube.Object) bool {
		before := seen[o.Key()]
		seen[o.Key()] = true
		return before
	})
}

// folder reads a folder in which both tracks of every release have the same
// documents as a snapshot.
func folder(releases, manifests, snapshots []byte) (generators.Input, []schemas.Finding) {
	files := []txtar.File{{Name: "release.yaml", Data: releases}, {Name: "base/all.yaml", Data: manifests}}
	in, _ := golden.New(files).Load()
	for _, r := range in.Releases {
		for _, track := range schemas.TrackNames {
			dir := overlay.Root + "/" + r.Metadata.Name + "/tracks/" + track + "/"
			files = append(files, txtar.File{Name: dir + "kustomization.yaml", Data: []byte("resources: [all.yaml]\n")}, txtar.File{Name: dir + "all.yaml", Data: snapshots})
		}
	}
	return golden.New(files).Load()
}

// made are the tracks that a case generates, if it does.
func made(c *golden.Case) []byte {
	in, _ := c.Load()
	out, _ := generators.Generate(in)
	var all []byte
	for _, r := range out.Releases {
		for _, t := range r.Tracks {
			for _, o := range append(t.Always, t.Pods...) {
				all = kube.Append(append(all, "---\n"...), o)
			}
		}
	}
	return all
}
