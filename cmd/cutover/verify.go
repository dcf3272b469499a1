package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/routers"
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
	evidence  *evidence
	allow     []string
	available string
	strict    bool
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
goes to. A rendered/live that was deleted counts as removing everything it built.

There are three outcomes. Proven: everything that a commit changes is judged, or
known to take requests from nobody, and none is dropped. Refuted: it ends with 1,
and says which requests are dropped, and how. Not judged: none is dropped by what
is judged, and what is not is listed; --strict makes it end with 1, too.

What is meant is accepted by --allow ID, or by the annotation cutover.dev/accept: ID
on the object. cutover explain ID tells what a finding means. An ordinary rolling update is safe where enough pods stay
ready; --min-available says how many. What is assumed is that the first of the two
states has arrived in the cluster; --observed checks it.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := cmp.Or(given(c), v.check()); err != nil {
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
	c.Flags().StringVar(&v.available, "min-available", "1", "ready pods that a rolling update keeps, or a percentage of them (60%), of workloads that are no track of a Release; tracks keep all")
	c.Flags().StringSliceVar(&v.allow, "allow", nil, "ids of findings that are meant")
	c.Flags().BoolVar(&v.strict, "strict", false, "end with 1 if something is not judged, too")
	return c
}

// given refuses flags that are there and say nothing, as a variable does that is
// not set: without them something else is checked, or less.
func given(c *cobra.Command) error {
	for _, name := range []string{"from", "to", "since", "observed", "agent", "input", "min-available"} {
		if f := c.Flags().Lookup(name); f.Changed && f.Value.String() == "" {
			return fmt.Errorf("--%s is empty", name)
		}
	}
	return nil
}

// check says which flags do not go together.
func (v verifyFlags) check() error {
	stdin := 0
	for _, name := range []string{v.Path, v.from, v.to, v.observed} {
		if name == "-" {
			stdin++
		}
	}
	switch {
	case (v.from == "") != (v.to == ""):
		return fmt.Errorf("--from and --to go together")
	case v.since != "" && (v.from != "" || v.Path != "" || v.squash):
		return fmt.Errorf("--since goes with none of --from, --to, --input and --squash")
	case v.recursive && (v.from != "" || v.Path != ""):
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
	if _, err := verify.ParseBound(v.available); err != nil {
		return fmt.Errorf("--min-available: %w", err)
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
	if err := v.observe(c); err != nil {
		return err
	}
	if v.from != "" {
		ok, err := v.states(c, dir)
		if ok || err != nil {
			return err
		}
	}
	if v.since != "" {
		return v.changed(c, dir)
	}
	if v.format == "text" {
		return v.each(c, dir, v.recursive, func(l load.Loaded, stdout, stderr io.Writer) error {
			l.Found = nil // reported already
			return v.report(v.tree(l), stdout, stderr)
		})
	}
	// The other formats are one document, whatever the number of folders.
	var lock sync.Mutex
	all := map[string]verdict{}
	err := v.folders(c, dir, v.recursive, func(dir string, _, _ io.Writer) error {
		l, err := v.Load(dir, c.InOrStdin())
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
	return v.report(joined(all), c.OutOrStdout(), c.ErrOrStderr())
}

// router is how routes are read.
func (v verifyFlags) router() verify.Router {
	return verify.Router{Providers: routers.Table, Classes: v.Classes, Agent: v.agent}
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
		out.arrived(v, ends[0])
	}
	out.accept(v.allow)
	return true, v.report(out, c.OutOrStdout(), c.ErrOrStderr())
}

// stages reports whether --from and --to name stages of the Releases in dir.
func (v verifyFlags) stages(dir string) bool {
	if v.Path == "-" {
		return true // manifests of a Release
	}
	l, err := v.Load(dir, strings.NewReader(""))
	if err != nil {
		return false
	}
	defer l.Close()
	if len(l.In.Releases) == 0 {
		return false
	}
	for _, name := range []string{v.from, v.to} {
		if _, _, err := load.Pick(l.Out, name); err != nil && (strings.ContainsAny(name, ":./") || name == "-") {
			return false
		}
	}
	return true
}

// evidence is what --observed shows.
type evidence struct {
	live  []kube.Object
	found []schemas.Finding
}

// observe reads what --observed names.
func (v *verifyFlags) observe(c *cobra.Command) error {
	if v.observed == "" {
		return nil
	}
	live, found, err := folder.State(".", v.observed, c.InOrStdin())
	v.evidence = &evidence{live, found}
	return err
}

// arrived checks that a state is what --observed shows.
func (out *verdict) arrived(v verifyFlags, from verify.State) {
	if v.evidence == nil {
		return
	}
	out.Observed = true
	out.Findings = slices.Concat(out.Findings, v.evidence.found, verify.Arrived(from, v.evidence.live))
}

// between checks one commit between any two states. What is wrong with both of
// them is not the commit's doing.
func (out *verdict) between(v verifyFlags, e verify.Edge) {
	e = e.Arrives()
	known := map[string]bool{}
	for _, f := range e.From.Check("") {
		known[f.ID+f.Object.String()+f.Message] = true
	}
	for _, f := range e.To.Check("") {
		if known[f.ID+f.Object.String()+f.Message] && f.Severity == schemas.Error && f.ID != "state-size" { // of which nothing is judged
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
	e.MinAvailable, _ = verify.ParseBound(v.available) // checked before
	judged := e.Judge()
	out.Findings = append(out.Findings, judged.Found...)
	out.unjudged(judged.Unread)
	out.left(judged.Left)
	if v.agent != "" && schemas.Failed(judged.Found) {
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
