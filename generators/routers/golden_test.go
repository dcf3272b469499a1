package routers_test

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// TestRender compares the objects of a provider, at the stages a case names,
// with the cases in testdata/traffic/<provider>.
func TestRender(t *testing.T) {
	for _, p := range routers.Table {
		golden.Run(t, "traffic/"+p.Name, func(t *testing.T, c *golden.Case) {
			if strings.HasPrefix(path.Base(c.Name), "read-") {
				compareRead(t, c)
				return
			}
			_, out := c.Generate(t)
			for _, name := range c.Wanted() {
				s, ok := out.Releases[0].Stage(strings.TrimSuffix(name, ".yaml"))
				require.True(t, ok, "want/%s is no stage", name)
				c.Want(t, name, inClusters(s.Routes))
			}
		})
	}
}

// inClusters are objects as text, those that stand in one of two clusters behind the others.
func inClusters(all []kube.Object) string {
	at := map[string][]kube.Object{}
	for _, o := range all {
		at[o.Cluster] = append(at[o.Cluster], o)
	}
	text := string(kube.Stream(nil, at[""]))
	delete(at, "")
	for _, name := range slices.Sorted(maps.Keys(at)) {
		text += "# in " + name + "\n" + string(kube.Stream(nil, at[name]))
	}
	return text
}

// compareRead compares what is read from manifests that people write.
func compareRead(t *testing.T, c *golden.Case) {
	t.Helper()
	var objects []kube.Object
	for _, f := range c.Files() {
		more, found := kube.Parse(f.Name, f.Data)
		require.Empty(t, found)
		objects = append(objects, more...)
	}
	rules, unread := route.ReadAll(routers.Table, route.NewWorld(objects, nil))
	var b strings.Builder
	for _, r := range rules {
		if !r.Source.Is("", "Service") || r.Via[0].Kind != "Service" || path.Dir(c.Name) == "traffic/service" {
			b.WriteString(ruleText(r) + "\n")
		}
	}
	for _, u := range unread {
		fmt.Fprintf(&b, "not judged: %s: %s\n", u.Source.ID, u.Why)
	}
	c.Want(t, "rules", b.String())
}

// ruleText is a rule in one line.
func ruleText(r route.Rule) string {
	var via []string
	for _, e := range r.Via {
		via = append(via, strings.TrimSpace(e.Kind+" "+e.Name))
	}
	parts := []string{
		r.Protocol + " at " + strings.Join(via, ", "),
		cmp.Or(strings.Join(r.Hosts, ", "), "every host"),
		matchText(r.Match),
	}
	to := string(r.Action)
	if to == "" {
		to = backendsText(r.Backends)
	}
	parts = append(parts, to)
	if len(r.Mirrors) > 0 {
		parts = append(parts, "mirror "+backendsText(r.Mirrors))
	}
	if r.Sticky != nil {
		parts = append(parts, "sticky by "+r.Sticky.Cookie)
	}
	return fmt.Sprintf("%s | empty: %s, missing: %s", strings.Join(parts, " | "), r.Empty, r.Dangling)
}

