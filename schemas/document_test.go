package schemas_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// TestBadText: what is not worth parsing is one finding at its place.
func TestBadText(t *testing.T) {
	deep := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	for name, c := range map[string]struct{ in, want string }{
		"utf-16":               {"\xff\xfea\x00:\x00", "f.yaml: text is not UTF-8 [file-encoding]"},
		"zero byte":            {"a: \x00", "f.yaml: text is not UTF-8 [file-encoding]"},
		"marks in between":     {"a: b\n---\n\ufeffc: d\n", "f.yaml:3:1: a byte order mark within the text [file-encoding]"},
		"latin-1":              {"a: b\nc: caf\xe9", "f.yaml:2:7: text is not UTF-8 [file-encoding]"},
		"crlf":                 {"a: b\r\n", "f.yaml:1:5: lines end in CRLF [file-line-ends]"},
		"huge":                 {strings.Repeat("#", 100<<20), "f.yaml: more than 32 MiB in one file [file-size]"},
		"huge document":        {"a: b\n---\nc: " + strings.Repeat("d", 5<<20), "f.yaml:3: more than 4 MiB in one document [file-size]"},
		"many documents":       {strings.Repeat("a: b\n---\n", 60_000), "f.yaml:100001: more than 50000 documents in one file [file-size]"},
		"deep":                 {"a: b\n---\nc: " + deep, "more than 200 levels of nesting [yaml-depth]"},
		"deep blocks":          {nested(300), "more than 200 levels of nesting [yaml-depth]"},
		"many":                 {"a: [" + strings.Repeat("1,", 300_000) + "1]", "more than 250000 values in one document [yaml-size]"},
		"billion laughs":       {laughs(), "more than 250000 values in one document [yaml-size]"},
		"contains itself":      {"a: &a\n  b: *a\n", "more than 200 levels of nesting [yaml-depth]"},
		"tab":                  {"a:\n\tb: c\n", "f.yaml:2:1: a tab indents this line [yaml-tab]"},
		"no anchor":            {"a: *b\n", "f.yaml:1: not YAML: unknown anchor 'b' referenced [yaml-syntax]"},
		"open":                 {"# c\n---\na: [1\n", "[yaml-syntax]"},
		"twice":                {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: \"a\" stands twice, first in line 1 [yaml-duplicate]"},
		"ended":                {"a: b\n...\n# c\nc: d\n", "f.yaml:4:1: stands behind the end of its document: kubectl, Argo CD, Flux and kustomize do not read it"},
		"behind ...":           {"a: b\n... c: d\n", "f.yaml:2:1: stands behind the end of its document"},
		"only ...":             {"...\na: b\n", "f.yaml:1:1: \"...\" stands where a document is to begin"},
		"JSON twice":           {"{\"a\": 1}\n\n{\"b\": 2}\n", "f.yaml:2:1: stands behind the end of its document"},
		"JSON in a row":        {"{\"a\": 1}{\"b\": 2}\n", "f.yaml:1:1: stands behind the end of its document"},
		"on the marker":        {"a: b\n--- {c: d}\n", "f.yaml:2:1: \"--- {c: d}\" is no separator: kubectl and kustomize refuse anything but a comment behind --- [yaml-stream]"},
		"on the first":         {"--- {c: d}\n", "f.yaml:1:1: \"--- {c: d}\" is no separator"},
		"comment on the first": {"---#c\na: b\n", "f.yaml:1:1: \"---#c\" is no separator"},
		"block behind":         {"--- |\n  a\n", "f.yaml:1:1: \"--- |\" is no separator"},
		"four":                 {"a: b\n----\nc: d\n", "f.yaml:2:1: \"----\" is no separator"},
		"directive":            {"%YAML 1.1\n---\na: b\n", "f.yaml:1:1: \"%YAML 1.1\" stands where a document is to begin: kubectl and kustomize refuse it [yaml-stream]"},
		"tag directive":        {"a: b\n---\n# c\n%TAG ! tag:x,2000:\n---\na: b\n", "f.yaml:4:1: \"%TAG ! tag:x,2000:\" stands where a document"},
		"late merge":           {"a:\n  b: 1\n  <<: {b: 2}\n", "f.yaml:2:3: \"b\" stands before the merge key that brings it too"},
		"two merges":           {"a:\n  <<: {b: 1}\n  <<: {c: 2}\n", "f.yaml:3:3: a second merge key in one mapping"},
		"quoted merge":         {"a: {\"<<\": {b: 1}}\n", "\"<<\" in quotes"},
		"null key":             {"a: {~: 1}\n", "a key must be text, and \"~\" is none: put it in quotes [yaml-key]"},
		"octal key":            {"a: {010: 1}\n", "a key must be text, and \"010\" is none: put it in quotes [yaml-key]"},
		"infinity":             {"a: -.inf\n", "f.yaml:1:4: -.inf is no number that an API server can be sent [yaml-number]"},
		"not a number":         {"a: [.NaN]\n", "f.yaml:1:5: .NaN is no number that an API server can be sent [yaml-number]"},
		"binary":               {"a: !!binary NA==\n", "f.yaml:1:4: readers disagree on the tag !!binary here [yaml-tag]"},
		"yes as a bool":        {"a: !!bool yes\n", "readers disagree on the tag !!bool here [yaml-tag]"},
		"a tag of its own":     {"a: !ref b\n", "readers disagree on the tag !ref here [yaml-tag]"},
		"twice of many":        {many(40) + "k7: 1\n", "f.yaml:41:1: \"k7\" stands twice, first in line 8 [yaml-duplicate]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := schemas.Documents("f.yaml", []byte(c.in))
			require.Len(t, found, 1)
			require.Contains(t, found[0].String(), c.want)
		})
	}
}

