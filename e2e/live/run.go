package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/applier"
	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/component"
	"github.com/cutoverdev/cutover/e2e/live/record"
	"github.com/cutoverdev/cutover/e2e/live/scenario"
)

// run runs outside of the namespaces first, and in them again.
func run(cache component.Cache, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	switch missing := o.missing(cache); {
	case missing != "" && o.optional:
		fmt.Printf("no cluster, nothing driven: %s has no %s; make live-build makes them\n", cache.Dir, missing)
		return nil
	case missing != "":
		return fmt.Errorf("%s has no %s: make live-build", cache.Dir, missing)
	}
	if !cluster.Inside() {
		return outside(o)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeoutCause(ctx, o.limit, fmt.Errorf("the run takes more than %s", o.limit))
	defer cancel()
	return within(ctx, cache, o)
}

// outside makes the folder of the run, and takes it away again if all is well.
func outside(o options) error {
	keep := o.dir != ""
	if !keep {
		var err error
		if o.dir, err = os.MkdirTemp("", "cutover-live-"); err != nil {
			return err
		}
		os.Args = append(os.Args, "-dir", o.dir)
	}
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), o.limit+time.Minute)
	defer cancel()
	err := cluster.Enter(ctx, os.Args[1:]...)
	if err != nil || keep {
		fmt.Println("logs and repositories are in", o.dir)
		return err
	}
	return os.RemoveAll(o.dir)
}

// within starts the cluster and does what was asked for.
func within(ctx context.Context, cache component.Cache, o options) error {
	began := time.Now()
	c, ctx, err := cluster.Start(ctx, cache, o.dir)
	if err != nil {
		return err
	}
	defer c.Stop()
	if err := c.Work(); err != nil {
		return err
	}
	if err := errors.Join(c.Traefik("traefik", 8000), apply(ctx, c, cluster.Entry)); err != nil {
		return err
	}
	rig := &scenario.Rig{Cluster: c, Cutover: o.cutover, Rate: o.rate, Dwell: o.dwell, Seed: o.seed, Log: say}
	if err := errors.Join(agents(ctx, rig, o), east(ctx, rig, o.easterly())); err != nil {
		return err
	}
	say("the cluster is up after %s", time.Since(began).Round(time.Second/10))
	return drive(ctx, rig, o)
}

// east starts the second cluster with its agents, and what leads requests to the two.
func east(ctx context.Context, rig *scenario.Rig, appliers map[string]bool) error {
	if len(appliers) == 0 {
		return nil
	}
	c, err := rig.Cluster.Beside("east")
	if err != nil {
		return err
	}
	rig.Beside, rig.Zone = c, &record.Zone{}
	rig.Zone.Serve(ctx)
	err = errors.Join(c.Work(), c.Traefik("traefik", 8000), apply(ctx, c, cluster.Entry), rig.Records("http://"+record.Webhook))
	if err != nil {
		return err
	}
	if appliers["argocd"] {
		err = errors.Join(apply(ctx, c, applier.ArgoObjects), c.Argo())
	}
	if appliers["flux"] {
		err = errors.Join(err, apply(ctx, c, applier.FluxObjects), c.Flux())
	}
	return err
}

// apply applies objects one after the other.
func apply(ctx context.Context, c *cluster.Cluster, text string) error {
	objects, err := cluster.Parse([]byte(text), "default")
	if err != nil {
		return err
	}
	for _, o := range objects {
		if err := applier.Persist(ctx, func() error { return c.Apply(ctx, o) }); err != nil {
			return fmt.Errorf("%s: %w", o, err)
		}
	}
	return nil
}

// agents starts those that a scenario asks for, istiod, and Prometheus.
func agents(ctx context.Context, rig *scenario.Rig, o options) error {
	if o.meshed() {
		if err := errors.Join(apply(ctx, rig.Cluster, cluster.MeshObjects), rig.Istiod()); err != nil {
			return err
		}
	}
	if o.measured() {
		if err := rig.Watch(); err != nil {
			return err
		}
	}
	if o.appliers()["argocd"] {
		objects := applier.ArgoObjects
		if o.kind { // nobody tells it to look, but for the page; this is its own default
			objects = strings.Replace(objects, "timeout.reconciliation: 3600s", "timeout.reconciliation: 120s", 1)
		}
		if err := errors.Join(apply(ctx, rig.Cluster, objects), rig.Argo()); err != nil {
			return err
		}
	}
	if o.appliers()["flux"] || o.easterly()["flux"] {
		rig.Source = &applier.Source{}
		rig.Source.Serve(ctx)
	}
	if o.appliers()["flux"] {
		return errors.Join(apply(ctx, rig.Cluster, applier.FluxObjects), rig.Flux())
	}
	return nil
}

func say(format string, args ...any) {
	fmt.Println(time.Now().Format("15:04:05 ") + strings.TrimRight(fmt.Sprintf(format, args...), " "))
}
