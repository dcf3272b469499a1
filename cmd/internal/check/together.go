package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/structure"
	"github.com/cutoverdev/cutover/schemas"
)

// group checks releases that move together: the objects of all are those of one state, and
// what one commit does to them is one edge.
type group struct {
	*tree
	set    generators.Set
	judge  *structure.Judge
	beside []kube.Object
	own    map[string][]kube.Object // by folder of a stage
	read   map[string]cluster.State // by stage of the set
}

// group begins with a set.
func (t *tree) group(s generators.Set) *group {
	g := &group{
		tree: t, set: s, judge: structure.NewJudge(t.loaded.In.Rules),
		own: map[string][]kube.Object{}, read: map[string]cluster.State{},
	}
	var all []kube.Object
	for _, at := range s.Stages {
		for i := range s.Members {
			all = append(all, g.member(i, at.At[i])...)
		}
	}
	g.beside = t.shared
	if t.Agent == "" && len(t.shared) > 0 {
		g.beside = verify.NewBystanders(t.shared, t.state(t.shared)).Beside(all)
	}
	return g
}

// member are the objects of a member at one of its stages.
func (g *group) member(i int, name string) []kube.Object {
	dir := stageDir(g.set.Members[i], name)
	objects, ok := g.own[dir]
	if !ok {
		objects = g.rendered(g.loaded.Rendered(), dir)
		g.own[dir] = objects
	}
	return objects
}

// state is what a stage of the set comes to.
func (g *group) state(at stage.Joint) cluster.State {
	state, ok := g.read[at.Name]
	if !ok {
		var all []kube.Object
		for i := range g.set.Members {
			all = append(all, g.member(i, at.At[i])...)
		}
		state = g.of(append(all, g.beside...))
		g.read[at.Name] = state
	}
	return state
}

// of is what some objects come to.
func (g *group) of(objects []kube.Object) cluster.State {
	r := g.router()
	r.Judge = g.judge
	return cluster.NewState(r, objects)
}

// all checks the stages and edges of a set.
func (t *tree) all(s generators.Set) {
	g := t.group(s)
	for _, at := range s.Stages {
		g.find(verify.Check(g.state(at), at.Name)...)
	}
	edges := s.Edges()
	for _, e := range edges {
		from, _ := s.Stage(e.From)
		to, _ := s.Stage(e.To)
		g.edge(verify.Edge{Name: fmt.Sprintf("%s: %s → %s", s.Name, e.From, e.To), From: g.state(from), To: g.state(to)})
	}
	g.Edges += len(edges)
	g.closing()
	if !g.Skip {
		return
	}
	var forward []string
	for _, at := range s.Stages {
		if !at.Twin {
			forward = append(forward, at.Name)
		}
	}
	for _, way := range ways(forward) {
		from, _ := s.Stage(way[0])
		to, _ := s.Stage(way[1])
		g.Skips = append(g.Skips, skip(s.Name, way, verify.Edge{From: g.state(from), To: g.state(to)}))
	}
}

// one checks the one edge of a set that is asked for, if the set has it.
func (t *tree) one(s generators.Set, from, to string) (known bool) {
	start, ok := s.Stage(strings.TrimPrefix(from, s.Name+"/"))
	end, also := s.Stage(strings.TrimPrefix(to, s.Name+"/"))
	if !ok || !also {
		return false
	}
	g := t.group(s)
	g.Edges++
	g.edge(verify.Edge{Name: fmt.Sprintf("%s: %s → %s", s.Name, start.Name, end.Name), From: g.state(start), To: g.state(end)})
	g.arrived(g.state(start))
	return true
}

// closing checks the commit that ends the releases of a set.
func (g *group) closing() {
	i := slices.IndexFunc(g.set.Stages, func(at stage.Joint) bool { return at.Next == "" && !at.Twin })
	last := g.set.Stages[i]
	var all []kube.Object
	ends := false
	for i, r := range g.set.Members {
		at := slices.IndexFunc(g.closed, func(c generators.Release) bool { return c.Metadata.Name == r.Metadata.Name })
		if !schemas.Retired(last.At[i]) || at < 0 {
			all = append(all, g.member(i, last.At[i])...)
			continue
		}
		ends = true
		stable, _ := g.closed[at].Stage("stable")
		all = append(all, g.closed[at].Objects(stable)...)
	}
	if !ends {
		return
	}
	g.Edges++
	g.edge(verify.Edge{
		Name: g.set.Name + ": " + last.Name + " → stable of the next release", From: g.state(last), To: g.of(append(all, g.beside...)),
	})
}
