package beside

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/applier"
	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/tree"
)

// byCutover moves by commits. They are applied one object at a time in an order of chance;
// while nothing runs, by hand in the same way.
type byCutover struct {
	tree  *tree.Tree
	apply *applier.Worst
	child time.Duration // of all children before
}

const release = `apiVersion: cutover.dev/v1alpha1
kind: Release
metadata: {name: shop, namespace: by-cutover}
spec:
  workload: shop
  live: blue
  tracks:
    blue: {image: "` + first + `"}
  stage: plain
  strategy: {steps: [25, 50]}
  traffic:
  - {provider: traefik, route: {kind: IngressRoute, name: shop}, options: {entryPoints: [web]}}
`

func (*byCutover) name() (string, string) { return "cutover", "this one" }

func (*byCutover) namespace() string { return "by-cutover" }

func (m *byCutover) begin(ctx context.Context, s *stand) error {
	m.child = children()
	dir := filepath.Join(s.Dir, s.namespace)
	var err error
	if m.tree, err = tree.New(ctx, dir, s.Cutover); err != nil {
		return err
	}
	m.apply = &applier.Worst{Client: s.Client, Pause: 250 * time.Millisecond}
	m.apply.Rand = rand.New(rand.NewPCG(1, 2)) //nolint:gosec // to be repeated
	objects, err := cluster.Parse([]byte(application), "")
	if err != nil {
		return err
	}
	text := ""
	for _, o := range objects[1:] { // without the namespace
		text += "---\n" + string(o.JSON) + "\n"
	}
	for name, text := range map[string]string{"base/shop.yaml": strings.ReplaceAll(text, "NS", s.namespace), "release.yaml": release} {
		if err := m.tree.Write(name, text); err != nil {
			return err
		}
	}
	if _, err := m.tree.Cutover(ctx, "render", "."); err != nil {
		return err
	}
	if err := m.tree.Commit(ctx, "begin"); err != nil {
		return err
	}
	if err := m.arrive(ctx, s); err != nil {
		return err
	}
	return m.until(ctx, s, "stable")
}

// arrive applies what is committed, and waits.
func (m *byCutover) arrive(ctx context.Context, s *stand) error {
	objects, err := m.tree.Live(s.namespace)
	if err != nil {
		return err
	}
	if _, err := m.apply.Apply(ctx, objects, applier.Trouble{}); err != nil {
		return err
	}
	return s.serves(ctx)
}

// until promotes until it stands at a stage.
func (m *byCutover) until(ctx context.Context, s *stand, stage string) error {
	for range 20 {
		plan, err := m.tree.Plan(ctx, "shop")
		if err != nil || plan.Stage == stage {
			return err
		}
		if _, err := m.tree.Cutover(ctx, "promote", ".", "--commit", "--resume"); err != nil {
			return err
		}
		if err := m.arrive(ctx, s); err != nil {
			return err
		}
	}
	return fmt.Errorf("20 promotes do not lead to %s", stage)
}

func (m *byCutover) start(ctx context.Context, s *stand, image string) error {
	if _, err := m.tree.Cutover(ctx, "start", ".", "--commit", "--image", image); err != nil {
		return err
	}
	return m.arrive(ctx, s)
}

func (m *byCutover) step(ctx context.Context, s *stand, percent int) error {
	return m.until(ctx, s, fmt.Sprintf("shift-%d", percent))
}

func (m *byCutover) finish(ctx context.Context, s *stand) error { return m.until(ctx, s, "stable") }

func (m *byCutover) abort(ctx context.Context, s *stand) error {
	if _, err := m.tree.Cutover(ctx, "abort", ".", "--commit"); err != nil {
		return err
	}
	return m.arrive(ctx, s)
}

func (m *byCutover) back(ctx context.Context, s *stand) error {
	for range 6 {
		plan, err := m.tree.Plan(ctx, "shop")
		if err != nil || plan.Stage == "stable" {
			return err
		}
		if err := m.abort(ctx, s); err != nil {
			return err
		}
	}
	return errors.New("six aborts do not lead to stable")
}

// restart has nothing to kill.
func (*byCutover) restart(ctx context.Context, _ *stand, away time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(away):
		return nil
	}
}

// cpu is that of cutover and git, the only children that ended meanwhile.
func (m *byCutover) cpu() time.Duration { return children() - m.child }

func (*byCutover) end() {}

func children() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
