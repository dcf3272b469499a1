package main

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/traffic"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// verifyFlags holds the flags of the verb.
type verifyFlags struct {
	input
	from, to  string
	since     string
	recursive bool
	squash    bool
	format    string
	agent     string
	observed  string
	allow     []string
}

func newVerify() *cobra.Command {
	var v verifyFlags
	c := &cobra.Command{
		Use:   "verify [DIR]",
		Short: "Prove that no commit of a release, or between two states, drops a request",
		Long: `Verify reads manifests, works out who answers each request, and checks that
going from one state to the next leaves nobody without an answer, in whatever
order an agent applies the objects and with new pods that are not ready yet.

Without --from and --to it checks the tree in DIR/rendered: every stage, and
every edge between two: forward, back, abort, resume, and the one that closes
the release.

With them it checks the one commit between two states. A state is a stage of
the Release in DIR, or any manifests: a kustomization, a folder, a file, - for
standard input, or REV:path for one of them in the Git repository that holds
DIR.

	cutover verify --from main:deploy/prod --to deploy/prod
	kustomize build overlay | cutover verify --from HEAD:overlay --to -

With --since REV it checks what the working tree makes of rendered/live since a
revision: before a commit against HEAD, for a pull request against the branch it
goes to.

It ends with 1 if a commit is unsafe. What is meant is accepted by --allow ID, or
by the annotation cutover.dev/accept: ID on the object. cutover explain ID tells
what a finding means. What is assumed is that the first of the two states has
arrived in the cluster; --observed checks it.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := v.check(); err != nil {
				return err
			}
			return v.all(c, dirOf(args))
		},
	}
	v.flags(c)
	c.Flags().StringVar(&v.from, "from", "", "check one commit only: the state it starts from")
	c.Flags().StringVar(&v.to, "to", "", "check one commit only: the state it ends at")
	c.Flags().StringVar(&v.since, "since", "", "check one commit for each folder of Releases: what its rendered/live was at this revision, and what it is now")
	c.Flags().BoolVarP(&v.recursive, "recursive", "R", false, "every folder with Releases at and below DIR")
	c.Flags().BoolVar(&v.squash, "squash", false, "also show what happens if the agent skips stages")
	c.Flags().StringVarP(&v.format, "output", "o", "text", "format: "+list(formatNames()))
	c.Flags().StringVar(&v.agent, "agent", "", "say of an unsafe commit whether this agent could be told an order that saves it, and read what it changes after the build: "+list(verify.Agents))
	c.Flags().StringVar(&v.observed, "observed", "", "what the cluster holds (kubectl get -o yaml): a file, or - for standard input; the state that --from names must have arrived there")
	c.Flags().StringSliceVar(&v.allow, "allow", nil, "ids of findings that are meant")
	return c
}

// check says which flags do not go together.
func (v verifyFlags) check() error {
	stdin := 0
	for _, name := range []string{v.path, v.from, v.to, v.observed} {
		if name == "-" {
			stdin++
		}
	}
	switch {
	case (v.from == "") != (v.to == ""):
		return fmt.Errorf("--from and --to go together")
	case v.since != "" && (v.from != "" || v.path != "" || v.squash):
		return fmt.Errorf("--since goes with none of --from, --to, --input and --squash")
	case v.recursive && (v.from != "" || v.path != ""):
		return fmt.Errorf("-R goes with neither --from and --to nor --input")
	case stdin > 1:
		return fmt.Errorf("standard input can be read once")
	case v.observed != "" && v.from == "":
		return fmt.Errorf("--observed goes with --from and --to")
	case v.agent != "" && !slices.Contains(verify.Agents, v.agent):
		return fmt.Errorf("--agent: one of %s", list(verify.Agents))
	case !slices.Contains(formatNames(), v.format):
		return fmt.Errorf("-o: one of %s", list(formatNames()))
	}
	for _, id := range v.allow {
		if _, ok := schemas.PageOf(id); !ok {
			return fmt.Errorf("--allow: no finding is called %s", id)
		}
	}
	return nil
}

// all checks what is asked for and reports it.
func (v verifyFlags) all(c *cobra.Command, dir string) error {
	if v.from != "" {
		ok, err := v.states(c, dir)
		if ok || err != nil {
			return err
		}
	}
	if v.since != "" {
		v.mayBeNone = true
		return v.changed(c, dir)
	}
	if v.format == "text" {
		return v.each(c, dir, v.recursive, func(l loaded, stdout, stderr io.Writer) error {
			l.found = nil // reported already
			return v.tree(l).print(v.format, stdout, stderr)
		})
	}
	// The other formats are one document, whatever the number of folders.
	var lock sync.Mutex
	all := map[string]verdict{}
	err := v.folders(c, dir, v.recursive, func(dir string, _, _ io.Writer) error {
		l, err := v.load(dir, c.InOrStdin())
		if err != nil {
			return err
		}
		defer l.Close()
		found := v.tree(l)
		lock.Lock()
		defer lock.Unlock()
		all[dir] = found
		return nil
	})
	if err != nil {
		return err
	}
	return joined(all).print(v.format, c.OutOrStdout(), c.ErrOrStderr())
}

// router is how routes are read.
func (v verifyFlags) router() verify.Router {
	return verify.Router{Providers: traffic.Table, Classes: v.classes}
}

// states checks the commit between two states; ok is no if they are stages.
func (v verifyFlags) states(c *cobra.Command, dir string) (ok bool, err error) {
	if v.stages(dir) {
		return false, nil
	}
	var ends [2]verify.State
	var found []schemas.Finding
	for i, name := range []string{v.from, v.to} {
		objects, more, err := folder.State(dir, name, c.InOrStdin())
		if err != nil {
			return true, err
		}
		ends[i], found = verify.NewState(v.router(), objects), append(found, more...)
		if len(objects) == 0 && !schemas.Failed(found) {
			found = append(found, schemas.Finding{File: name, ID: "state-empty", Message: "holds no object: nothing would be checked", Hint: "look at what was to write it; --allow state-empty if that is meant"})
		}
	}
	out := verdict{Subject: v.from + " → " + v.to, Edges: 1, Findings: found}
	out.accept(v.allow)
	if !schemas.Failed(out.Findings) {
		out.between(v, verify.Edge{From: ends[0], To: ends[1]})
		out.delivered(v, v.to, ends[1])
		if err := v.arrived(c, ends[0], &out); err != nil {
			return true, err
		}
	}
	out.accept(v.allow)
	return true, out.print(v.format, c.OutOrStdout(), c.ErrOrStderr())
}

// stages reports whether --from and --to name stages of the Releases in dir.
func (v verifyFlags) stages(dir string) bool {
	if v.path == "-" {
		return true // manifests of a Release
	}
	l, err := v.load(dir, strings.NewReader(""))
	if err != nil {
		return false
	}
	defer l.Close()
	if len(l.in.Releases) == 0 {
		return false
	}
	for _, name := range []string{v.from, v.to} {
		if _, _, err := pick(l.out, name); err != nil && (strings.ContainsAny(name, ":./") || name == "-") {
			return false
		}
	}
	return true
}

// arrived checks what --observed shows.
func (v verifyFlags) arrived(c *cobra.Command, from verify.State, out *verdict) error {
	if v.observed == "" {
		return nil
	}
	live, found, err := folder.State(".", v.observed, c.InOrStdin())
	if err != nil {
		return err
	}
	out.Observed = true
	out.Findings = slices.Concat(out.Findings, found, verify.Arrived(from, live))
	return nil
}

// between checks one commit between any two states. What is wrong with both of
// them is not the commit's doing.
func (out *verdict) between(v verifyFlags, e verify.Edge) {
	known := map[string]bool{}
	for _, f := range e.From.Check("") {
		known[f.ID+f.Object.String()+f.Message] = true
	}
	for _, f := range e.To.Check("") {
		if known[f.ID+f.Object.String()+f.Message] && f.Severity == schemas.Error {
			f.Severity = schemas.Warning
			f.Message += ", before and after"
		}
		out.Findings = append(out.Findings, f)
	}
	out.edge(v, e)
	out.unread(e.From, e.To)
}

// edge checks an edge, and says what would save it.
func (out *verdict) edge(v verifyFlags, e verify.Edge) {
	found := e.Check()
	out.Findings = append(out.Findings, found...)
	if v.agent != "" && schemas.Failed(found) {
		out.Agents = append(out.Agents, rescue{e.Name, v.agent, e.Rescues(v.agent)})
	}
}

// delivered looks for what an agent changes in a folder after it is built.
func (out *verdict) delivered(v verifyFlags, dir string, s verify.State) {
	if v.agent == "" {
		return
	}
	d := folder.Deliveries(dir)
	at := d.Path(dir)
	out.Findings = append(out.Findings, verify.Delivery(d.Agents, at, s)...)
	for _, o := range d.Sources[at] {
		out.Findings = append(out.Findings, verify.SourceFile(o, s)...)
	}
}

// tree checks what is rendered in a folder.
func (v verifyFlags) tree(l loaded) verdict {
	out := verdict{Subject: l.Shown(overlay.Root), Findings: l.found}
	if v.from != "" {
		out.Subject += ": " + v.from + " → " + v.to
	}
	if schemas.Failed(l.found) {
		return out
	}
	changes, found, err := l.Changes(overlay.Files(l.out))
	out.Findings = append(out.Findings, found...)
	switch {
	case err != nil:
		out.Findings = append(out.Findings, schemas.Finding{File: l.Shown(overlay.Root), ID: "stale", Message: err.Error()})
	case len(changes) > 0:
		out.Findings = append(out.Findings, schemas.Finding{
			File: l.Shown(overlay.Root), ID: "stale",
			Message: fmt.Sprintf("%d files are not what would be rendered, %s first", len(changes), l.Shown(changes[0].Path)), Hint: "cutover render",
		})
	}
	if schemas.Failed(out.Findings) {
		return out
	}
	shared := out.rendered(l, overlay.Root+"/shared", len(l.out.Shared) > 0)
	closed := out.closed(l)
	together := shared
	for _, r := range l.out.Releases {
		c := checker{v, l, r, closed, shared, &out, map[string]verify.State{}}
		c.run()
		out.delivered(v, l.Shown(overlay.Root+"/live"), c.state(r.Spec.Stage))
		together = slices.Concat(together, out.rendered(l, stageDir(r, r.Spec.Stage), true))
	}
	if len(l.out.Releases) > 1 && v.from == "" {
		out.Findings = append(out.Findings, verify.NewState(v.router(), together).Check("live")...)
	}
	out.accept(v.allow)
	return out
}

// rendered reads a kustomization below rendered/. What stands beside a release is
// the shared objects: releases of one folder have hosts, paths and workloads of
// their own (claim-host, claim-workload), and are looked at together where they
// stand.
func (out *verdict) rendered(l loaded, dir string, there bool) []kube.Object {
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
	loaded
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
	_, from, err := pick(own, c.verifyFlags.from)
	if err != nil && len(c.loaded.out.Releases) > 1 {
		return
	}
	_, to, other := pick(own, c.verifyFlags.to)
	if err = cmp.Or(err, other); err != nil {
		c.out.Findings = append(c.out.Findings, schemas.Finding{File: c.Shown("."), ID: "stage-unknown", Message: err.Error()})
		return
	}
	c.out.Edges++
	c.between(from.Name, to.Name)
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
func (out *verdict) closed(l loaded) []generators.Release {
	in := l.in
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
