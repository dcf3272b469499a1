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
	"alb Ingress shop: metadata.annotations[alb.ingress.kubernetes.io/tags]": "the controller puts them on what it makes in AWS",
	"kubernetes Deployment web: spec.paused":                                 "pods that serve already stay as they are",
	"kubernetes HTTPRoute web: spec.rules[].matches[]":                       wider,
	"kubernetes VirtualService web: spec.http[].match[]":                     wider,
	"kubernetes VirtualService web: spec.http[].match[].headers":             wider,
	"kubernetes VirtualService web: spec.http[].match[].headers.x-b":         wider,
	"kubernetes VirtualService web: spec.http[].match[].method":              wider,
	"kubernetes VirtualService web: spec.http[].match[].queryParams":         wider,
	"kubernetes VirtualService web: spec.http[].match[].queryParams.p":       wider,
	"kubernetes VirtualService web: spec.http[].match[].uri":                 wider,
	"kubernetes VirtualService web: spec.http[].match[].withoutHeaders":      wider,
	"kubernetes VirtualService web: spec.http[].match[].withoutHeaders.x-c":  wider,
	"kubernetes HorizontalPodAutoscaler web: removed":                        "the Deployment says how many pods it has",
	"kubernetes ScaledObject next: removed":                                  "the Deployment says how many pods it has",
	"kubernetes VirtualService web: spec.http[].route[].destination.port":    "the Service has no other port",
	"cluster VirtualService web: spec.http[].route[].destination.port":       "as above",
	"alb Ingress shop: spec.tls[].hosts[]":                                   "its rule has the host, for which the controller finds a certificate",
	"kubernetes VirtualService web: spec.exportTo[]":                         "without it the route is for everybody",
	"kubernetes Deployment web: spec.strategy.rollingUpdate.maxUnavailable":  "no pod is replaced",
	"kubernetes ScaledObject next: spec.scaleTargetRef.kind":                 "the Deployment says how many pods it has",
	"linkerd HTTPRoute shop: spec.rules[].matches[].headers":                 wider,
	"linkerd HTTPRoute shop: spec.rules[].matches[].queryParams":             wider,
	"traefik TraefikService shared: spec.weighted.sticky.cookie.name":        "clients choose anew between two that answer",
	"traefik TraefikService shared: spec.weighted.sticky.cookie.maxAge":      "as above",
	"nginx VirtualServer shop: spec.tls.redirect.code":                       "nothing is redirected",
	"cluster PodDisruptionBudget web: spec.selector.matchLabels.app":         "it counts no pods any more",
}

