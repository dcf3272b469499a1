package verify_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/account"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// TestClaimedRules: a rule that a table names is one.
func TestClaimedRules(t *testing.T) {
	for _, id := range account.Rules() {
		require.True(t, slices.ContainsFunc(rules.Table, func(r rules.Rule) bool { return r.ID == id }), "no rule is called %s", id)
	}
}

// wider is why it is safe to take a condition out.
const wider = "without the condition more requests are answered"

// unmoved are the fields of the world that a table says are judged, and whose every
// change there is safe, and why.
var unmoved = map[string]string{
	"Deployment web: spec.paused":                                "pods that serve already stay as they are",
	"HTTPRoute web: spec.rules[].matches[]":                      wider,
	"VirtualService web: spec.http[].match[]":                    wider,
	"VirtualService web: spec.http[].match[].headers":            wider,
	"VirtualService web: spec.http[].match[].headers.x-b":        wider,
	"VirtualService web: spec.http[].match[].method":             wider,
	"VirtualService web: spec.http[].match[].queryParams":        wider,
	"VirtualService web: spec.http[].match[].queryParams.p":      wider,
	"VirtualService web: spec.http[].match[].uri":                wider,
	"VirtualService web: spec.http[].match[].withoutHeaders":     wider,
	"VirtualService web: spec.http[].match[].withoutHeaders.x-c": wider,
	"HorizontalPodAutoscaler web: ":                              "the Deployment says how many pods it has",
	"ScaledObject next: ":                                        "the Deployment says how many pods it has",
	"StatefulSet db: spec.ordinals.start":                        "one pod after the other is replaced",
	"VirtualService web: spec.http[].route[].destination.port":   "the Service has no other port",
}

// TestEveryChange changes every field of a world that serves, each scalar, each item
// of a list, each object, and takes it out. Each change is refuted, or listed, or all
// of it is claimed; and where a table says that rules judge a field, they must notice
// one of its changes: a claim that nobody keeps passes in silence.
func TestEveryChange(t *testing.T) {
	world := theWorld(t)
	at := cluster.NewState(router, world)
	require.Empty(t, golden.Lines(unaccepted(verify.Check(at, "world"))))
	claimed, noticed := map[string]bool{}, map[string]bool{}
	for i, o := range world {
		for _, m := range mutants(o) {
			objects := slices.Clone(world)
			objects[i] = m
			if m.Node == nil {
				objects = slices.Delete(objects, i, i+1)
			}
			edge := verify.Edge{From: at, To: cluster.NewState(router, objects)}
			judged := edge.Judge()
			seen := len(judged.Unread) > 0 || slices.ContainsFunc(append(judged.Found, verify.Check(edge.To, "")...), func(f schemas.Finding) bool { return f.Severity != schemas.Info })
			for _, c := range edge.Claims() {
				if len(c.Judged) == 0 {
					continue
				}
				key := fmt.Sprintf("%s %s: %s", o.Kind, o.Name, account.Text(c.Path))
				claimed[key] = true
				noticed[key] = noticed[key] || seen
			}
		}
	}
	var silent []string
	for key := range claimed {
		if !noticed[key] && unmoved[key] == "" {
			silent = append(silent, key)
		}
	}
	slices.Sort(silent)
	require.Empty(t, strings.Join(silent, "\n"), "tables say that these are judged, and no rule notices")
	for key := range maps.Keys(unmoved) {
		require.True(t, claimed[key] && !noticed[key], "%s is noticed, or not claimed", key)
	}
}

func theWorld(t *testing.T) []kube.Object {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(golden.Root(), "fn", "verify", "testdata", "world.yaml"))
	require.NoError(t, err)
	all, found := kube.Parse("world.yaml", data)
	require.Empty(t, found)
	return all
}

// mutants are an object with one thing in it changed or taken out, and one that is
// not there.
func mutants(o kube.Object) []kube.Object {
	all := []kube.Object{{ID: o.ID}}
	for _, n := range changedNodes(o.Node, nil) {
		m := o
		m.Node = n
		all = append(all, m)
	}
	return all
}

// changedNodes are a node with one thing at it or below it changed. nil is left out
// of what holds it.
func changedNodes(n *yaml.Node, path []string) []*yaml.Node {
	if len(path) == 1 && (path[0] == "apiVersion" || path[0] == "kind") || len(path) == 2 && path[0] == "metadata" && (path[1] == "name" || path[1] == "namespace") {
		return nil
	}
	var all []*yaml.Node
	with := func(i int, c *yaml.Node) {
		one := *n
		one.Content = slices.Clone(n.Content)
		if c != nil {
			one.Content[i] = c
		} else if n.Kind == yaml.MappingNode {
			one.Content = slices.Delete(one.Content, i-1, i+1)
		} else {
			one.Content = slices.Delete(one.Content, i, i+1)
		}
		all = append(all, &one)
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 1; i < len(n.Content); i += 2 {
			at := append(slices.Clip(path), n.Content[i-1].Value)
			for _, c := range changedNodes(n.Content[i], at) {
				with(i, c)
			}
			if len(at) > 1 && at[0] != "metadata" || len(at) == 1 && at[0] != "apiVersion" && at[0] != "kind" && at[0] != "metadata" {
				with(i, nil)
			}
		}
	case yaml.SequenceNode:
		for i := range n.Content {
			for _, c := range changedNodes(n.Content[i], append(slices.Clip(path), "[]")) {
				with(i, c)
			}
			with(i, nil)
		}
	case yaml.ScalarNode:
		return otherScalars(n)
	}
	return all
}

// words are other values of fields that know a few.
var words = map[string]string{
	"Cluster": "Local", "Terminate": "Passthrough", "SIMPLE": "MUTUAL", "LoadBalancer": "NodePort", "TCP": "UDP", "HTTP": "TCP", "HTTPS": "TLS",
	"RequireDualStack": "SingleStack", "RollingUpdate": "Recreate", "Exact": "PathPrefix", "GET": "POST", "Selector": "None", "All": "None",
}

// otherScalars are other values of the same type.
func otherScalars(n *yaml.Node) []*yaml.Node {
	other := func(v any) *yaml.Node { return kube.Node(v) }
	number, err := strconv.Atoi(n.Value)
	switch another, ok := words[n.Value]; {
	case ok:
		return []*yaml.Node{other(another), other(n.Value + "x")}
	case n.ShortTag() == "!!bool":
		return []*yaml.Node{other(n.Value != "true")}
	case n.ShortTag() == "!!int" && err == nil:
		return []*yaml.Node{other(number + 1), other(max(number-1, 0)), other(0)}
	}
	return []*yaml.Node{other(n.Value + "x")}
}
