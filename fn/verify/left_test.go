package verify_test

import (
	"cmp"
	"fmt"
	"maps"
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
	"github.com/cutoverdev/cutover/generators/route"
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
	"alb Ingress rest: metadata.annotations[alb.ingress.kubernetes.io/group.order]": "either of the two Ingresses answers, and both can",
	"alb Ingress shop: metadata.annotations[alb.ingress.kubernetes.io/group.order]": "as above",
	"alb Ingress shop: metadata.annotations[alb.ingress.kubernetes.io/tags]":        "the controller puts them on what it makes in AWS",
	"nginx VirtualServer shop: spec.routes[].policies[]":                            "without the Policy more requests are answered",
	"kubernetes Deployment web: spec.paused":                                        "pods that serve already stay as they are",
	"kubernetes HTTPRoute web: spec.rules[].matches[]":                              wider,
	"kubernetes VirtualService web: spec.http[].match[]":                            wider,
	"kubernetes VirtualService web: spec.http[].match[].headers":                    wider,
	"kubernetes VirtualService web: spec.http[].match[].headers.x-b":                wider,
	"kubernetes VirtualService web: spec.http[].match[].method":                     wider,
	"kubernetes VirtualService web: spec.http[].match[].queryParams":                wider,
	"kubernetes VirtualService web: spec.http[].match[].queryParams.p":              wider,
	"kubernetes VirtualService web: spec.http[].match[].uri":                        wider,
	"kubernetes VirtualService web: spec.http[].match[].withoutHeaders":             wider,
	"kubernetes VirtualService web: spec.http[].match[].withoutHeaders.x-c":         wider,
	"kubernetes HorizontalPodAutoscaler web: removed":                               "the Deployment says how many pods it has",
	"kubernetes ScaledObject next: removed":                                         "the Deployment says how many pods it has",
	"kubernetes StatefulSet db: spec.ordinals.start":                                "one pod after the other is replaced",
	"kubernetes VirtualService web: spec.http[].route[].destination.port":           "the Service has no other port",
}

// TestEveryChange changes every field of a world that serves, each scalar, each item
// of a list, each object, and takes it out. Each change is refuted, or listed, or all
// of it is claimed; and where a table says that rules judge a field, they must notice
// one of its changes: a claim that nobody keeps passes in silence. There is a world for
// each router that has kinds of its own; who answers for each of its fields is written
// down in want/claims, so that one that is judged no more, or too many, is seen.
func TestEveryChange(t *testing.T) {
	used := map[string]bool{}
	n := 0
	golden.Run(t, "world", func(t *testing.T, c *golden.Case) {
		if n++; n%3 != 1 && testing.Short() {
			golden.Long(t)
		}
		w := world{claims: map[string][]string{}, judged: map[string]bool{}, noticed: map[string]bool{}}
		w.change(t, worldOf(t, c))
		c.Want(t, "claims", w.text())
		var silent []string
		for key := range w.judged {
			name := strings.TrimPrefix(c.Name, "world/") + " " + key
			switch {
			case w.noticed[key]:
			case unmoved[name] != "":
				used[name] = true
			default:
				silent = append(silent, key)
			}
		}
		slices.Sort(silent)
		require.Empty(t, strings.Join(silent, "\n"), "tables say that these are judged, and no rule notices")
	})
	for key := range unmoved {
		require.True(t, used[key] || testing.Short(), "%s is noticed, or not claimed", key)
	}
	for _, p := range router.Providers {
		if p.Describe != nil || slices.ContainsFunc(p.Kinds, func(k route.Kind) bool { return k.Judged != "" }) {
			require.FileExists(t, filepath.Join(golden.Root(), "testdata", "world", p.Name+".txtar"), "says which fields of its kinds are judged")
		}
	}
}

// world is what is claimed and noticed of the changes of a world, by object and path.
type world struct {
	claims  map[string][]string // who answers, each once
	judged  map[string]bool
	noticed map[string]bool
}

// change makes each change, and the way back from what is gone: an object that is made.
func (w world) change(t *testing.T, objects []kube.Object) {
	t.Helper()
	at := cluster.NewState(router, objects)
	require.Empty(t, golden.Lines(unaccepted(verify.Check(at, "world"))))
	for i, o := range objects {
		for _, m := range mutants(o) {
			mutated := slices.Clone(objects)
			mutated[i] = m
			if m.Node != nil {
				w.look(o, "", verify.Edge{From: at, To: cluster.NewState(router, mutated)})
				continue
			}
			less := cluster.NewState(router, slices.Delete(mutated, i, i+1))
			w.look(o, "removed", verify.Edge{From: at, To: less})
			w.look(o, "made", verify.Edge{From: less, To: at})
		}
	}
}

// look takes down what an edge that changes an object claims, and whether a rule notices.
func (w world) look(o kube.Object, whole string, edge verify.Edge) {
	verdict := edge.Judge()
	seen := len(verdict.Unread) > 0 || slices.ContainsFunc(append(verdict.Found, verify.Check(edge.To, "")...), func(f schemas.Finding) bool {
		return f.Severity != schemas.Info
	})
	for _, c := range edge.Claims() {
		key := fmt.Sprintf("%s %s: %s", o.Kind, o.Name, cmp.Or(account.Text(c.Path), whole))
		if answer := answerOf(c); !slices.Contains(w.claims[key], answer) {
			w.claims[key] = append(w.claims[key], answer)
		}
		if len(c.Judged) > 0 && whole != "made" {
			w.judged[key] = true
			w.noticed[key] = w.noticed[key] || seen
		}
	}
}

// answerOf is who answers for a path, in a word.
func answerOf(c account.Claim) string {
	switch {
	case len(c.Judged) > 0:
		return "judged"
	case c.Harmless != "":
		return "harmless"
	}
	return "not judged"
}

// text is the claims, a line for each path.
func (w world) text() string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(w.claims)) {
		slices.Sort(w.claims[key])
		fmt.Fprintf(&b, "%s: %s\n", key, strings.Join(w.claims[key], " or "))
	}
	return b.String()
}

func worldOf(t *testing.T, c *golden.Case) []kube.Object {
	t.Helper()
	all, found := kube.Parse("world.yaml", c.Section("world.yaml"))
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