// TestEveryChange changes every field of a world that serves, each scalar, each item
// of a list, each object, and takes it out. Each change is refuted, or listed, or all
// of it is claimed; and where a table says that rules judge a field, they must notice
// one of its changes: a claim that nobody keeps passes in silence. There is a world for
// each router that has kinds of its own; who answers for each of its fields is written
// down in want/claims, so that one that is judged no more, or too many, is seen.
func TestEveryChange(t *testing.T) {
	used := map[string]bool{}
	var kept []kept
	n := 0
	golden.Run(t, "world", func(t *testing.T, c *golden.Case) {
		if n++; n%3 != 1 && testing.Short() {
			golden.Long(t)
		}
		w := world{claims: map[string][]string{}, judged: map[string]bool{}, noticed: map[string]bool{}, kept: &kept}
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
	if !testing.Short() {
		require.Empty(t, strings.Join(unkept(kept), "\n"), "tables say that these are judged, and no world shows it")
	}
	for _, p := range router.Providers {
		if p.Describe != nil || slices.ContainsFunc(p.Kinds, func(k route.Kind) bool { return k.Judged != "" }) {
			require.FileExists(t, filepath.Join(golden.Root(), "testdata", "world", p.Name+".txtar"), "says which fields of its kinds are judged")
		}
	}
}

// unkept are what tables call judged and no world shows: that an object of a kind goes,
// and, if it is none of it, a kind.
func unkept(all []kept) []string {
	var broken []string
	for _, p := range account.Promises(router.Providers) {
		of := func(k kept) bool { return k.kind.Group == p.Group && k.kind.Kind == p.Kind }
		if p.Paths == "-" {
			of = func(k kept) bool { return p.Kept(k.kind, k.path) }
		}
		if !slices.ContainsFunc(all, of) {
			broken = append(broken, fmt.Sprintf("%s %s: %s", p.Group, p.Kind, p.Paths))
		}
	}
	slices.Sort(broken)
	return broken
}

// world is what is claimed and noticed of the changes of a world, by object and path.
type world struct {
	claims  map[string][]string // who answers, each once
	judged  map[string]bool
	noticed map[string]bool
	kept    *[]kept
}

// kept is a path of a kind that a rule notices in some world; of a whole object it is - or +.
type kept struct {
	kind kube.ID
	path []string
}

// change makes each change, and the way back from what is gone: an object that is made.
func (w world) change(t *testing.T, objects []kube.Object) {
	t.Helper()
	at := cluster.NewState(router, objects)
	require.Empty(t, golden.Lines(unaccepted(verify.Check(at, "world"))))
	for i, o := range objects {
		for _, m := range mutants(o) {
			mutated := slices.Clone(objects)
			mutated[i] = m.Object
			if m.Node != nil {
				w.look(m, "", verify.Edge{From: at, To: cluster.NewState(router, mutated)})
				continue
			}
			less := cluster.NewState(router, slices.Delete(mutated, i, i+1))
			w.look(m, "removed", verify.Edge{From: at, To: less})
			w.look(m, "made", verify.Edge{From: less, To: at})
		}
	}
}

// look takes down what an edge that changes an object claims, and whether a rule notices.
// Of a part that goes with much in it, what it notices may be any of that.
func (w world) look(m mutant, whole string, edge verify.Edge) {
	verdict := edge.Judge()
	seen := len(verdict.Unread)+len(linesNew(edge)) > 0 || slices.ContainsFunc(append(verdict.Found, verify.Check(edge.To, "")...), func(f schemas.Finding) bool {
		return f.Severity != schemas.Info || f.ID == "template-changed" // which says what is trusted of new pods
	})
	claims := edge.Claims()
	seen = seen && (m.small || len(claims) == 1)
	for _, c := range claims {
		key := fmt.Sprintf("%s %s: %s", m.Kind, m.Name, cmp.Or(account.Text(c.Path), whole))
		if answer := answerOf(c); !slices.Contains(w.claims[key], answer) {
			w.claims[key] = append(w.claims[key], answer)
		}
		if len(c.Judged) > 0 && whole != "made" {
			w.judged[key] = true
			w.noticed[key] = w.noticed[key] || seen
		}
		if len(c.Judged) > 0 && seen {
			path := c.Path
			if path == nil {
				path = []string{map[string]string{"made": "+", "removed": "-"}[whole]}
			}
			*w.kept = append(*w.kept, kept{m.ID, path})
		}
	}
}

// linesNew are what the end of an edge has that is not judged, and its beginning has not.
func linesNew(edge verify.Edge) []route.Unread {
	return slices.DeleteFunc(slices.Clone(edge.To.Unread), func(u route.Unread) bool {
		return slices.ContainsFunc(edge.From.Unread, func(was route.Unread) bool { return was.Why == u.Why })
	})
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

// mutant is an object with one thing in it changed or taken out, or one that is not there.
type mutant struct {
	kube.Object
	small bool // the thing is a text or number
}

func mutants(o kube.Object) []mutant {
	all := []mutant{{Object: kube.Object{ID: o.ID}}}
	for _, n := range changedNodes(o.Node, nil) {
		m := mutant{o, n.small}
		m.Node = n.Node
		all = append(all, m)
	}
	return all
}

type changed struct {
	*yaml.Node
	small bool
}

// changedNodes are a node with one thing at it or below it changed. nil is left out
// of what holds it.
func changedNodes(n *yaml.Node, path []string) []changed {
	if len(path) == 1 && (path[0] == "apiVersion" || path[0] == "kind") || len(path) == 2 && path[0] == "metadata" && (path[1] == "name" || path[1] == "namespace") {
		return nil
	}
	var all []changed
	with := func(i int, c changed) {
		one := *n
		one.Content = slices.Clone(n.Content)
		if c.Node != nil {
			one.Content[i] = c.Node
		} else if n.Kind == yaml.MappingNode {
			one.Content = slices.Delete(one.Content, i-1, i+1)
		} else {
			one.Content = slices.Delete(one.Content, i, i+1)
		}
		all = append(all, changed{&one, c.small})
	}
	out := func(i int) { with(i, changed{small: n.Content[i].Kind == yaml.ScalarNode}) }
	switch n.Kind {
	case yaml.MappingNode:
		for i := 1; i < len(n.Content); i += 2 {
			at := append(slices.Clip(path), n.Content[i-1].Value)
			for _, c := range changedNodes(n.Content[i], at) {
				with(i, c)
			}
			if len(at) > 1 && at[0] != "metadata" || len(at) == 1 && at[0] != "apiVersion" && at[0] != "kind" && at[0] != "metadata" {
				out(i)
			}
		}
	case yaml.SequenceNode:
		for i := range n.Content {
			for _, c := range changedNodes(n.Content[i], append(slices.Clip(path), "[]")) {
				with(i, c)
			}
			out(i)
		}
	case yaml.ScalarNode:
		for _, other := range otherScalars(n) {
			all = append(all, changed{other, true})
		}
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
