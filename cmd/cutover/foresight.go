package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/cutoverdev/cutover/fn/advance"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/schemas"
)

// supposed is the input as if every release that is not under way had a candidate: the
// next one is what a plan is asked about.
func supposed(in generators.Input) generators.Input {
	in.Releases = slices.Clone(in.Releases)
	for i, r := range in.Releases {
		if r.Candidate() != "" || r.Adopting() || r.Set() != "" && underWay(in.Releases, r.Set()) {
			continue
		}
		next := r.Spec.Tracks.Get(r.Spec.Live)
		next.Snapshot, next.Image = "", next.Image+"-next"
		in.Releases[i] = r.Put(schemas.Other(r.Spec.Live), next)
	}
	return in
}

// underWay reports whether the releases that move together are on their way: no other one
// begins then.
func underWay(releases []*schemas.Release, set string) bool {
	return slices.ContainsFunc(releases, func(r *schemas.Release) bool { return r.Set() == set && r.Spec.Stage != "stable" })
}

// foresight writes what the analysis of each release can find at a rate of requests.
func foresight(w io.Writer, releases []generators.Release, rate, share float64) error {
	for _, r := range releases {
		all := advance.Foresee(r, rate, share)
		fmt.Fprintf(w, "\n%s at %g requests a second, %.3g %% of which fail at live:\n\n", r.Metadata.Name, rate, share*100)
		if len(all) == 0 {
			fmt.Fprintln(w, "  no share of requests is judged: spec.analysis.metrics.errors, or one with failed and total")
			continue
		}
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "  STAGE\tHOLD\tREQUESTS\tBOUND\tFINDS, 95 %\tPASSES AFTER")
		for _, f := range all {
			finds := fmt.Sprintf("+%.2g %%", f.Finds*100)
			if math.IsInf(f.Finds, 1) || f.Finds > 0.5 {
				finds = "nothing"
			}
			passes := "never"
			if f.Passes > 0 {
				passes = schemas.Duration(f.Passes.Round(time.Second)).String()
			}
			fmt.Fprintf(t, "  %s\t%s\t%.0f\t%s\t%s\t%s\n", f.Stage, schemas.Duration(f.Hold), f.Requests, f.Bound, finds, passes)
		}
		if err := t.Flush(); err != nil {
			return err
		}
		warned(w, all)
	}
	return nil
}

// warned says where a step can find nothing, or holds healthy releases up.
func warned(w io.Writer, all []advance.Foresight) {
	for _, f := range all {
		switch {
		case f.Passes == 0:
			fmt.Fprintf(w, "\n  warning: %s: %s is broken already, or cannot be shown to hold: no release passes\n", f.Stage, f.Bound)
		case f.Passes > 2*f.Hold:
			fmt.Fprintf(w, "\n  warning: %s: it takes %s, and not %s, to show that %s holds: a larger weight, a longer hold or a wider bound\n",
				f.Stage, schemas.Duration(f.Passes), schemas.Duration(f.Hold), f.Bound)
		}
	}
}
