package main

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/verify/agent"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/delivery"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// deliver holds the flags of the verb.
type deliver struct {
	input
	recursive bool
	check     bool
	source    delivery.Source
	namespace string
	cluster   string
	notify    []string
}

func newDeliver() *cobra.Command {
	var d deliver
	c := &cobra.Command{
		Use:   "deliver argocd|flux [DIR]",
		Short: "Write the objects by which an agent applies a folder, or look at those there are",
		Long: `Deliver writes to standard output what Argo CD or Flux needs to apply the
rendered/live of DIR (default: the present folder), of every folder below it with
-R: an Application each, or with --set one ApplicationSet; a GitRepository and a
Kustomization each. Put them where your agent finds them, and commit them.

With --check it writes nothing, and looks at the objects of agents that are in the
repository: who would undo a stage, hold up an abort, or apply something else than
what was verified.`,
		Example: `  cutover deliver argocd shop > agents/shop.yaml
  cutover deliver flux -R . --notify slack=releases
  cutover deliver argocd shop --check`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error { return d.run(c, args[0], dirOf(args[1:])) },
	}
	d.flags(c)
	f := c.Flags()
	f.BoolVarP(&d.recursive, "recursive", "R", false, "every folder of Releases at and below DIR")
	f.BoolVar(&d.check, "check", false, "look at the agents' objects in the repository, and write none")
	f.BoolVar(&d.source.Set, "set", false, "one ApplicationSet in the place of an Application for each folder")
	f.StringVar(&d.source.URL, "repo", "", "address of the repository (default: that of the branch's remote)")
	f.StringVar(&d.source.Revision, "revision", "", "branch that the agent follows (default: the one that is checked out)")
	f.StringVar(&d.source.Home, "home", "", "namespace of the agent's objects (default: argocd, flux-system)")
	f.StringVar(&d.namespace, "namespace", "", "namespace of objects that name none (default: that of the Releases)")
	f.StringVar(&d.cluster, "cluster", "", "the cluster whose agent it is, where tracks are in two")
	f.StringArrayVar(&d.notify, "notify", nil, "who is told of stages, aborts and failures: slack=CHANNEL, teams=NAME, webhook=URL")
	return c
}

// agents are those that objects can be written for.
var agents = map[string]func(delivery.Source, []delivery.Target) []kube.Object{"argocd": delivery.ArgoCD, "flux": delivery.Flux}

func (d *deliver) run(c *cobra.Command, agent, dir string) error {
	write, ok := agents[agent]
	switch {
	case !ok:
		return fmt.Errorf("%q is not an agent: argocd or flux", agent)
	case d.source.Set && agent != "argocd":
		return errors.New("--set is for argocd: an ApplicationSet is an object of Argo CD's")
	case d.check:
		d.many.verbose = true
		return d.each(c, dir, d.recursive, d.looked)
	}
	for _, text := range d.notify {
		channel, err := delivery.ParseChannel(text)
		if err != nil {
			return fmt.Errorf("--notify: %w", err)
		}
		d.source.Notify = append(d.source.Notify, channel)
	}
	dirs := []string{dir}
	if d.recursive {
		found, err := folder.Find(dir)
		if err != nil {
			return err
		}
		if dirs = found; len(dirs) == 0 {
			return report.Findings(c.ErrOrStderr(), []schemas.Finding{load.Missing(dir)})
		}
	}
	if err := d.repository(dir); err != nil {
		return err
	}
	var targets []delivery.Target
	for _, dir := range dirs {
		t, err := d.target(c, dir)
		if err != nil {
			return err
		}
		targets = append(targets, t)
	}
	_, err := c.OutOrStdout().Write(kube.Stream(nil, write(d.source, distinct(targets))))
	return err
}

// repository finds out what the flags do not say of the repository.
func (d *deliver) repository(dir string) error {
	repo, ok, err := git.Open(dir)
	if err != nil {
		return err
	}
	defer repo.Close()
	if d.source.URL == "" && ok {
		d.source.URL, _ = repo.Address()
	}
	if d.source.Revision == "" && ok {
		d.source.Revision = repo.Branch()
	}
	switch {
	case d.source.URL == "":
		return errors.New("where the repository is, no remote says: --repo URL")
	case d.source.Revision == "":
		return errors.New("no branch is checked out that the agent could follow: --revision BRANCH")
	}
	return nil
}

