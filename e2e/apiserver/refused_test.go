package apiserver_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/generators/structure"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	sigs "sigs.k8s.io/yaml"
)

// TestRefused: no object is refused that a real API server takes, of all that is in
// testdata and the corpus, and of mutants of it. What the server refuses and nobody here
// does is counted.
func TestRefused(t *testing.T) {
	s := start(t)
	s.define(t, definitions(t)...)
	s.discover(t)
	objects := found(t)
	require.Greater(t, len(objects), 500)
	tally := &tally{missed: map[string][]string{}}
	s.compare(objects, tally)
	t.Logf("%d objects, %d refused by both, %d by the server alone", tally.asked, tally.both, tally.alone)
	mutants := 2000
	if n, err := strconv.Atoi(os.Getenv("MUTANTS")); err == nil {
		mutants = n
	}
	s.compare(mutate(t, objects, mutants), tally)
	t.Logf("with mutants: %d objects, %d refused by both, %d by the server alone", tally.asked, tally.both, tally.alone)
	tally.list(t)
	require.Empty(t, tally.wrong, "these are refused here, and the server takes them")
}

// definitions are the CRDs of the table.
func definitions(t *testing.T) []string {
	t.Helper()
	all := []string{
		"sigs.k8s.io/gateway-api/config/crd/experimental/*.yaml",
		"istio.io/api/kubernetes/customresourcedefinitions.gen.yaml",
		"github.com/kedacore/keda/v2@v2.21.0/config/crd/bases/keda.sh_scaledobjects.yaml",
		"github.com/external-secrets/external-secrets@v1.3.2/config/crds/bases/external-secrets.io_externalsecrets.yaml",
	}
	for _, p := range routers.Table {
		for _, k := range p.Kinds {
			ours := strings.HasPrefix(k.CRD, "sigs.k8s.io/gateway-api/") || strings.HasPrefix(k.CRD, "istio.io/api/")
			if k.CRD != "" && !ours && !strings.HasPrefix(k.CRD, "shared/") {
				all = append(all, k.CRD)
			}
		}
	}
	slices.Sort(all)
	var files []string
	for _, from := range slices.Compact(all) {
		matched, err := filepath.Glob(locate(t, from))
		require.NoError(t, err)
		require.NotEmpty(t, matched, from)
		files = append(files, matched...)
	}
	return files
}

// locate is a file of a module on this machine.
func locate(t *testing.T, file string) string {
	t.Helper()
	if module, rest, pinned := strings.Cut(file, "@"); pinned {
		version, path, _ := strings.Cut(rest, "/")
		get := exec.Command("go", "mod", "download", "-json", module+"@"+version)
		get.Dir = t.TempDir()
		out, err := get.Output()
		require.NoError(t, err, module)
		var m struct{ Dir string }
		require.NoError(t, json.Unmarshal(out, &m))
		return filepath.Join(m.Dir, path)
	}
	for module := file; strings.Contains(module, "/"); module = module[:strings.LastIndex(module, "/")] {
		if out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output(); err == nil {
			return filepath.Join(strings.TrimSpace(string(out)), strings.TrimPrefix(file, module))
		}
	}
	require.Fail(t, "no module has "+file)
	return ""
}

// found are the objects of known kinds in testdata, examples and the corpus, each once.
func found(t *testing.T) []kube.Object {
	t.Helper()
	var all []kube.Object
	seen := map[string]bool{}
	add := func(data []byte) {
		objects, _ := kube.Parse("", data)
		for _, o := range objects {
			text, err := yaml.Marshal(o.Node)
			if err == nil && structure.Knows(o) && !seen[string(text)] {
				seen[string(text)] = true
				all = append(all, o)
			}
		}
	}
	dirs := []string{"testdata", "examples", "fn/verify/testdata", "e2e/apiserver/testdata"}
	for _, dir := range append(dirs, "../shared/corpus") {
		_ = filepath.WalkDir(filepath.Join(golden.Root(), dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			data, err := os.ReadFile(path)
			switch {
			case err != nil:
			case strings.HasSuffix(path, ".txtar"):
				for _, f := range txtar.Parse(data).Files {
					if strings.HasSuffix(f.Name, ".yaml") {
						add(f.Data)
					}
				}
			case strings.HasSuffix(path, ".yaml"):
				add(data)
			}
			return nil
		})
	}
	return all
}

