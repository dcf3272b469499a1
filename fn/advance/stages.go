package advance

import (
	"slices"

	"github.com/cutoverdev/cutover/fn/evidence"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Judged reports whether the candidate gets requests at a stage that can be judged.
func Judged(s stage.Stage) bool {
	return s.Candidate != "" && !s.Twin && (s.Weight(s.Candidate) > 0 || len(s.Split.Match) > 0)
}

// Judges reports whether the analysis of a release has bounds for a stage.
func Judges(r generators.Release, s stage.Stage) bool {
	return r.Spec.Analysis != nil && Judged(s) && len(bounds(r, s)) > 0
}

// compared reports whether live gets requests to compare with.
func compared(s stage.Stage) bool { return s.Weight(schemas.Other(s.Candidate)) > 0 }

// levels are those of each bound at each stage of a release.
func levels(r generators.Release) evidence.Levels {
	tests := 0
	for _, s := range r.Stages {
		if Judged(s.Stage) {
			tests += len(bounds(r, s.Stage))
		}
	}
	return evidence.Split(r.Spec.Analysis.Confidence.Part(), tests)
}

// bound is one bound of a metric that can be judged at a stage.
type bound struct {
	metric schemas.Metric
	name   string // max, min or worse
	is     schemas.Number
}

// String is the bound as it is written: errors max 1%.
func (b bound) String() string { return b.metric.Name + " " + b.name + " " + b.is.String() }

// bounds are those of all metrics but those that an expression or a program judges. What
// is compared with live is left out where live gets no requests.
func bounds(r generators.Release, s stage.Stage) []bound {
	var all []bound
	for _, m := range r.Spec.Analysis.Metrics {
		if m.Judged() {
			continue
		}
		for _, b := range []struct {
			name string
			is   *schemas.Number
		}{{"max", m.Max}, {"min", m.Min}, {"worse", m.Worse}} {
			if b.is != nil && (b.name != "worse" || compared(s)) {
				all = append(all, bound{m, b.name, *b.is})
			}
		}
	}
	return all
}

// Unseen are the metrics of which nothing is judged at a stage.
func Unseen(r generators.Release, s stage.Stage) []string {
	var all []string
	for _, m := range r.Spec.Analysis.Metrics {
		seen := slices.ContainsFunc(bounds(r, s), func(b bound) bool { return b.metric.Name == m.Name })
		if !m.Judged() && !seen {
			all = append(all, m.Name)
		}
	}
	return all
}
