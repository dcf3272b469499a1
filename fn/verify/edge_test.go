package verify_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// TestGeneratedEdges checks every stage and every edge (forward, back, abort,
// resume, and the one that closes the release) of every case there is.
func TestGeneratedEdges(t *testing.T) {
	for _, c := range golden.Sample(golden.Releases(t), 4) {
		t.Run(c.Name, func(t *testing.T) {
			in, out := c.Generate(t)
			for i, r := range out.Releases {
				background := besides(out, i)
				states := map[string]cluster.State{}
				for _, s := range r.Stages {
					states[s.Name] = cluster.NewState(router, slices.Concat(background, r.Objects(s)))
					require.Empty(t, golden.Lines(unaccepted(verify.Check(states[s.Name], s.Name))))
				}
				for _, e := range stage.Edges(r.Plan()) {
					edge := verify.Edge{Name: e.From + " → " + e.To, From: states[e.From], To: states[e.To]}
					proven(t, edge)
				}
				if last, ok := r.Last(); ok {
					closed := golden.Close(t, in, r)
					s, _ := closed.Stage("stable")
					edge := verify.Edge{Name: "closing", From: states[last.Name], To: cluster.NewState(router, slices.Concat(background, closed.Objects(s)))}
					proven(t, edge)
				}
			}
		})
	}
}

// TestGeneratedSets does so with the stages of sets, in which the objects of all members
// stand beside each other.
func TestGeneratedSets(t *testing.T) {
	for _, c := range golden.Sets(t) {
		t.Run(c.Name, func(t *testing.T) {
			in, out := c.Generate(t)
			tree := newSetTree(t, in, out)
			for _, name := range tree.names {
				require.Empty(t, golden.Lines(unaccepted(verify.Check(tree.states[name], name))))
			}
			for _, e := range tree.edges {
				proven(t, verify.Edge{Name: e.From + " → " + e.To, From: tree.states[e.From], To: tree.states[e.To]})
			}
		})
	}
}

// proven holds an edge to be safe, and everything that it changes to be judged.
func proven(t *testing.T, e verify.Edge) {
	t.Helper()
	judged := e.Judge()
	require.Empty(t, golden.Lines(unaccepted(judged.Found)), e.Name)
	for _, left := range judged.Left {
		require.Fail(t, "not judged", "%s: %s %s", e.Name, left.Object.ID, left.Unread().Why)
	}
}

// unaccepted are the findings that nobody accepted by an annotation.
func unaccepted(found []schemas.Finding) []schemas.Finding {
	return slices.DeleteFunc(found, func(f schemas.Finding) bool { return f.Accepted })
}

// besides is what stands beside a release: shared objects, and the others at stable.
func besides(out generators.Output, i int) []kube.Object {
	all := slices.Clone(out.Shared)
	for j, r := range out.Releases {
		if s, ok := r.Stage("stable"); ok && j != i {
			all = append(all, r.Objects(s)...)
		}
	}
	return all
}

// TestRefuted checks edges that people wrote by hand, and that drop requests or
// do not. A case has from.yaml and to.yaml, or a folder for each of several
// commits, 1, 2, 3 …, with the files that the commit changes; a file without
// objects is removed by it. A file in a folder of that stands in a cluster of its name. In the place of to.yaml a case may have a change of
// from.yaml, see [golden.Change]. What is left over is compared where want/left asks.
func TestRefuted(t *testing.T) {
	golden.Run(t, "verify", func(t *testing.T, c *golden.Case) {
		found, unread, left := judged(commits(t, c, router))
		c.Want(t, "findings", golden.Lines(schemas.Sort(found)))
		if c.Has("want/left") {
			c.Want(t, "left", strings.Join(left, ""))
		}
		if len(unread) > 0 {
			c.Want(t, "unread", strings.Join(unread, ""))
		}
	})
}

// judged is what is found in the states of a case and on the edges between them, what
// is not judged there, and what is left over.
func judged(all []commit) (found []schemas.Finding, unread, left []string) {
	seen := map[string]bool{}
	note := func(all []route.Unread) {
		for _, u := range all {
			if u.ID == "" {
				seen[fmt.Sprintf("%s: %s\n", u.Source.ID, u.Text())] = true
			}
		}
	}
	for i, now := range all {
		found = append(found, verify.Check(now.State, now.name)...)
		note(verify.Reaching(now.Unread, now.State))
		if i == 0 {
			continue
		}
		was := all[i-1]
		verdict := verify.Edge{Name: was.name + " → " + now.name, From: was.State, To: now.State}.Judge()
		found = append(found, verdict.Found...)
		note(verdict.Unread)
		for _, l := range verdict.Left {
			left = append(left, fmt.Sprintf("%s %s\n", l.Object.ID, l.Unread().Why))
		}
	}
	return found, slices.Sorted(maps.Keys(seen)), left
}

// commit is a state of a case.
type commit struct {
	name string
	cluster.State
}

// commits are the states of a case in order.
func commits(t *testing.T, c *golden.Case, by cluster.Router) []commit {
	t.Helper()
	var all []commit
	files := map[string][]kube.Object{}
	for _, f := range c.Files() {
		name, file, several := strings.Cut(strings.TrimSuffix(f.Name, ".yaml"), "/")
		if len(all) == 0 || all[len(all)-1].name != name {
			all = append(all, commit{name: name})
		}
		objects, found := kube.Parse(f.Name, f.Data)
		require.Empty(t, found)
		if in, _, apart := strings.Cut(file, "/"); apart {
			for i := range objects {
				objects[i].Cluster = in
			}
		}
		files[file] = objects
		if !several {
			files = map[string][]kube.Object{"": objects}
		}
		var now []kube.Object
		for _, file := range slices.Sorted(maps.Keys(files)) {
			now = append(now, files[file]...)
		}
		all[len(all)-1].State = cluster.NewState(by, now)
	}
	require.Greater(t, len(all), 1, "one state makes no edge")
	return all
}

// TestRuleCases: every rule has a case that shows it and one that does the same
// without it.
func TestRuleCases(t *testing.T) {
	shown, safe := map[string]bool{}, map[string]bool{}
	for _, c := range golden.Cases(t, "verify") {
		name := strings.TrimPrefix(c.Name, "verify/")
		text := string(c.Section("want/findings"))
		if strings.HasSuffix(name, "-safe") {
			for line := range strings.Lines(text) {
				require.Regexp(t, `^\t|: (info|warning): `, line, name)
			}
		}
		for _, rule := range rules.Table {
			switch {
			case name == rule.ID+"-safe":
				safe[rule.ID] = true
			case name == rule.ID || strings.HasPrefix(name, rule.ID+"-"):
				shown[rule.ID] = shown[rule.ID] || strings.Contains(text, "["+rule.ID+"]")
			}
		}
	}
	for _, rule := range rules.Table {
		require.True(t, shown[rule.ID], "no case called %s shows it", rule.ID)
		require.True(t, safe[rule.ID], "no case called %s-safe", rule.ID)
	}
}
