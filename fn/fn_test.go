package fn_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// TestRun compares answers with the cases in testdata/fn.
func TestRun(t *testing.T) {
	golden.Run(t, "fn", func(t *testing.T, c *golden.Case) {
		out, found := fn.Run(c.Files()[0].Data, fn.Render)
		c.Want(t, "out.yaml", string(out))
		c.Want(t, "stderr", golden.Lines(found))
		again, _ := fn.Run(out, fn.Render)
		if strings.Contains(c.Name, "kpt-") {
			require.Equal(t, items(out), items(again), "a second run changes something")
			checked, found := fn.Run(out, fn.Check)
			require.Equal(t, items(out), items(checked), "the validator changes something")
			require.NotContains(t, golden.Lines(found), "[stale]")
		}
	})
}

// items is an answer without its results: the first run may warn of what it
// then puts right.
func items(answer []byte) string {
	before, _, _ := strings.Cut(string(answer), "\nresults:")
	return strings.TrimSpace(before)
}

const release = `
  apiVersion: cutover.dev/v1alpha1
  kind: Release
  metadata: {name: web, annotations: {config.kubernetes.io/local-config: "true"}}
  spec:
    app: {port: 8017}
    tracks: {blue: {image: "web:1"}, green: {image: "web:2"}}
    traffic: [{provider: service}]
`

func listOf(items string) string {
	return "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n" + items
}

// TestBadLists: what is no list of resources is one clear finding.
func TestBadLists(t *testing.T) {
	config := "functionConfig:" + release
	for name, c := range map[string]struct{ in, want string }{
		"empty":            {"", `"" is no ResourceList [resource-list]`},
		"text":             {"hello", `"" is no ResourceList [resource-list]`},
		"a list":           {"- a\n", `"" is no ResourceList [resource-list]`},
		"a Deployment":     {"apiVersion: apps/v1\nkind: Deployment\n", `"Deployment" is no ResourceList [resource-list]`},
		"another version":  {"apiVersion: config.kubernetes.io/v2\nkind: ResourceList\nitems: []\n", `"config.kubernetes.io/v2" is no version of ResourceList [resource-list]`},
		"no items":         {listOf(config), "the ResourceList has no items [resource-list]"},
		"items no list":    {listOf(config + "items: {a: b}\n"), "the ResourceList has no items [resource-list]"},
		"binary":           {"\x00\x01\x02", "text is not UTF-8 [file-encoding]"},
		"no Release":       {listOf("items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]\n"), "neither the function's config nor any item is a Release [release-missing]"},
		"another config":   {listOf("functionConfig: {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\nitems: []\n"), "[release-missing]"},
		"no workload":      {listOf(strings.Replace(config, "app: {port: 8017}", "workload: web", 1) + "items: []\n"), `Release/web spec.workload.name: no Deployment is among the manifests [workload-unknown]`},
		"a wrong Release":  {listOf(strings.Replace(config, "port: 8017", "prot: 8017", 1) + "items: []\n"), `Release/web spec.app.prot: "prot" is not a field here [field-unknown]`},
		"config a scalar":  {listOf("functionConfig: a\nitems: []\n"), "[release-missing]"},
		"items of nothing": {listOf(strings.Replace(config, "port: 8017", "port: 0", 1) + "items: [null, 1, a, {}, []]\n"), "[port]"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, m := range []fn.Mode{fn.Render, fn.Check} {
				out, found := fn.Run([]byte(c.in), m)
				if m == fn.Check && name == "no workload" {
					continue // a validator looks at what is there
				}
				require.True(t, schemas.Failed(found))
				require.Contains(t, golden.Lines(found), c.want)
				require.Contains(t, string(out), "kind: ResourceList")
				require.Contains(t, string(out), "severity: error")
			}
		})
	}
}

// TestManyItems: ten thousand items pass through untouched.
func TestManyItems(t *testing.T) {
	var b strings.Builder
	b.WriteString(listOf("functionConfig:" + release + "items:\n"))
	for i := range 10_000 {
		fmt.Fprintf(&b, "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c%d}, data: {k: v}}\n", i)
	}
	out, found := fn.Run([]byte(b.String()), fn.Render)
	require.False(t, schemas.Failed(found), golden.Lines(found))
	require.Equal(t, 10_000, strings.Count(string(out), "kind: ConfigMap"))
	require.Contains(t, string(out), "name: web-blue")
}

// FuzzRun: no input panics, and what is answered is a ResourceList that can be
// asked again: then what was made is among the items, as snapshots.
func FuzzRun(f *testing.F) {
	for _, c := range golden.Cases(f, "fn") {
		f.Add(c.Files()[0].Data, false)
		f.Add(c.Files()[0].Data, true)
		made, _ := fn.Run(c.Files()[0].Data, fn.Render)
		f.Add(made, false)
	}
	f.Add([]byte(listOf("functionConfig:"+release+"items: [null, 1, {metadata: 3}]\n")), false)
	f.Fuzz(func(t *testing.T, data []byte, check bool) {
		if len(data) > 1<<16 {
			return
		}
		m := fn.Render
		if check {
			m = fn.Check
		}
		out, _ := fn.Run(data, m)
		if !strings.Contains(string(out), "ResourceList") {
			t.Fatalf("answered %q", out)
		}
		fn.Run(out, m)
	})
}
