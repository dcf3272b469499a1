package schemas

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// plainSeeds are documents at the edges of what is read here.
var plainSeeds = []string{
	"a: b\n", "a: b", "\n\n  a: b\n", "a:\n- b\n- c: d\n  e: f\n-\n- - g\n  - h\n", "a:\n  - b\n  -\n  - c\nd:\n", "a: |\n  b\n\n   c\n\n\nd: |-\n  e\n",
	"a: \"b\"\nc: 'd''e'\n\"f\": ''\n", "a: {}\nb: []\nc: {d: [e, \"f\", {g: 1.50}], h: ghcr.io/i:1}\n", "a: 010\nb: 0o7\nc: 1e3\nd: ~\ne: Null\nf: 2020-01-02\ng: .5\n",
	"a: b: c\n", "a: b\n  c\n", "a: b #c\n", "a: b#c\n", "a : b\n", "? a\n: b\n", "a: &x b\nc: *x\n", "<<: {a: b}\n", "a:  \n  b:   c  \n", "- a\n- b: c\n",
	"a: [b,c]\n", "a: [b, ]\n", "a: {b:c}\n", "a: {b: c,d: e}\n", "a: [b: c]\n", "a: {b}\n", "a: {b: }\n", "a: [b:, c]\n", "a: [-, b]\n", "a: -\n", "a: - b\n", "a: -b\n",
	"a: |2\n   b\n", "a: |+\n  b\n\n", "a: |\n\n  b\n", "a: |\nb: c\n", "a: |\n  b", "a: >\n  b\n", "a:\n  |\n  b\n", "- |\n a\n- b\n", "a: |\n  b\n c: d\n", "a: |\n  b\n  \n",
	"a\n", "'a\n", "a: 'b\n  c'\n", "a: \"b\\n\"\n", "--- a\n", "a: b\n---\nc: d\n", "a: b\n...\n", "a: b\n- c\n", "- a\nb: c\n", "a:\n  b: c\n d: e\n", "a:\n    b: c\n  d: e\n",
	"a: %b\n", "a: @b\n", "a: `b`\n", "a: !b c\n", "a: b, c\n", "a: [b, c\n", "a: [b]c\n", "a: {b: c}: d\n", "{a: b}: c\n", "[a]: b\n", "{a: b}\n", "\"a\"b: c\n", "a: \"b\" c\n",
	"a:b\n", "a:b: c\n", "-a: b\n", "--a: b\n", "---a: b\n", "....: b\n", "a: ---\n", "a: ...\n", "a:\n---\n", "-\n", "- -\n", "-  a:\n   b: c\n", "- a:\n  - b\n  c: d\n", "a:\n- b\nc:\n- d\n",
	"a:\n-  - b\n   - c\n", "a: ?b\n", "a: b?\n", "a: [b?]\n", "a: :b\n", "a: b:\n", "a: =\n", "a: <b\n", "~: a\n", "1: a\n", "true: a\n", "a: [a#b, c #d]\n", "a: '#'\n", "a: b'c\n", "'': a\n",
	"a:\n  'b'\n", "a:\n  b\n  c\n", "a:\n  {b: c}\nd: e\n", "a:\n  [b]\n  c\n", "- [a, b]\n- {c: d}\n", "- 'a': b\n  c: d\n", "a: 'b' \n", "a: {'b': c, \"d\": e}\n", "a: {\"b\":c}\n",
	strings.Repeat("a", 1030) + ": b\n", "a: {" + strings.Repeat("b", 1030) + ": c}\n", strings.Repeat("- ", 60) + "a\n",
}

// differs says how this package and the library read a text differently, if this package
// reads it at all.
func differs(text []byte) (why string, read bool) {
	got, ok := plainly(text)
	if !ok {
		return "", false
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	var want, more yaml.Node
	if err := d.Decode(&want); err != nil {
		return "the library: " + err.Error(), true
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return "the library finds another document", true
	}
	if reflect.DeepEqual(want.Content[0], got) {
		return "", true
	}
	return cmp.Diff(want.Content[0], got), true
}

// TestPlainly: whatever is read fast is read as the library reads it, to the last column.
func TestPlainly(t *testing.T) {
	read := 0
	for _, seed := range plainSeeds {
		why, ok := differs([]byte(seed))
		require.Empty(t, why, seed)
		if ok {
			read++
		}
	}
	require.Greater(t, read, 40)
	all, fast := 0, 0
	err := filepath.WalkDir("..", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".yaml") && !strings.HasSuffix(name, ".txtar") {
			return err
		}
		data, err := os.ReadFile(name)
		for text := range bytes.SplitSeq(data, []byte("\n--")) {
			_, text, _ = bytes.Cut(text, []byte("\n"))
			text = bytes.TrimPrefix(text, []byte(Generated))
			why, ok := differs(text)
			require.Empty(t, why, "%s:\n%s", name, text)
			all++
			if ok {
				fast++
			}
		}
		return err
	})
	require.NoError(t, err)
	t.Logf("%d of %d", fast, all)
	require.Greater(t, fast, all/2, "of %d documents", all)
}

// FuzzPlainly compares with the library.
func FuzzPlainly(f *testing.F) {
	for _, seed := range plainSeeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if why, _ := differs(text); why != "" {
			t.Fatalf("%q: %s", text, why)
		}
	})
}
