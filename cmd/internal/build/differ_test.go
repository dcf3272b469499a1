package build

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	sigs "sigs.k8s.io/yaml"
)

// This file holds our reader of plain kustomizations equal to kustomize: what it
// reads without a finding, kustomize builds to the same objects.

// files is a tree as one text: a line "-- path --" before each file.
func files(text string) map[string]string {
	all := map[string]string{}
	name := ""
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(rest, " --\n") {
			name = path.Clean("/" + strings.TrimSuffix(rest, " --\n"))[1:]
			all[name] = ""
			continue
		}
		all[name] += line
	}
	delete(all, "")
	return all
}

// ours reads a tree with our own reader; ok is no if it refuses it.
func ours(tree map[string]string) (objects []string, ok bool) {
	read := func(name string) ([]byte, bool) {
		data, there := tree[name]
		return []byte(data), there
	}
	if !overlay.Plain(read, "live") {
		return nil, false
	}
	all, found := overlay.Read(read, "live")
	if len(found) > 0 {
		return nil, false
	}
	for _, o := range all {
		objects = append(objects, text(value(o.Node, "")))
	}
	slices.Sort(objects)
	return objects, true
}

// theirs builds a tree with kustomize.
func theirs(tree map[string]string) (objects []string, err error) {
	disk := filesys.MakeFsInMemory()
	for name, data := range tree {
		if err := disk.WriteFile("/"+name, []byte(data)); err != nil {
			return nil, err
		}
	}
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(disk, "/live")
	if err != nil {
		return nil, err
	}
	for _, r := range built.Resources() {
		y, err := r.AsYAML()
		if err != nil {
			return nil, err
		}
		var v map[string]any
		if err := sigs.Unmarshal(y, &v); err != nil {
			return nil, err
		}
		objects = append(objects, text(v))
	}
	slices.Sort(objects)
	return objects, nil
}

func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// value is what a node means here, as JSON has it; at is where it stands.
func value(n *yaml.Node, at string) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			m[key] = value(n.Content[i+1], at+"/"+key)
			if at == "/metadata/annotations" {
				m[key] = n.Content[i+1].Value // kustomize makes text of all of them
			}
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, value(c, at+"/*"))
		}
		return list
	}
	if number, ok := kube.Number(n); ok {
		return float64(number)
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return kube.Text(n) == "true"
	case "!!float":
		var f float64
		_ = json.Unmarshal([]byte(kube.Text(n)), &f)
		return f
	case "!!timestamp": // kustomize writes it out
		var t time.Time
		_ = n.Decode(&t)
		return t.Format(time.RFC3339Nano)
	}
	return n.Value
}

// differ checks one tree, and says whether we read it.
func differ(t *testing.T, tree string) bool {
	t.Helper()
	mine, ok := ours(files(tree))
	if !ok {
		return false
	}
	want, err := theirs(files(tree))
	require.NoError(t, err, "we read %v of\n%s", mine, tree)
	require.Equal(t, want, mine, tree)
	return true
}

// pieces are parts of resource files: objects, and what stands between them.
var pieces = []string{
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata: {a: VALUE}\n",
	"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: NAME\n  namespace: default\ndata: {VALUE: x}\n",
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME, annotations: {config.kubernetes.io/local-config: VALUE}}\n",
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: NAME, labels: {a: b}}\nspec:\n  replicas: VALUE\n  template: {spec: {containers: [{name: a, args: [VALUE, VALUE]}]}}\n",
	"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: &m {name: NAME}\nspec:\n  replicas: 2\n  template:\n    metadata: *m\n",
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata:\n  <<: {a: VALUE, b: c}\n  d: VALUE\n",
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata:\n  d: VALUE\n  <<: [{a: VALUE, b: c}, {d: e}]\n",
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata:\n  text: |\n    ---\n    VALUE\n    ...\n  folded: >-\n    a\n\n    b\n",
	"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: NAME}}\n- {apiVersion: v1, kind: Secret, metadata: {name: VALUE}}\n",
	"apiVersion: v1\nkind: ConfigMapList\nitems:\n- apiVersion: v1\n  kind: List\n  items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: NAME}}]\n",
	"apiVersion: v1\nkind: List\nitems: VALUE\n",
	"apiVersion: x.io/v1\nkind: AllowList\nmetadata: {name: NAME}\nspec: {items: [VALUE]}\n",
	"apiVersion: x.io/v1\nkind: AllowList\nmetadata: {name: NAME}\n",
	"apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: NAME-}\n",
	`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "NAME"}, "data": {"a": VALUE}}` + "\n",
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME, annotations: {a: VALUE, config.kubernetes.io/local-config: 'false'}, labels: {b: VALUE}}\n",
	"apiVersion: VALUE\nkind: ConfigMap\nmetadata: {name: NAME}\n",
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: VALUE}\n",
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME, namespace: VALUE}\n",
	"VALUE\n", "{}\n", "# nothing\n", "", "\ufeff", "%YAML 1.1\n", "[VALUE]\n",
}