// tally counts.
type tally struct {
	sync.Mutex
	asked, both, alone int
	wrong              []string
	missed             map[string][]string // by reason
}

// compare asks the server about objects, some at a time.
func (s *server) compare(objects []kube.Object, all *tally) {
	var wait sync.WaitGroup
	work := make(chan kube.Object)
	for range 4 {
		wait.Go(func() {
			var judge structure.Judge
			for o := range work {
				s.ask(&judge, o, all)
			}
		})
	}
	for _, o := range objects {
		work <- o
	}
	close(work)
	wait.Wait()
}

// ask compares the verdicts on one object.
func (s *server) ask(judge *structure.Judge, o kube.Object, all *tally) {
	if _, ok := s.kinds[o.APIVersion()+" "+o.Kind]; !ok {
		return
	}
	if ns := o.Get("metadata", "namespace"); ns != nil {
		o = o.Without("metadata", "namespace")
	}
	text, err := yaml.Marshal(o.Node)
	if err != nil {
		return
	}
	data, err := sigs.YAMLToJSON(text)
	if err != nil {
		return
	}
	made := s.create(o.APIVersion(), o.Kind, data)
	applied := s.apply(o.APIVersion(), o.Kind, o.Name, data)
	if !made.known || !applied.known {
		return
	}
	faults := judge.Faults(o)
	always := slices.ContainsFunc(faults, func(f structure.Fault) bool { return !f.Applied })
	all.Lock()
	defer all.Unlock()
	all.asked++
	switch {
	case always && !made.refused, len(faults) > 0 && !applied.refused && !wraps(faults):
		all.wrong = append(all.wrong, fmt.Sprintf("%v\n(create refused: %v, apply refused: %v)\n%s", faults, made.refused, applied.refused, text))
	case always || len(faults) > 0 && !made.refused:
		all.both++
	case made.refused:
		all.alone++
		why := reason(made.why)
		all.missed[why] = append(all.missed[why], made.why)
	case applied.refused:
		all.alone++
		why := "apply: " + reason(applied.why)
		all.missed[why] = append(all.missed[why], applied.why)
	}
}

// wraps reports whether all that is wrong are numbers of more than 32 bits. A server-side
// apply (1.37.2) takes 3000000000 for -1294967296.
func wraps(faults []structure.Fault) bool {
	return !slices.ContainsFunc(faults, func(f structure.Fault) bool { return !strings.Contains(f.Message, "more than the field holds") })
}

var literals = regexp.MustCompile(`"[^"]*"|\[\d+\]|[0-9]+|\[[^\]]*\]`)

// reason is a message of the server without what it is about.
func reason(message string) string {
	_, after, ok := strings.Cut(message, "is invalid: ")
	if ok {
		message = after
	}
	message = literals.ReplaceAllString(message, "…")
	if len(message) > 160 {
		message = message[:160]
	}
	return message
}

// list prints what the server refuses alone, the commonest first.
func (all *tally) list(t *testing.T) {
	t.Helper()
	var reasons []string
	for r := range all.missed {
		reasons = append(reasons, r)
	}
	slices.SortFunc(reasons, func(a, b string) int { return len(all.missed[b]) - len(all.missed[a]) })
	for _, r := range reasons[:min(len(reasons), 120)] {
		m := all.missed[r][0]
		if i := strings.Index(m, "is invalid: "); i >= 0 {
			m = m[i+12:]
		}
		t.Logf("%4d %s\n", len(all.missed[r]), m[:min(len(m), 220)])
	}
}

