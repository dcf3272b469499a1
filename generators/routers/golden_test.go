package routers_test

import (
	"cmp"
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/stretchr/testify/require"
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
				c.Want(t, name, string(kube.Stream(nil, s.Routes)))
			}
		})
	}
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
		if !r.Source.Is("", "Service") || path.Dir(c.Name) == "traffic/service" {
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

// TestReadCases: at least a dozen of them for each provider.
func TestReadCases(t *testing.T) {
	for _, p := range routers.Table {
		n := 0
		for _, c := range golden.Cases(t, "traffic/"+p.Name) {
			if strings.HasPrefix(path.Base(c.Name), "read-") {
				n++
			}
		}
		require.GreaterOrEqual(t, n, 12, "%s has %d cases of what people write", p.Name, n)
	}
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
			require.Contains(t, []string{"http", "grpc", "tcp", "tls"}, protocol, p.Name)
		}
		for _, k := range p.Kinds {
			require.NotEmpty(t, k.Versions, "%s %s", p.Name, k.Kind)
		}
	}
}
