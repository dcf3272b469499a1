package custom

import (
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/stretchr/testify/require"
)

// TestPaths: what is a path, and what is none; a path is written as it is read.
func TestPaths(t *testing.T) {
	for text, want := range map[string]path{
		"spec":                         {"spec"},
		"spec.http[].backends[]":       {"spec", "http", "*", "backends", "*"},
		"spec.to[].labels[a.io/b].c":   {"spec", "to", "*", "labels", "a.io/b", "c"},
		"labels[kuma.io/display-name]": {"labels", "kuma.io/display-name"},
	} {
		require.Equal(t, want, parsePath(text), text)
		require.Equal(t, text, want.String())
	}
	for _, text := range []string{
		"", ".", "a.", ".a", "a..b", "[]", "[a.b]", "a[]b", "a[][]", "a[", "a]", "a[b", "a.[]", "a[].", "a[3]", "a*", "a b", "a/b", "ä", "a.[b.c]",
		strings.Repeat("a", maxText+1), strings.Repeat("a.", maxPath) + "a",
	} {
		require.Nil(t, parsePath(text), "%q", text)
	}
	for _, text := range []string{"metadata.name", "status.x[]", "kind", "apiVersion"} {
		require.Nil(t, ofObject(text), text)
	}
}

// TestForms: what a form reads it writes again, and it reads no other text.
func TestForms(t *testing.T) {
	for _, c := range []struct{ form, text string }{
		{"", "cart"},
		{"{service}:{port}", "cart:9017"},
		{"{service}.{namespace}", "cart.store"},
		{"http://{service}.{namespace}.svc:{port}/x", "http://cart.store.svc:web/x"},
		{"{namespace}/{service}", "store/cart"},
	} {
		f := parseForm(c.form)
		r, ok := f.read(c.text)
		require.True(t, ok, c.form)
		require.Equal(t, "cart", r.service, c.form)
		require.Equal(t, c.text, f.write(r))
		for _, other := range []string{"", c.text + ".", "." + c.text, c.text + "/", "Cart", "cart.", "http://cart"} {
			_, ok := f.read(other)
			require.False(t, ok, "%s reads %q", c.form, other)
		}
	}
	for _, text := range []string{"cart", "{port}", "{service}{port}", "{service", "{name}", strings.Repeat("{service}.", 30)} {
		require.Nil(t, parseForm(text), text)
	}
}

// FuzzNote: whatever an annotation and an object say, reading them ends, within bounds.
func FuzzNote(f *testing.F) {
	f.Add(`{"backends":["spec.a[].b[]"],"hosts":["spec.h"]}`, "spec: {a: [{b: [{name: x, weight: 1}]}]}")
	f.Add(`{"backends":["spec.to + spec.more[]"],"upstreams":{"list":"spec.u[]","by":"to"},"form":"{service}.{namespace}"}`, "spec: {to: {to: a}, u: [{name: a.b}]}")
	f.Fuzz(func(_ *testing.T, text, spec string) {
		objects, _ := kube.Parse("x.yaml", []byte("apiVersion: edge.example.com/v1\nkind: Way\nmetadata: {name: a}\n"+spec))
		l, problems := parseNote(text)
		if len(problems) > 0 {
			return
		}
		for _, o := range objects {
			l.rules(o)
			l.judged()
			l.refs()
		}
	})
}
