package kube

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// sameAs compares what is written of a node with what the library writes, and tells
// whether the library was needed.
func sameAs(t *testing.T, n *yaml.Node) (own bool) {
	t.Helper()
	want := string(byLibrary(nil, n))
	got, own := written([]byte("before\n"), n)
	if own {
		require.Equal(t, "before\n"+want, string(got))
	}
	return own
}

// plainly is a node without comments and styles, as those that are made here.
func plainly(n *yaml.Node) *yaml.Node {
	c := &yaml.Node{Kind: n.Kind, Tag: n.ShortTag(), Value: n.Value}
	for _, child := range n.Content {
		c.Content = append(c.Content, plainly(child))
	}
	return c
}

// TestWrittenAsByLibrary: every object of the test cases and examples, as it is read and
// without its styles, comes out as the library writes it, and the library is not needed
// for most of them.
func TestWrittenAsByLibrary(t *testing.T) {
	all, own := 0, 0
	for _, root := range []string{"../../testdata", "../../examples"} {
		require.NoError(t, filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			for _, section := range bytes.Split(data, []byte("\n-- ")) { // of a txtar file
				for _, text := range bytes.Split(section, []byte("\n---\n")) {
					if _, below, ok := bytes.Cut(text, []byte(" --\n")); ok {
						text = below
					}
					objects, _ := Parse(name, text)
					for _, o := range objects {
						all++
						sameAs(t, o.Node)
						if sameAs(t, plainly(o.Node)) {
							own++
						}
					}
				}
			}
			return nil
		}))
	}
	require.Greater(t, all, 1000)
	require.Greater(t, own, all*9/10)
}

func TestWritten(t *testing.T) {
	for _, text := range []string{
		"a: b", "a: {b: [c, {d: e}], f: {}}", "a: []", "a: [[b]]", "a:", "a: ''", `a: ""`, "a: ' b'", "a: 'it''s'", `a: "b: c"`, "a: 'y'",
		"a: '*.example.com'", "a: {b: '*.c'}", "a: 007", "a: '007'", "a: 1e3", "a: '1e3'", "a: 2026-11-28", "a: '2026-11-28'", "a: 'true'",
		"a: ~", "a: null", "a: '~'", "a: -1", "a: '- b'", "a: 'b #c'", "a: b#c", "a: 'b:'", "a: b:c", "a: [b:c]", "a: 'a, b'",
		"a: ['a, b']", "a: |\n  b\n\n  c\n", "a: |-\n  b\n  c\n", "a: |+\n  b\n\n", "a: \"\\n b\"", "a: |\n   b\n", "a: 'b\tc'", "a: é",
		"a: >\n  b\n  c\n", "a:\n- b: |\n    c\n  d: e\n- f\n- - g\n- {}\n-\n", "? [a]\n: b", "'': b", "true: b", "'true': b", "a: &x b\nc: *x",
		"a: !!str 7", "a: !x b", "a: b # c", "# a\nb: c", "a: '<<'", "<<: {a: b}", "a: .5", "a: '.5'", "a: +1", "a: ...", "a: '---'",
		"a: 0x1F", "a: '0x1F'", "a: 1_000", "a: 'No'", "a: '?'", "a: '? b'", "a: ?b", "a: '%b'", "a: b%", strings.Repeat("a", 127) + ": b",
		strings.Repeat("a", 128) + ": b", "a: " + strings.Repeat("b ", 200) + "b", "a: ['" + strings.Repeat("b ", 200) + "b']",
	} {
		var doc yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte(text), &doc), text)
		sameAs(t, doc.Content[0])
		if !strings.Contains(text, "*x") {
			sameAs(t, plainly(doc.Content[0]))
		}
	}
}

// TestWrittenAtRandom does so for texts of characters that mean something in YAML.
func TestWrittenAtRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	own := 0
	for range 20_000 {
		if sameAs(t, randomMapping(r, 3)) {
			own++
		}
	}
	require.Greater(t, own, 2_000)
}

func randomMapping(r *rand.Rand, depth int) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Style: []yaml.Style{0, 0, 0, yaml.FlowStyle}[r.IntN(4)]}
	for range r.IntN(3) + 1 {
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: randomText(r)}, randomNode(r, depth-1))
	}
	return n
}

func randomNode(r *rand.Rand, depth int) *yaml.Node {
	switch kind := r.IntN(6); {
	case kind == 0 && depth > 0:
		return randomMapping(r, depth)
	case kind == 1 && depth > 0:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for range r.IntN(3) {
			n.Content = append(n.Content, randomNode(r, depth-1))
		}
		return n
	}
	styles := []yaml.Style{0, 0, 0, yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle, yaml.LiteralStyle}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: []string{"", "!!str"}[r.IntN(2)], Value: randomText(r), Style: styles[r.IntN(len(styles))]}
}

func randomText(r *rand.Rand) string {
	parts := []string{"a", "b", " ", "-", ":", "#", ",", "{", "]", "'", "\"", "*", "&", "?", "\n", "1", ".", "true", "y", "~", "null", "e", "_", "%", "\t", "é"}
	var b strings.Builder
	for range r.IntN(5) {
		b.WriteString(parts[r.IntN(len(parts))])
	}
	return b.String()
}

func BenchmarkWritten(b *testing.B) {
	data, err := os.ReadFile("../../examples/hybrid-gateway-api/base/podinfo.yaml")
	require.NoError(b, err)
	objects, _ := Parse("x", data)
	n := plainly(objects[0].Node)
	b.SetBytes(int64(len(byLibrary(nil, n))))
	for name, write := range map[string]func() []byte{
		"own": func() []byte { text, _ := written(nil, n); return text }, "library": func() []byte { return byLibrary(nil, n) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				write()
			}
		})
	}
}