func backendsText(backends []route.Backend) string {
	var all []string
	for _, b := range backends {
		text := fmt.Sprintf("%s.%s:%s %d", b.Service, b.Namespace, b.Port, b.Weight)
		if len(b.Labels) > 0 {
			text += fmt.Sprintf(" %v", b.Labels)
		}
		if b.Main {
			text += " (main)"
		}
		if b.Unknown != "" {
			text = "unknown: " + b.Unknown
		}
		if b.Broken != "" {
			text += " (broken: " + b.Broken + ")"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func matchText(m route.Match) string {
	var all []string
	if m.Path != nil {
		all = append(all, fmt.Sprintf("path %s %s", m.Path.Kind, m.Path.Value))
	}
	if m.Method != "" {
		all = append(all, m.Method)
	}
	if m.Port != 0 {
		all = append(all, fmt.Sprintf("port %d", m.Port))
	}
	for _, part := range []struct {
		name       string
		conditions []route.Condition
	}{{"header", m.Headers}, {"cookie", m.Cookies}, {"query", m.Query}} {
		for _, c := range part.conditions {
			all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", part.name, c.Name, c.Kind, c.Value)))
		}
	}
	for _, o := range m.Other {
		all = append(all, "perhaps "+o)
	}
	return cmp.Or(strings.Join(all, " and "), "everything")
}

// TestReadCases: each provider shows at least a dozen different things that people
// write. Cases that differ in names and numbers only show one thing.
func TestReadCases(t *testing.T) {
	for _, p := range routers.Table {
		shown := map[string]string{}
		for _, c := range golden.Cases(t, "traffic/"+p.Name) {
			if !strings.HasPrefix(path.Base(c.Name), "read-") {
				continue
			}
			shape := shapeOf(t, c)
			other, twice := shown[shape]
			require.False(t, twice, "%s shows nothing that %s does not show: they differ in names and numbers", c.Name, other)
			shown[shape] = c.Name
		}
		require.GreaterOrEqual(t, len(shown), 12, "%s has %d cases of what people write", p.Name, len(shown))
	}
}

// shapeOf is what a reading case is about: its input without the names, hosts and
// numbers in it, and how many rules come of it, and how much is not judged.
func shapeOf(t *testing.T, c *golden.Case) string {
	t.Helper()
	var b strings.Builder
	for _, f := range c.Files() {
		objects, found := kube.Parse(f.Name, f.Data)
		require.Empty(t, found)
		for _, o := range objects {
			shape(&b, o.Node)
		}
	}
	rules := string(c.Section("want/rules"))
	return fmt.Sprintf("%s → %d lines, %d not judged", b.String(), strings.Count(rules, "\n"), strings.Count(rules, "not judged: "))
}

// free are the keys of values that people choose.
var free = []string{"name", "namespace", "host", "hosts", "hostnames", "secretName", "number", "port", "targetPort", "nodePort", "weight", "image"}

func shape(b *strings.Builder, n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		if _, err := strconv.ParseFloat(n.Value, 64); err == nil && n.Value != "0" {
			b.WriteString("#")
			return
		}
		b.WriteString(n.Value)
		return
	}
	b.WriteString("{")
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && c.Kind == yaml.ScalarNode && slices.Contains(free, n.Content[i-1].Value) {
			b.WriteString("=; ")
			continue
		}
		shape(b, c)
		b.WriteString("; ")
	}
	b.WriteString("}")
}

// TestTable holds every provider to what the table promises.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range routers.Table {
		require.NotEmpty(t, p.Name)
		require.False(t, seen[p.Name], "%s stands twice", p.Name)
		seen[p.Name] = true
		for what, text := range map[string]string{"title": p.Title, "doc": p.Doc, "URL": p.URL, "version": p.Version} {
			require.NotEmpty(t, text, "%s has no %s", p.Name, what)
		}
		require.NotNil(t, p.Render, p.Name)
		require.NotNil(t, p.Read, p.Name)
		require.NotNil(t, p.Claims, p.Name)
		require.NotEmpty(t, p.Can, p.Name)
		for protocol := range p.Can {
			require.Contains(t, []string{"http", "grpc", "tcp", "tls", "udp"}, protocol, p.Name)
		}
		for _, k := range p.Kinds {
			require.NotEmpty(t, k.Versions, "%s %s", p.Name, k.Kind)
			require.False(t, k.BuiltIn && k.CRD != "", "%s %s: what a CRD defines is not Kubernetes' own", p.Name, k.Kind)
			require.Equal(t, k.BuiltIn, slices.Contains([]string{"", "apps", "networking.k8s.io"}, k.Group), "%s %s: kustomize knows the references of Kubernetes' own kinds alone", p.Name, k.Kind)
		}
	}
}
