package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/beside"
	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/dryrun"
	"github.com/cutoverdev/cutover/e2e/live/image"
	"github.com/cutoverdev/cutover/e2e/live/page"
	"github.com/cutoverdev/cutover/e2e/live/report"
	"github.com/cutoverdev/cutover/e2e/live/scenario"
	"github.com/cutoverdev/cutover/e2e/live/verdict"
)

// drive does all that was asked for, writes the page, and fails if something is not as it
// is to be.
func drive(ctx context.Context, rig *scenario.Rig, o options) error {
	if o.kind {
		return walk(ctx, rig, o)
	}
	began := time.Now()
	r := report.Run{
		Rate: o.rate, Parallel: o.parallel, Dwell: o.dwell, Seed: o.seed, Orders: o.orders, Date: began, Built: o.components(),
	}
	var failed error
	if o.goldens {
		failed = errors.Join(failed, goldens(ctx, rig, o))
	}
	if o.image != "" {
		var err error
		r.Image, err = contained(ctx, rig, o)
		failed = errors.Join(failed, err)
	}
	r.Outcomes = releases(ctx, rig, o)
	failed = errors.Join(failed, tell(r))
	if o.beside {
		var err error
		b := &beside.Rig{Cluster: rig.Cluster, Cutover: o.cutover, Rate: o.rate, Dwell: o.dwell, Only: o.mover, Log: say}
		r.Beside, err = b.Run(ctx)
		failed = errors.Join(failed, err)
	}
	if o.edges != 0 || o.worlds != 0 {
		var err error
		r.Results, err = edges(ctx, rig, o)
		failed = errors.Join(failed, err)
	}
	r.Lasted = time.Since(began)
	if o.page != "" {
		failed = errors.Join(failed, r.Write(o.page))
	}
	return errors.Join(failed, context.Cause(ctx))
}

// walk does what docs/kind.md says.
func walk(ctx context.Context, rig *scenario.Rig, o options) error {
	rig.Kubelet.Behave(late)
	p := &page.Rig{Cluster: rig.Cluster, Cutover: o.cutover, Page: filepath.Join(o.root, "docs/kind.md"), Log: say}
	out, err := p.Walk(ctx)
	say("%s after %s: %d requests sent, %d failed, answered by %v, the last by %s %s",
		p.Page, out.Lasted.Round(time.Second), out.Sent, out.Failed, out.Images, out.Last, out.First)
	if err == nil && (out.Failed > 0 || len(out.Images) < 2) {
		err = errors.New("the page does not do what it says")
	}
	return err
}

// releases runs the scenarios that are asked for, some at a time.
func releases(ctx context.Context, rig *scenario.Rig, o options) []scenario.Outcome {
	rig.Kubelet.Behave(late)
	if rig.Beside != nil {
		rig.Beside.Kubelet.Behave(late)
		defer rig.Beside.Stop()
		defer rig.Halt("external-dns")
	}
	all := o.scenarios()
	outcomes := make([]scenario.Outcome, len(all))
	var wait sync.WaitGroup
	slots := make(chan struct{}, o.parallel)
	for i, s := range all {
		slots <- struct{}{}
		wait.Go(func() {
			outcomes[i] = rig.Run(ctx, s, i)
			<-slots
		})
	}
	wait.Wait()
	return outcomes
}

// late is how the programs of scenarios behave: they listen late, are ready later, take
// their time, and end when they have finished.
func late(image string) cluster.Behaviour {
	return cluster.Behaviour{
		Listens: 300 * time.Millisecond, Warm: 700 * time.Millisecond, Work: 5 * time.Millisecond,
		Broken: strings.HasSuffix(image, ":broken"),
		Fails:  fails[image],
	}
}

// fails are the versions that answer some of their requests with 500, in percent.
var fails = map[string]int{"example.com/shop:sick": 20}

// tell prints what became of the scenarios, and fails if one did.
func tell(r report.Run) error {
	for _, o := range r.Outcomes {
		say("%-6s %-12s %-36s %2d commits %7d sent %4d failed %s %v", o.Applier, o.Router, o.Scenario, o.Moves, o.Sent, o.Failed,
			o.Lasted.Round(time.Second), o.Splits)
		for _, f := range o.Faults {
			say("\t%s", f)
		}
	}
	say("%d requests sent, %d failed, in %d scenarios", r.Sent(), r.Failed(), len(r.Outcomes))
	if n := len(r.Faults()); n > 0 {
		return fmt.Errorf("%d things are not as they are to be", n)
	}
	return nil
}

