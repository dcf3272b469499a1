package main

import (
	"fmt"
	"io"
	"path"

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
	recursive bool
}

func newVerify() *cobra.Command {
	var v verifyFlags
	c := &cobra.Command{
		Use:   "verify [DIR]",
		Short: "Check that no commit of the rendered releases drops a request",
		Long: `Verify reads the stages in DIR/rendered and checks every one, and every edge
between two: forward, back, abort and resume. On an edge it looks at each mix of
old and new objects, as an agent may apply them in any order, and at new pods
that are not ready. What it assumes is that the first of the two states has
arrived in the cluster before the commit lands.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if (v.from == "") != (v.to == "") {
				return fmt.Errorf("--from and --to go together")
			}
			if v.recursive && (v.from != "" || v.path != "") {
				return fmt.Errorf("-R goes with neither --from and --to nor --input")
			}
			return v.each(c, dirOf(args), v.recursive, v.run)
		},
	}
	v.flags(c)
	c.Flags().StringVar(&v.from, "from", "", "check one edge only: the stage it starts from")
	c.Flags().StringVar(&v.to, "to", "", "check one edge only: the stage it ends at")
	c.Flags().BoolVarP(&v.recursive, "recursive", "R", false, "every folder with Releases at and below DIR")
	return c
}

func (v verifyFlags) run(l loaded, stdout, stderr io.Writer) error {
	changes, found, err := l.Changes(overlay.Files(l.out))
	if err != nil {
		return err
	}
	if len(changes) > 0 {
		found = append(found, schemas.Finding{
			File: l.Shown(overlay.Root), ID: "stale",
			Message: fmt.Sprintf("%d files are not what would be rendered, %s first", len(changes), l.Shown(changes[0].Path)), Hint: "cutover render",
		})
	}
	if err := report(stderr, found); err != nil {
		return err
	}
	background, found := v.background(l)
	states, edges := 0, 0
	for _, r := range l.out.Releases {
		c := checker{l, r, background[r.Metadata.Name], verify.Router{Providers: traffic.Table, Classes: v.classes}, map[string]verify.State{}}
		wanted, err := v.edges(r, len(l.out.Releases))
		if err != nil {
			return err
		}
		for _, e := range wanted {
			found = append(found, c.edge(e)...)
		}
		if v.from == "" {
			for _, s := range r.Stages {
				found = append(found, c.state(s.Name, &found).Check(s.Name)...)
			}
			states += len(r.Stages)
		}
		edges += len(wanted)
	}
	if err := report(stderr, schemas.Sort(found)); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %d stages and %d edges drop no request, provided each state has arrived before the next commit lands\n", l.Shown(overlay.Root), states, edges)
	return nil
}

// edges are the ones to check: all of the plan, or the one that is asked for.
func (v verifyFlags) edges(r generators.Release, releases int) ([]stage.Edge, error) {
	if v.from == "" {
		return stage.Edges(r.Plan()), nil
	}
	one := generators.Output{Releases: []generators.Release{r}}
	_, from, err := pick(one, v.from)
	if err != nil && releases > 1 {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	_, to, err := pick(one, v.to)
	return []stage.Edge{{From: from.Name, To: to.Name, Way: stage.Forward}}, err
}

// background is what stands beside each release: the shared objects, and the
// other releases where they are now.
func (v verifyFlags) background(l loaded) (map[string][]kube.Object, []schemas.Finding) {
	all := map[string][]kube.Object{}
	shared, found := []kube.Object(nil), []schemas.Finding(nil)
	if len(l.out.Shared) > 0 {
		shared, found = l.Rendered(overlay.Root + "/shared")
	}
	for _, r := range l.out.Releases {
		all[r.Metadata.Name] = append(all[r.Metadata.Name], shared...)
		objects, more := l.Rendered(stageDir(r, r.Spec.Stage))
		found = append(found, more...)
		for _, other := range l.out.Releases {
			if other.Metadata.Name != r.Metadata.Name {
				all[other.Metadata.Name] = append(all[other.Metadata.Name], objects...)
			}
		}
	}
	return all, found
}

func stageDir(r generators.Release, stage string) string {
	return path.Join(overlay.Root, r.Metadata.Name, "stages", stage)
}

// checker checks one release from what is on disk.
type checker struct {
	loaded
	release    generators.Release
	background []kube.Object
	router     verify.Router
	states     map[string]verify.State
}

// state reads a stage once.
func (c *checker) state(name string, found *[]schemas.Finding) verify.State {
	state, ok := c.states[name]
	if !ok {
		read, more := c.Rendered(stageDir(c.release, name))
		*found = append(*found, more...)
		state = verify.NewState(c.router, append(read, c.background...))
		c.states[name] = state
	}
	return state
}

func (c *checker) edge(e stage.Edge) []schemas.Finding {
	var found []schemas.Finding
	edge := verify.Edge{
		Name: fmt.Sprintf("%s: %s → %s", c.release.Metadata.Name, e.From, e.To),
		From: c.state(e.From, &found), To: c.state(e.To, &found),
	}
	return append(found, edge.Check()...)
}
