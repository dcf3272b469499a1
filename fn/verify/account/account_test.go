package account

import (
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/stretchr/testify/require"
)

// nobody knows of no object but the one that changes.
type nobody struct{}

func (nobody) Named(kube.Object, string) bool     { return false }
func (nobody) NamedBefore(kube.Object) bool       { return false }
func (nobody) Needed(kube.Object) bool            { return false }
func (nobody) NeededBefore(kube.Object) bool      { return false }
func (nobody) BoundBefore(kube.Object) bool       { return false }
func (nobody) Idle(kube.Object) bool              { return false }
func (nobody) Entered(kube.Object) bool           { return false }
func (nobody) Any(string, string) bool            { return false }
func (nobody) Holds(string) bool                  { return false }
func (nobody) Backed(kube.Object) bool            { return false }
func (nobody) Hung(kube.Object) bool              { return false }
func (nobody) Joins(kube.Object) bool             { return false }
func (nobody) Unsent(kube.Object) bool            { return false }
func (nobody) Lines(kube.Object) []route.Line     { return nil }
func (nobody) Speaks(string) bool                 { return false }
func (nobody) Shares(string, ...kube.Object) bool { return false }
func (nobody) Pickers(kube.Object, string, string, string) []kube.Object {
	return nil
}
func (nobody) Rivals(kube.Object) []kube.Object { return nil }

// TestDifferences: each row has two specs, and the paths that differ.
func TestDifferences(t *testing.T) {
	for _, c := range []struct{ was, is, want string }{
		{"{a: 1}", "{a: 1}", ""},
		{"{a: 1}", "{a: 2}", "spec.a"},
		{"{a: 1}", "{a: null}", "spec.a"},
		{"{}", "{a: null}", ""},
		{"{a: {b: 1, c: 2}}", "{a: {c: 3}}", "spec.a.b spec.a.c"},
		{"{a: {b: 1}}", "{}", "spec.a.b"},
		{"{a: {b: 1}}", "{a: {}}", "spec.a.b"},
		{"{a: {}}", "{}", "spec.a"},
		{"{a: [1, 2]}", "{a: [2, 1]}", "spec.a[]"},
		{"{a: [1, 2, 3]}", "{a: [1, 3]}", "spec.a[]"},
		{"{ports: [{name: x, port: 1}, {name: y, port: 2}]}", "{ports: [{name: y, port: 3}, {name: x, port: 1}]}", "spec.ports[].port"},
		{"{ports: [{name: x, port: 1}]}", "{ports: [{name: x, port: 1}, {name: y, port: 2}]}", "spec.ports[].name spec.ports[].port"},
		{"{a: [{name: x, b: 1}, {name: y}, {name: z}]}", "{a: [{name: z}, {name: x, b: 2}, {name: y}]}", "spec.a[] spec.a[].b"},
		{"{a: [[1], [2]]}", "{a: [[1], [3]]}", "spec.a[][] spec.a[][]"},
		{"{a: 1}", "{a: {b: 1}}", "spec.a"},
		{"{a: {b.c/d: 1}}", "{a: {b.c/d: 2}}", "spec.a[b.c/d]"},
		// A rule that comes is compared with the one that had its requests.
		{"{http: [{route: x, timeout: 1s}]}", "{http: [{match: a, route: y, timeout: 1s}, {route: x, timeout: 1s}]}", "spec.http[].route spec.http[].match"},
		{"{http: [{route: x, timeout: 1s}]}", "{http: [{match: a, route: x}, {route: x, timeout: 1s}]}", "spec.http[].timeout spec.http[].match"},
		{"{http: [{match: a, route: x, timeout: 2s}, {route: x, timeout: 1s}]}", "{http: [{route: x, timeout: 1s}]}", "spec.http[].match spec.http[].timeout"},
	} {
		var got []string
		for _, d := range differences(Change{object(t, c.was), object(t, c.is)}) {
			got = append(got, Text(d.Path))
		}
		require.Equal(t, c.want, strings.Join(got, " "), "%s → %s", c.was, c.is)
	}
}

func object(t *testing.T, spec string) kube.Object {
	t.Helper()
	all, found := kube.Parse("a.yaml", []byte("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web}\nspec: "+spec))
	require.Empty(t, found)
	return all[0]
}

// TestFits: which paths a pattern is for.
func TestFits(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"spec.a", "spec a", true},
		{"spec.a", "spec", false},
		{"spec.a", "spec a b", false},
		{"spec.a.**", "spec a", true},
		{"spec.a.**", "spec a [] b", true},
		{"spec.a[].b", "spec a [] b", true},
		{"spec.a[].b", "spec a b", false},
		{"spec.a[]", "spec a []", true},
		{"spec.a[]", "spec a", false},
		{"spec.a.*", "spec a b", true},
		{"spec.a.*", "spec a []", false},
		{"spec.a[][]", "spec a [] []", true},
		{"**", "metadata labels a", true},
		{"metadata.labels.*", "metadata labels a.b/c", true},
		{"metadata.labels.a.b/c", "metadata labels a.b/c", true},
		{"metadata.labels.*", "metadata annotations a", false},
	} {
		require.Equal(t, c.want, fits(c.pattern, strings.Fields(c.path)), "%s, %s", c.pattern, c.path)
	}
}

// TestTables: every line says one thing, and every kind stands in one table.
func TestTables(t *testing.T) {
	seen := map[string]bool{}
	for _, table := range tables {
		for _, k := range table {
			for one := range strings.FieldsSeq(k.kinds) {
				require.False(t, seen[k.group+" "+one], "%s %s stands in two places", k.group, one)
				seen[k.group+" "+one] = true
			}
			for _, l := range k.lines {
				said := 0
				for _, text := range []string{l.judged, l.harmless, l.left} {
					if text != "" {
						said++
					}
				}
				require.Equal(t, 1, said, "%s %s", k.kinds, l.paths)
				require.NotContains(t, l.paths, "  ")
			}
		}
	}
}

// TestMarks: what is told by labels and annotations.
func TestMarks(t *testing.T) {
	for key, open := range map[string]bool{
		"app.kubernetes.io/version":                         false,
		"checksum/config":                                   false,
		"team":                                              false,
		"argocd.argoproj.io/tracking-id":                    false,
		"argocd.argoproj.io/hook-weight-of-nobody":          true,
		"service.beta.kubernetes.io/aws-load-balancer-type": true,
		"alb.ingress.kubernetes.io/group.name":              true,
		"key.nginx.org/x":                                   true,
		"traffic.sidecar.istio.io/excludeInboundPorts":      true,
		"example.com/unheard-of":                            true,
		"kubectl.kubernetes.io/last-applied-configuration":  false,
		"networking.istio.io/exportTo":                      true,
		"reloader.stakater.com/auto":                        true,
	} {
		was := object(t, "{}")
		is := was.With("x", "metadata", "annotations", key)
		all := Of(Change{was, is}, nobody{})
		require.Len(t, all, 1)
		require.Equal(t, open, all[0].Open(), key)
	}
}
