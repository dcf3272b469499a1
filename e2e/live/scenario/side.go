package scenario

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/applier"
	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// settle says who applies.
func (r *run) settle() {
	if r.East == "" {
		one := r.side(r.Applier, r.Cluster, "rendered/live")
		r.sides, r.apply = []*side{one}, one.apply
		return
	}
	r.sides = []*side{r.side(r.Applier, r.Cluster, "rendered/live/west"), r.side(r.East, r.Beside, "rendered/live/east")}
	r.apply = r.both
}

// make makes namespaces.
func (s *side) make(ctx context.Context, namespaces []string) error {
	for _, name := range namespaces {
		space, err := cluster.Parse([]byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: "+name+"}\n"), "")
		if err != nil {
			return err
		}
		if err := applier.Persist(ctx, func() error { return s.cluster.Apply(ctx, space[0]) }); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// side is a cluster, and who brings to it what is committed.
type side struct {
	name            string // of the cluster
	cluster         *cluster.Cluster
	apply           func(ctx context.Context, trouble string) (applier.Story, error)
	suspend, resume func() error
}

// side makes one, whose applier follows a folder of the repository.
func (r *run) side(kind string, c *cluster.Cluster, path string) *side {
	name := r.namespace
	s := &side{name: "the cluster", cluster: c}
	if r.East != "" {
		s.name = filepath.Base(path)
	}
	s.suspend = func() error { return c.Suspend(cluster.Agents[kind]) }
	s.resume = func() error { return c.Resume(cluster.Agents[kind]) }
	objects := func() ([]cluster.Object, error) { return r.tree.Build(path, name) }
	switch kind {
	case "argocd":
		a := &applier.Argo{Client: c.Client, Name: name, Namespace: name, Repo: r.tree.Dir, Path: path, Limit: r.limit()}
		s.apply = func(ctx context.Context, _ string) (applier.Story, error) {
			defer func() { r.drift(a.Drift) }()
			return r.byRevision(ctx, a.Apply)
		}
		return s
	case "flux":
		f := &applier.Flux{Client: c.Client, Source: r.Source, Name: name, Namespace: name, Repo: r.tree.Dir, Path: path, Limit: r.limit()}
		if r.Spaces { // it would put all into one
			f.Namespace = ""
		}
		f.Objects = objects
		s.apply = func(ctx context.Context, _ string) (applier.Story, error) {
			defer func() { r.drift(f.Drift) }()
			return r.byRevision(ctx, f.Apply)
		}
		return s
	}
	w := &applier.Worst{Client: c.Client, Pause: 250 * time.Millisecond}
	w.Rand = rand.New(rand.NewPCG(r.Seed, r.number)) //nolint:gosec // to be repeated
	s.suspend, s.resume = w.Suspend, w.Resume
	s.apply = func(ctx context.Context, trouble string) (applier.Story, error) {
		objects, err := objects()
		if err != nil {
			return nil, err
		}
		t := applier.Trouble{Killed: trouble == "killed"}
		if trouble == "away" {
			t.Away = func(ctx context.Context, d time.Duration) error { return r.Away(ctx, "kube-apiserver", d) }
		}
		return w.Apply(ctx, objects, t)
	}
	return s
}

// drift notes what an agent leaves as it should not. An agent that is stopped now and then
// has no time to say so.
func (r *run) drift(all []string) {
	if r.East == "" {
		r.out.Drift = all
	}
}

// limit is what an agent is given for a commit: longer where it is stopped on the way.
func (r *run) limit() time.Duration {
	if r.East == "" {
		return 3 * time.Minute
	}
	return 5*time.Minute + r.Pause
}

func (r *run) byRevision(ctx context.Context, apply func(context.Context, string) (applier.Story, error)) (applier.Story, error) {
	head, err := r.tree.Head(ctx)
	if err != nil {
		return nil, err
	}
	return apply(ctx, head)
}
