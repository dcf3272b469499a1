package check

import (
	"slices"

	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/schemas"
)

// forward are the stages of a release on the way forward.
func forward(r generators.Release) []string {
	var names []string
	for _, s := range r.Stages {
		if !s.Twin {
			names = append(names, s.Name)
		}
	}
	return names
}

// ways are the pairs of stages on the way forward that have others between them,
// in order: those from which to which an agent may skip.
func ways(forward []string) [][2]string {
	var all [][2]string
	for i, from := range forward {
		for _, to := range forward[min(i+2, len(forward)):] {
			all = append(all, [2]string{from, to})
		}
	}
	return all
}

// late are the ways of a release over two clusters on which the agent of one is a stage
// behind: the stage before, that where the other stands, and where both go.
func late(r generators.Release) [][3]string {
	var all [][3]string
	for i, s := range r.Stages {
		if i == 0 || s.Twin || r.Clusters() == nil {
			continue
		}
		for _, to := range []string{s.Next, s.Abort} {
			if to != "" && to != r.Stages[i-1].Name {
				all = append(all, [3]string{r.Stages[i-1].Name, s.Name, to})
			}
		}
	}
	return all
}

// skip is what going from one stage straight to another does.
func skip(release string, way [2]string, e verify.Edge) report.Skip {
	found := e.Check()
	s := report.Skip{Release: release, From: way[0], To: way[1], Safe: !schemas.Failed(found)}
	for _, f := range found {
		if f.Severity == schemas.Error && !slices.Contains(s.Findings, f.ID) {
			s.Findings = append(s.Findings, f.ID)
		}
	}
	return s
}