var values = []string{
	"a", `"1"`, "1", "012", "0x1F", "1e1", "10.0", "1.50", "true", "True", "yes", "on", "n", "~", "null", `""`, "2001-01-01", "!!str 5", "!!bool yes", "!!binary NA==", "|\n    a\n    b\n",
	"&x a", "*x", "!foo a", "[~]", "[]", "{}", "{1: a}", "{y: a}", "{? [a] : b}", `"<<"`, "'a''b'", `"\u00e9\n"`, "false", "False", `"false"`, "a b # c", "{a: 1, a: 2}", "1_000", "-0", "0o17", "9223372036854775807", ".inf", "a\tb",
}

var separators = []string{"---\n", "---\n", "---\n", "--- # c\n", "---  \n", "---\t\n", "---#\n", "...\n", "...\n---\n", "... # c\n", "--- {a: b}\n", "----\n", "\n", "", "---\r\n", "--- |\n", " ---\n", "---\n\ufeff"}

// kustomizations are those of the folder that is built; B is a folder beside it.
var kustomizations = []string{
	"resources: [a.yaml]\n", "resources: [a.yaml, b.yaml]\n", "resources: [./a.yaml, ../base]\n", "resources: [../base, ../base/]\n",
	"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- ../base\n- a.yaml\nreplicas:\n- {name: one, count: 3}\n",
	"resources: [a.yaml]\nreplicas: [{name: one, count: VALUE}]\n", "resources: VALUE\n", "resources: [VALUE]\n", "resources: [a.yaml]\nkind: VALUE\n", "resources: [a.yaml, .]\n", "resources: [../base/c.yaml]\n",
	"resources: [a.yaml, a.yaml]\n", "resources: []\n", "{}\n", "", "resources: [a.yaml]\nreplicas: [{name: two, count: 1}, {name: one, count: 2}]\n", "resources: [a.yaml]\n---\nresources: [b.yaml]\n",
	"Resources: [a.yaml]\n", "resources: [a.yaml]\nreplicas: [{name: one, count: 1, what: 2}]\n", "resources: [a.yaml]\r\n", "resources: [https://example.com/x?ref=a]\n", "apiVersion: v1\nresources: [a.yaml]\n",
}

// tree makes a random one.
func tree(r *rand.Rand) string {
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	fill := func(text string) string {
		for strings.Contains(text, "VALUE") {
			text = strings.Replace(text, "VALUE", pick(values), 1)
		}
		return strings.ReplaceAll(text, "NAME", pick([]string{"one", "two", "three", "four", "five", "six"}))
	}
	var b strings.Builder
	resource := func(name string) {
		fmt.Fprintf(&b, "-- %s --\n", name)
		for range r.IntN(3) + 1 {
			b.WriteString(fill(pick(pieces)))
			b.WriteString(pick(separators))
		}
	}
	fmt.Fprintf(&b, "-- live/kustomization.yaml --\n%s", fill(pick(kustomizations)))
	if r.IntN(30) == 0 {
		b.WriteString("-- live/kustomization.yml --\nresources: [b.yaml]\n")
	}
	resource("live/a.yaml")
	resource("live/b.yaml")
	b.WriteString("-- base/kustomization.yaml --\nresources: [c.yaml]\n")
	if r.IntN(4) == 0 {
		b.WriteString("replicas: [{name: one, count: 4}]\n")
	}
	resource("base/c.yaml")
	return b.String()
}

// TestReadersAgree: on random trees. Most of what people write must be read, else
// the test would hold of a reader that refuses everything.
func TestReadersAgree(t *testing.T) {
	read, trees := 0, 8000
	for seed := range trees {
		if differ(t, tree(rand.New(rand.NewPCG(uint64(seed), 7)))) {
			read++
		}
	}
	t.Logf("%d of %d trees are read", read, trees)
	require.Greater(t, read, trees/30)
}

// FuzzReadersAgree: whatever the tree.
func FuzzReadersAgree(f *testing.F) {
	for seed := range 300 {
		f.Add(tree(rand.New(rand.NewPCG(uint64(seed), 11))))
	}
	f.Fuzz(func(t *testing.T, text string) { differ(t, text) })
}