// goldens asks the API server about all that cutover writes.
func goldens(ctx context.Context, rig *scenario.Rig, o options) error {
	r, err := dryrun.Run(ctx, rig.Client, o.root)
	if err != nil {
		return err
	}
	say("the API server takes %d objects of goldens, refuses %d that are meant to be refused, and does not know the kinds of %d",
		r.Taken, r.Meant, r.Strangers())
	if len(r.Refused) > 0 {
		return fmt.Errorf("the API server refuses %d objects:\n%s", len(r.Refused), strings.Join(r.Refused, "\n"))
	}
	return nil
}

// contained holds the image of the function to the program.
func contained(ctx context.Context, rig *scenario.Rig, o options) (image.Outcome, error) {
	i := image.Rig{Image: o.image, Cutover: o.cutover, Kustomize: rig.Cache.Path("kustomize"), Dir: o.dir}
	folders := []string{filepath.Join(o.root, "examples/hybrid-gateway-api/base")}
	for _, app := range []string{"podinfo/kustomize", "online-boutique/base"} {
		if folder := filepath.Join(o.corpus, app); isFolder(folder) {
			folders = append(folders, folder)
		}
	}
	out, err := i.Run(ctx, folders)
	if err != nil {
		return out, fmt.Errorf("the image %s: %w", o.image, err)
	}
	say("%d trees of %s by kustomize: %s by the program, %s by the image", out.Trees, strings.Join(out.Applications, ", "),
		out.Exec.Round(time.Millisecond), out.Container.Round(time.Millisecond))
	if len(out.Differ) > 0 {
		return out, fmt.Errorf("the image gives other trees: %s", strings.Join(out.Differ, "; "))
	}
	return out, nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// edges applies edges and says what their verdicts were worth.
func edges(ctx context.Context, rig *scenario.Rig, o options) ([]verdict.Result, error) {
	all, err := chosen(ctx, o)
	if err != nil {
		return nil, err
	}
	rig.Kubelet.Behave(func(string) cluster.Behaviour {
		return cluster.Behaviour{
			Starts: 600 * time.Millisecond, Warm: 300 * time.Millisecond, Work: 2 * time.Millisecond, Drains: time.Second,
		}
	})
	// The workers have a router each. The one of the scenarios writes the status of their
	// routes too, and so do they of what it has written, without end.
	rig.Halt("traefik")
	v := &verdict.Rig{Cluster: rig.Cluster, Cutover: o.cutover, Seed: o.seed, Orders: o.orders, Log: say}
	results, err := v.Run(ctx, all, o.parallel)
	m := verdict.Tally(results)
	m.Print(os.Stdout)
	if len(m.Wrong) > 0 {
		err = errors.Join(err, fmt.Errorf("%d edges were called proven, and dropped requests", len(m.Wrong)))
	}
	if len(m.Unforeseen) > 0 {
		err = errors.Join(err, fmt.Errorf("%d kinds of requests were answered by others than verify reads", len(m.Unforeseen)))
	}
	if len(m.Unexplained) > 0 {
		err = errors.Join(err, fmt.Errorf("%d edges were refuted, and nobody knows why nothing happened", len(m.Unexplained)))
	}
	return results, err
}

// chosen are the edges that were asked for: those of generated trees and mutants of them
// and those of testdata/verify, or a sample of them; then those of random worlds.
func chosen(ctx context.Context, o options) ([]verdict.Edge, error) {
	var all []verdict.Edge
	for _, router := range scenario.Routers {
		made, err := scenario.Edges(ctx, filepath.Join(o.dir, "edges-"+router), o.cutover, router)
		if err != nil {
			return nil, err
		}
		mutants, err := verdict.Mutants(router, made, 1, o.seed)
		if err != nil {
			return nil, err
		}
		all = append(all, mutants...)
	}
	cases, err := verdict.Cases(o.root)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(append(all, cases...), func(e verdict.Edge) bool { return !e.Carried() || !o.edge.MatchString(e.Name) })
	if o.edges >= 0 && o.edges < len(all) { // a sample, the same for each seed
		r := rand.New(rand.NewPCG(o.seed, 0)) //nolint:gosec // to be repeated
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		all = all[:o.edges]
	}
	for _, router := range scenario.Routers {
		for _, e := range verdict.Worlds(router, o.worlds, o.seed) {
			if o.edge.MatchString(e.Name) {
				all = append(all, e)
			}
		}
	}
	return all, nil
}
