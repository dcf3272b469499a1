package main

import (
	"cmp"
	"fmt"
	"path"
	"slices"

	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// tree checks what is rendered in a folder.
func (v verifyFlags) tree(l load.Loaded) verdict {
	out := verdict{Subject: l.Shown(overlay.Root), Findings: l.Found}
	if v.from != "" {
		out.Subject += ": " + v.from + " → " + v.to
	}
	if schemas.Failed(l.Found) {
		return out
	}
	changes, found, err := l.Changes(overlay.Files(l.Out))
	out.Findings = append(out.Findings, found...)
	switch {
	case err != nil:
		out.Findings = append(out.Findings, schemas.Finding{File: l.Shown(overlay.Root), ID: schemas.Unreadable, Message: err.Error()})
	case len(changes) > 0:
		out.Findings = append(out.Findings, schemas.Finding{
			File: l.Shown(overlay.Root), ID: "stale",
			Message: fmt.Sprintf("%d files are not what would be rendered, %s first", len(changes), l.Shown(changes[0].Path)), Hint: "cutover render",
		})
	}
	if schemas.Failed(out.Findings) {
		return out
	}
	shared := out.rendered(l, overlay.Root+"/shared", len(l.Out.Shared) > 0)
	closed := out.closed(l)
	together := shared
	for _, r := range l.Out.Releases {
		c := checker{v, l, r, closed, shared, &out, map[string]verify.State{}}
		c.run()
		out.delivered(v, l.Shown(overlay.Root+"/live"), c.state(r.Spec.Stage))
		together = slices.Concat(together, out.rendered(l, stageDir(r, r.Spec.Stage), true))
	}
	if len(l.Out.Releases) > 1 && v.from == "" {
		out.Findings = append(out.Findings, verify.NewState(v.router(), together).Check("live")...)
	}
	out.expect(l.In.Objects)
	out.accept(v.allow)
	return out
}

// expect tells what the generator accepts by itself from what a person has
// accepted, in the manifests that the tree is made from.
func (out *verdict) expect(manifests []kube.Object) {
	byRef := map[schemas.Ref]kube.Object{}
	for _, o := range manifests {
		byRef[o.Find("", "", "").Object] = o
	}
	for i, f := range out.Findings {
		out.Findings[i].Expected = f.Accepted && !workload.Accepts(byRef[f.Object], f.ID)
	}
}

// rendered reads a kustomization below rendered/. What stands beside a release is
// the shared objects: releases of one folder have hosts, paths and workloads of
// their own (claim-host, claim-workload), and are looked at together where they
// stand.
func (out *verdict) rendered(l load.Loaded, dir string, there bool) []kube.Object {
	if !there {
		return nil
	}
	objects, found := l.Rendered(dir)
	out.Findings = append(out.Findings, found...)
	return objects
}

func stageDir(r generators.Release, stage string) string {
	return path.Join(overlay.Root, r.Metadata.Name, "stages", stage)
}

// checker checks one release from what is on disk.
type checker struct {
	verifyFlags
	load.Loaded
	release generators.Release
	closed  []generators.Release // all of the folder, each once it is over
	shared  []kube.Object
	out     *verdict
	read    map[string]verify.State
}

// run checks the stages and edges of a release.
func (c *checker) run() {
	if c.from != "" {
		c.one()
		return
	}
	for _, s := range c.release.Stages {
		state := c.state(s.Name)
		c.out.Findings = append(c.out.Findings, state.Check(s.Name)...)
		c.out.unread(state)
	}
	edges := stage.Edges(c.release.Plan())
	for _, e := range edges {
		c.between(e.From, e.To)
	}
	c.out.States += len(c.release.Stages)
	c.out.Edges += len(edges)
	c.closing()
	if c.squash || c.format == "json" {
		c.squashed()
	}
}

// one checks the one edge that is asked for.
func (c *checker) one() {
	own := generators.Output{Releases: []generators.Release{c.release}}
	_, from, err := load.Pick(own, c.verifyFlags.from)
	if err != nil && len(c.Loaded.Out.Releases) > 1 {
		return
	}
	_, to, other := load.Pick(own, c.verifyFlags.to)
	if err = cmp.Or(err, other); err != nil {
		c.out.Findings = append(c.out.Findings, schemas.Finding{File: c.Shown("."), ID: "stage-unknown", Message: err.Error()})
		return
	}
	c.out.Edges++
	c.between(from.Name, to.Name)
	c.out.arrived(c.verifyFlags, c.state(from.Name))
}

// state reads a stage once.
func (c *checker) state(name string) verify.State {
	state, ok := c.read[name]
	if !ok {
		objects, found := c.Rendered(stageDir(c.release, name))
		c.out.Findings = append(c.out.Findings, found...)
		state = verify.NewState(c.router(), append(objects, c.shared...))
		c.read[name] = state
	}
	return state
}

func (c *checker) between(from, to string) {
	name := fmt.Sprintf("%s: %s → %s", c.release.Metadata.Name, from, to)
	c.out.edge(c.verifyFlags, verify.Edge{Name: name, From: c.state(from), To: c.state(to)})
}

// closing checks the commit that ends the release: the candidate is live then,
// and the stage is stable.
func (c *checker) closing() {
	if _, ok := c.release.Stage("retire"); !ok {
		return
	}
	for _, closed := range c.closed {
		if closed.Metadata.Name != c.release.Metadata.Name || closed.Metadata.Namespace != c.release.Metadata.Namespace {
			continue
		}
		stable, _ := closed.Stage("stable")
		c.out.Edges++
		c.out.edge(c.verifyFlags, verify.Edge{
			Name: c.release.Metadata.Name + ": retire → stable of the next release",
			From: c.state("retire"), To: verify.NewState(c.router(), slices.Concat(closed.Objects(stable), c.shared)),
		})
	}
}

// closed are the releases as they are once each of them is over.
func (out *verdict) closed(l load.Loaded) []generators.Release {
	in := l.In
	in.Releases = slices.Clone(in.Releases)
	for i, r := range in.Releases {
		if r.Candidate() != "" {
			in.Releases[i] = r.Closed()
		}
	}
	over, found := generators.Generate(in)
	if schemas.Failed(found) {
		out.Findings = append(out.Findings, found...)
	}
	return over.Releases
}

// squashed looks at every pair of stages on the way forward, as if the agent
// skipped those between.
func (c *checker) squashed() {
	var way []string
	for _, s := range c.release.Stages {
		if !s.Twin {
			way = append(way, s.Name)
		}
	}
	for i, from := range way {
		for _, to := range way[min(i+2, len(way)):] {
			found := verify.Edge{From: c.state(from), To: c.state(to)}.Check()
			s := squash{Release: c.release.Metadata.Name, From: from, To: to, Safe: !schemas.Failed(found)}
			for _, f := range found {
				if f.Severity == schemas.Error && !slices.Contains(s.Findings, f.ID) {
					s.Findings = append(s.Findings, f.ID)
				}
			}
			c.out.Squash = append(c.out.Squash, s)
		}
	}
}