// target is what is delivered of a folder.
func (d *deliver) target(c *cobra.Command, dir string) (delivery.Target, error) {
	l, err := d.Load(dir, c.InOrStdin())
	if err != nil {
		return delivery.Target{}, err
	}
	defer l.Close()
	if err := report.Findings(c.ErrOrStderr(), l.Found); err != nil {
		return delivery.Target{}, err
	}
	if err := knownCluster(d.cluster, l.Out.Releases); err != nil {
		return delivery.Target{}, err
	}
	t := delivery.Target{Path: folder.Deliveries(dir).Path(filepath.Join(dir, overlay.Live)), Namespace: d.namespace}
	t.Name = strings.NewReplacer("/", "-", "_", "-", ".", "-").Replace(strings.ToLower(strings.TrimSuffix(t.Path, "/"+overlay.Live)))
	if t.Path == overlay.Live || !schemas.IsLabel(t.Name) {
		t.Name = l.Out.Releases[0].Metadata.Name
	}
	if home := homes(l.Out); t.Namespace == "" && len(home) == 1 {
		t.Namespace = home[0]
	}
	for _, r := range l.Out.Releases {
		t.Routes = append(t.Routes, generators.In(d.cluster, lasting(r))...)
	}
	if d.cluster != "" {
		t.Path, t.Name = path.Join(t.Path, d.cluster), t.Name+"-"+d.cluster
	}
	return t, nil
}

// homes are the namespaces of Releases whose objects name none.
func homes(out generators.Output) []string {
	var all []string
	for _, r := range out.Releases {
		if s, ok := r.Stage("stable"); ok && slices.ContainsFunc(r.Objects(s), func(o kube.Object) bool { return o.Namespace == "" }) {
			all = append(all, r.Metadata.Namespace)
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(ns string) bool { return ns == "" })
}

// lasting are the routes that a release has at every stage.
func lasting(r generators.Release) []kube.Object {
	return slices.DeleteFunc(slices.Clone(r.Stages[0].Routes), func(o kube.Object) bool {
		return slices.ContainsFunc(r.Stages, func(s generators.Stage) bool {
			return !slices.ContainsFunc(s.Routes, func(other kube.Object) bool { return other.Key() == o.Key() })
		})
	})
}

// distinct gives targets of one name numbers.
func distinct(targets []delivery.Target) []delivery.Target {
	seen := map[string]int{}
	for i, t := range targets {
		if seen[t.Name]++; seen[t.Name] > 1 {
			targets[i].Name = fmt.Sprintf("%s-%d", t.Name, seen[t.Name])
		}
	}
	return targets
}

// looked looks at the agents of one folder.
func (d *deliver) looked(l load.Loaded, r *result) error {
	clusters := []string{""}
	if len(l.Out.Releases) > 0 && l.Out.Releases[0].Clusters() != nil {
		clusters = l.Out.Releases[0].Clusters()
	}
	for _, c := range clusters {
		if d.cluster != "" && d.cluster != c {
			continue
		}
		if err := d.lookedAt(l, r, overlay.LiveOf(c)); err != nil {
			return err
		}
	}
	return nil
}

// lookedAt looks at the agents of one folder that an agent applies.
func (d *deliver) lookedAt(l load.Loaded, r *result, dir string) error {
	live := l.Shown(dir)
	objects, found := l.Rendered().Read(dir)
	if len(objects) == 0 || schemas.Failed(found) {
		return report.Findings(r.stderr, append(found, schemas.Finding{
			File: live, ID: "stale", Message: "there is nothing that an agent could apply", Hint: "cutover render",
		}))
	}
	state := cluster.NewState(cluster.Router{Providers: l.In.Providers, Classes: l.In.Classes}, objects)
	told := folder.Deliveries(l.Shown("."))
	at := told.Path(live)
	found = agent.Delivery(told.Agents, at, state)
	for _, o := range told.Sources[at] {
		found = append(found, agent.SourceFile(o, state)...)
	}
	more, some := agent.Advice(told.Agents, at, state)
	if found = append(found, more...); !some {
		found = append(found, schemas.Finding{
			File: live, ID: "agent-missing", Message: "no object of an agent in the repository leads here",
			Hint: "cutover deliver argocd or cutover deliver flux writes one", Severity: schemas.Warning,
		})
	}
	if err := report.Findings(r.stderr, schemas.Sort(found)); err != nil {
		return err
	}
	fmt.Fprintf(r.stdout, "%s: %s\n", live, verdict(found))
	return nil
}

func verdict(found []schemas.Finding) string {
	if len(found) > 0 {
		return "applied as it was verified, but see the warnings"
	}
	return "applied as it was verified, and nothing holds up an abort"
}
