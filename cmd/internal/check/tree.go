package check

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/structure"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Tree checks what is rendered in a folder: that it is up to date, every stage,
// and every edge between two. Objects that were made are dropped when they are known to be
// as on disk: what was loaded is good for one check.
func Tree(l load.Loaded, o Options) report.Report {
	t := newTree(l, o, l.Shown(overlay.Root))
	if !t.upToDate() {
		return t.Report
	}
	t.each((*checker).all)
	for _, s := range t.sets {
		t.all(s)
	}
	if len(l.Out.Releases) > 1 {
		t.find(verify.Check(t.state(t.together), "live")...)
	}
	return t.end()
}

// Stages checks one edge of what is rendered in a folder, between two stages, each
// of which may be written release/stage.
func Stages(l load.Loaded, from, to string, o Options) report.Report {
	t := newTree(l, o, l.Shown(overlay.Root)+": "+from+" → "+to)
	if !t.upToDate() {
		return t.Report
	}
	known := false
	t.each(func(c *checker) {
		if c.release.Set() == "" || strings.Contains(from+to, "/") {
			c.one(from, to)
		}
	})
	for _, s := range t.sets {
		known = t.one(s, from, to) || known
	}
	if !known && len(t.sets) == 1 && len(t.sets[0].Members) == len(l.Out.Releases) && t.Edges == 0 && !schemas.Failed(t.Findings) {
		t.find(schemas.Finding{
			File: l.Shown("."), ID: "stage-unknown", Message: fmt.Sprintf("ReleaseSet %s has no stages %q and %q", t.sets[0].Name, from, to),
			Hint: "cutover plan lists them; of one release: release/stage",
		})
	}
	return t.end()
}

// tree is what is rendered in a folder.
type tree struct {
	judgement
	loaded   load.Loaded
	closed   []generators.Release // each once it is over
	shared   []kube.Object        // what no release owns
	together []kube.Object        // everything, at the stages where the releases stand
	sets     []generators.Set     // the releases that move together
}

func newTree(l load.Loaded, o Options, subject string) *tree {
	return &tree{judgement: judgement{o, report.Report{Subject: subject, Findings: l.Found}}, loaded: l}
}

// upToDate reports whether what is rendered is what would be: nothing else is worth
// a look.
func (t *tree) upToDate() bool {
	l := t.loaded
	if schemas.Failed(t.Findings) {
		return false
	}
	changes, found, err := l.Changes(overlay.Files(l.Out))
	t.find(found...)
	switch {
	case err != nil:
		t.find(schemas.Finding{File: l.Shown(overlay.Root), ID: schemas.Unreadable, Message: err.Error()})
	case len(changes) > 0:
		t.find(schemas.Finding{
			File: l.Shown(overlay.Root), ID: "stale",
			Message: fmt.Sprintf("%d files are not what would be rendered, %s first", len(changes), l.Shown(changes[0].Path)),
			Hint:    "cutover render",
		})
	}
	return !schemas.Failed(t.Findings)
}

// each calls visit for every release, and reads what all of them come to.
func (t *tree) each(visit func(*checker)) {
	out := t.loaded.Out
	if len(out.Shared) > 0 {
		for _, c := range clustersOf(out.Releases[0]) {
			t.shared = append(t.shared, generators.In(c, t.rendered(t.loaded.Rendered(), overlay.Root+"/shared"))...)
		}
	}
	if len(t.shared) == 0 {
		t.forget() // nothing stands beside, and nobody asks for what was made
	}
	t.close()
	t.together = t.shared
	t.sets = generators.Sets(out.Releases)
	beside := func([]kube.Object) []kube.Object { return t.shared }
	if len(out.Releases) > 1 && t.Agent == "" { // else there is nothing to be gained, or an agent may change what nobody names
		beside = verify.NewBystanders(t.shared, t.state(t.shared)).Beside
	}
	besides := make([][]kube.Object, len(out.Releases))
	for i, r := range out.Releases {
		besides[i] = beside((&checker{tree: t, release: r}).objects())
	}
	t.forget()
	clear(t.loaded.In.Snapshots)
	for i, r := range out.Releases {
		c := &checker{
			tree: t, release: r, files: t.loaded.Rendered(), judge: structure.NewJudge(t.loaded.In.Rules), read: map[string]cluster.State{},
			beside: besides[i],
		}
		visit(c)
		if at := c.over(); at >= 0 && r.Set() == "" { // a set ends as one
			t.closed[at] = t.closed[at].Bare()
		}
		t.delivered(t.loaded.Shown(overlay.Root+"/live"), c.stage(r.Spec.Stage))
		t.together = slices.Concat(t.together, t.standing(c.files, r, r.Spec.Stage))
	}
}

// forget drops what was made: on disk is the same, and that is looked at.
func (t *tree) forget() {
	for i, r := range t.loaded.Out.Releases {
		t.loaded.Out.Releases[i] = r.Bare()
	}
}

// end is the report, in which what the generator accepts by itself is told from
// what a person has accepted in the manifests that the tree is made from.
func (t *tree) end() report.Report {
	byRef := map[schemas.Ref]kube.Object{}
	for _, o := range t.loaded.In.Objects {
		byRef[o.Find("", "", "").Object] = o
	}
	for i, f := range t.Findings {
		t.Findings[i].Expected = f.Accepted && !workload.Accepts(byRef[f.Object], f.ID)
	}
	return t.judgement.end()
}

// rendered reads a kustomization below rendered/. What stands beside a release is
// the shared objects: releases of one folder have hosts, paths and workloads of
// their own (claim-host, claim-workload), and are looked at together where they
// stand.
func (t *tree) rendered(files folder.Reader, dir string) []kube.Object {
	objects, found := files.Read(dir)
	t.find(found...)
	return objects
}

// standing is what of a release stands at a stage, in each cluster.
func (t *tree) standing(files folder.Reader, r generators.Release, stage string) []kube.Object {
	var all []kube.Object
	for _, c := range clustersOf(r) {
		all = append(all, generators.In(c, t.rendered(files, path.Join(stageDir(r, stage), c)))...)
	}
	return all
}

// clustersOf are those of a release; one without a name where there is but one.
func clustersOf(r generators.Release) []string {
	if all := r.Clusters(); all != nil {
		return all
	}
	return []string{""}
}

// close works out the releases as they are once each of them is over.
func (t *tree) close() {
	in := t.loaded.In
	in.Releases = slices.Clone(in.Releases)
	for i, r := range in.Releases {
		if r.Candidate() != "" {
			in.Releases[i] = r.Closed()
		}
	}
	over, found := generators.Generate(in)
	if schemas.Failed(found) {
		t.find(found...)
	}
	for _, r := range over.Releases {
		stable, _ := r.Stage("stable")
		r.Stages = []generators.Stage{stable} // nothing else is asked for, and there are many
		t.closed = append(t.closed, r)
	}
}

func stageDir(r generators.Release, stage string) string {
	return path.Join(overlay.Root, r.Metadata.Name, "stages", stage)
}

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