func nested(levels int) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func laughs() string {
	b := strings.Builder{}
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	return b.String()
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d: 1\n", i)
	}
	return b.String()
}

// TestDocuments: a stream is taken apart without losing a byte of its documents.
func TestDocuments(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []string // text of each document, with its line
	}{
		"none":               {"", nil},
		"comments only":      {"# a\n---\n# b\n", nil},
		"one":                {"a: b\n", []string{"1|a: b\n"}},
		"no end of line":     {"a: b", []string{"1|a: b"}},
		"byte order mark":    {"\ufeffa: b\n", []string{"1|a: b\n"}},
		"markers":            {"---\na: b\n--- # x\nc: d\n...\n---\ne: f\n", []string{"2|a: b\n", "4|c: d\n", "7|e: f\n"}},
		"spaces behind":      {"--- \na: b\n---\t\nc: d\n---#e\ne: f\n", []string{"2|a: b\n", "4|c: d\n", "6|e: f\n"}},
		"no marker":          {"a: |\n  ---\n  ...\n  b\n.... : c\n", []string{"1|a: |\n  ---\n  ...\n  b\n.... : c\n"}},
		"ended":              {"a: b\n...\n# c\n\n...\n", []string{"1|a: b\n"}},
		"mark and marker":    {"\ufeff---\na: b\n", []string{"2|a: b\n"}},
		"percent":            {"a: \"b\n%c\"\n", []string{"1|a: \"b\n%c\"\n"}},
		"plain tags":         {"a: [!!str 5, !!int 5, !!bool true, !!null null]\n", []string{"1|a: [!!str 5, !!int 5, !!bool true, !!null null]\n"}},
		"comment before":     {"# licence\n\na: b\n---\n# two\nc: d # e\n", []string{"1|# licence\n\na: b\n", "5|# two\nc: d # e\n"}},
		"null":               {"a: b\n---\n~\n---\nc: d\n", []string{"1|a: b\n", "5|c: d\n"}},
		"one of them broken": {"a: [\n---\nb: c\n", []string{"3|b: c\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			docs, _ := schemas.Documents("f.yaml", []byte(c.in))
			var got []string
			for i, d := range docs {
				require.Equal(t, i, d.Index)
				got = append(got, fmt.Sprintf("%d|%s", d.Line, d.Raw))
			}
			require.Equal(t, c.want, got)
		})
	}
}

// TestAliases: aliases and merge keys are gone, and lines are those of the file.
func TestAliases(t *testing.T) {
	in := "x: y\n---\nbase: &b {a: 1, c: 2}\nlist: [*b]\nmerged:\n  <<: [*b, {d: 4}]\n  c: 3\n"
	docs, found := schemas.Documents("f.yaml", []byte(in))
	require.Empty(t, found)
	var v struct {
		List   []map[string]int `yaml:"list"`
		Merged map[string]int   `yaml:"merged"`
	}
	require.NoError(t, docs[1].Node.Decode(&v))
	require.Equal(t, []map[string]int{{"a": 1, "c": 2}}, v.List)
	require.Equal(t, map[string]int{"a": 1, "c": 3, "d": 4}, v.Merged)
	require.Equal(t, 3, docs[1].Node.Line)
}

// FuzzDocuments: no input panics, and every document's text is part of the input.
func FuzzDocuments(f *testing.F) {
	for _, seed := range []string{"a: b\n", "--- {a: &a [*a]}\n...\n", laughs(), "a: {<<: {b: c}}\n", "? [a]\n: b\n", "\ta: b", "a: !!binary x\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		docs, _ := schemas.Documents("f.yaml", data)
		for _, d := range docs {
			if !bytes.Contains(data, d.Raw) {
				t.Fatalf("text of %d is not in the input", d.Index)
			}
		}
	})
}
