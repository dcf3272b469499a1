package check

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/structure"
	"github.com/cutoverdev/cutover/schemas"
)

// checker checks one release of a tree from what is on disk.
type checker struct {
	*tree
	release generators.Release
	files   folder.Reader
	judge   *structure.Judge
	beside  []kube.Object            // what is shared, as far as it has to do with the release
	read    map[string]cluster.State // by stage
}

// objects are those of the release at any stage.
func (c *checker) objects() []kube.Object {
	var all []kube.Object
	for _, s := range c.release.Stages {
		all = append(all, c.release.Objects(s)...)
	}
	if at := c.over(); at >= 0 {
		stable, _ := c.closed[at].Stage("stable")
		all = append(all, c.closed[at].Objects(stable)...)
	}
	return all
}

// over is where the release is among those that are over, -1 if nowhere.
func (c *checker) over() int {
	return slices.IndexFunc(c.closed, func(r generators.Release) bool {
		return r.Metadata.Name == c.release.Metadata.Name && r.Metadata.Namespace == c.release.Metadata.Namespace
	})
}

// all checks the stages and edges of a release.
func (c *checker) all() {
	for _, s := range c.release.Stages {
		state := c.stage(s.Name)
		c.find(verify.Check(state, s.Name)...)
		c.unread(state)
		c.lint(state)
	}
	if c.release.Set() != "" {
		c.States += len(c.release.Stages)
		return // its edges are those of its set
	}
	edges := stage.Edges(c.release.Plan())
	for _, e := range edges {
		c.edgeOf(e.From, e.To)
	}
	c.States += len(c.release.Stages)
	c.Edges += len(edges)
	c.closing()
	if !c.Skip {
		return
	}
	for _, way := range ways(forward(c.release)) {
		e := verify.Edge{From: c.stage(way[0]), To: c.stage(way[1])}
		c.Skips = append(c.Skips, skip(c.release.Metadata.Name, way, e))
	}
	c.behind()
}

// behind looks at those ways, for each cluster.
func (c *checker) behind() {
	for _, way := range late(c.release) {
		for _, name := range c.release.Clusters() {
			e := verify.Edge{From: c.stage(way[1]).Lagging(name, c.stage(way[0])), To: c.stage(way[2])}
			from := way[1] + ", " + name + " still at " + way[0]
			c.Skips = append(c.Skips, skip(c.release.Metadata.Name, [2]string{from, way[2]}, e))
		}
	}
}

// one checks the one edge that is asked for. Another release of the folder may have
// it.
func (c *checker) one(from, to string) {
	out := c.loaded.Out
	own := generators.Output{Releases: []generators.Release{c.release}}
	_, start, err := load.Pick(own, from)
	if err != nil && len(out.Releases) > 1 {
		return
	}
	_, end, other := load.Pick(own, to)
	if err = cmp.Or(err, other); err != nil {
		c.find(schemas.Finding{File: c.loaded.Shown("."), ID: "stage-unknown", Message: err.Error()})
		return
	}
	c.Edges++
	c.edgeOf(start.Name, end.Name)
	c.arrived(c.stage(start.Name))
}

// stage reads a stage once.
func (c *checker) stage(name string) cluster.State {
	state, ok := c.read[name]
	if !ok {
		state = c.state(append(c.standing(c.files, c.release, name), c.beside...))
		c.read[name] = state
	}
	return state
}

// state is what some objects come to.
func (c *checker) state(objects []kube.Object) cluster.State {
	r := c.router()
	r.Judge = c.judge
	return cluster.NewState(r, objects)
}

// edgeOf checks the edge between two stages.
func (c *checker) edgeOf(from, to string) {
	name := fmt.Sprintf("%s: %s → %s", c.release.Metadata.Name, from, to)
	c.edge(verify.Edge{Name: name, From: c.stage(from), To: c.stage(to)})
}

// closing checks the commit that ends the release: the candidate is live then,
// and the stage is stable.
func (c *checker) closing() {
	last, ok := c.release.Last()
	if !ok {
		return
	}
	at := c.over()
	if at < 0 {
		return
	}
	closed := c.closed[at]
	stable, _ := closed.Stage("stable")
	c.Edges++
	c.edge(verify.Edge{
		Name: c.release.Metadata.Name + ": " + last.Name + " → stable of the next release",
		From: c.stage(last.Name), To: c.state(slices.Concat(closed.Objects(stable), c.beside)),
	})
}