// mutate makes objects with one thing changed.
func mutate(t *testing.T, objects []kube.Object, n int) []kube.Object {
	t.Helper()
	seed, err := strconv.ParseInt(os.Getenv("SEED"), 10, 64)
	if err != nil {
		seed = 1
	}
	r := rand.New(rand.NewSource(seed)) //nolint:gosec // to be repeated
	byKind := map[string][]kube.Object{}
	for _, o := range objects {
		byKind[o.APIVersion()+o.Kind] = append(byKind[o.APIVersion()+o.Kind], o)
	}
	var kinds []string
	for k := range byKind {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	var all []kube.Object
	for range n {
		of := byKind[kinds[r.Intn(len(kinds))]]
		if r.Intn(2) == 0 {
			of = objects
		}
		all = append(all, mutant(r, of[r.Intn(len(of))]))
	}
	return all
}

// mutant changes one node of an object, but for what it is called.
func mutant(r *rand.Rand, o kube.Object) kube.Object {
	var paths [][]string
	var walk func(n *yaml.Node, path []string)
	walk = func(n *yaml.Node, path []string) {
		for i, c := range n.Content {
			key := strconv.Itoa(i)
			if n.Kind == yaml.MappingNode {
				if i%2 == 0 {
					continue
				}
				key = n.Content[i-1].Value
			}
			at := append(slices.Clip(path), key)
			if len(at) == 1 && (key == "apiVersion" || key == "kind" || key == "metadata") {
				if key == "metadata" {
					walk(c, at)
				}
				continue
			}
			if at[0] == "metadata" && key == "name" && len(at) == 2 {
				continue
			}
			paths = append(paths, at)
			walk(c, at)
		}
	}
	walk(o.Node, nil)
	if len(paths) == 0 {
		return o
	}
	path := paths[r.Intn(len(paths))]
	return o.Edit(func(n *yaml.Node) *yaml.Node { return changed(r, n) }, path...)
}

// changed is a node with something else in it, nil to leave it out.
func changed(r *rand.Rand, n *yaml.Node) *yaml.Node {
	quoted := func(s string) *yaml.Node {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: s}
	}
	number := func(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: s} }
	pick := func(all ...*yaml.Node) *yaml.Node { return all[r.Intn(len(all))] }
	if r.Intn(8) == 0 {
		return nil
	}
	if r.Intn(12) == 0 {
		return pick(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"},
			&yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}, quoted(""), number("0"))
	}
	c := *n
	c.Content = slices.Clone(n.Content)
	switch {
	case n.Kind == yaml.MappingNode && r.Intn(2) == 0 || n.Kind == yaml.MappingNode && len(n.Content) == 0:
		c.Content = append(c.Content, quoted("xUnknown"), number("7"))
		return &c
	case n.Kind == yaml.MappingNode:
		i := 2 * r.Intn(len(n.Content)/2)
		key := n.Content[i].Value
		c.Content[i] = quoted(pick(quoted(strings.ToUpper(key[:1])+key[1:]), quoted(key+"s"), quoted(key+"_!")).Value)
		return &c
	case n.Kind == yaml.SequenceNode && len(n.Content) > 0:
		c.Content = append(c.Content, n.Content[r.Intn(len(n.Content))])
		return &c
	case n.ShortTag() == "!!int":
		return pick(quoted(n.Value), number("-1"), number("0"), number("1"), number("70000"), number("3000000000"), number("101"),
			&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!float", Value: "2.5"}, quoted("7%"))
	case n.ShortTag() == "!!bool":
		return pick(quoted(n.Value), number("1"), quoted("yes"))
	}
	return pick(number("7"), &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"}, quoted("Bad_Name!"), quoted("8080"), quoted("other"),
		quoted(strings.Repeat("a", 70)), quoted(strings.Repeat("a", 300)), quoted("None"), quoted("a/b"), quoted("*"), quoted(n.Value+"x"), quoted("-"+n.Value))
}
