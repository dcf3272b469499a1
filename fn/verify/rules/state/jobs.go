package state

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/job"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Jobs are the jobs of releases in a state.
func Jobs(s cluster.State) []kube.Object {
	return slices.DeleteFunc(s.World.All("batch", "Job"), func(o kube.Object) bool {
		return o.Text("metadata", "labels", workload.JobLabel) == ""
	})
}

// CheckAgain checks that a job of a release has nothing by which an agent runs it more
// than once, or never.
func CheckAgain(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, o := range Jobs(s) {
		for _, path := range job.Again(o) {
			problems = append(problems, edge.Problem{
				Object: o, Path: path, About: kube.PathText(path),
				Message: "has " + path[len(path)-1] + ": an agent runs it again, or not at all, and it is to run once",
				Hint:    "leave it out; cutover render writes the job without it",
			})
		}
	}
	return problems
}

// Needing are the workloads with pods that a job takes away what they need: those of
// the version before, on the release's other track.
func Needing(s cluster.State, o kube.Object) []kube.Object {
	if o.Text("metadata", "annotations", job.PhaseAnnotation) != schemas.Contract {
		return nil
	}
	var all []kube.Object
	for _, p := range s.Pods {
		labels := kube.Strings(p.Workload.Node, "metadata", "labels")
		other := labels[workload.TrackLabel] != "" && labels[workload.TrackLabel] != o.Text("metadata", "labels", workload.TrackLabel)
		if other && p.Count > 0 && labels[workload.ReleaseLabel] == o.Text("metadata", "labels", workload.ReleaseLabel) {
			all = append(all, p.Workload)
		}
	}
	return all
}

// CheckContract checks that no job takes away what pods beside it need.
func CheckContract(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, o := range Jobs(s) {
		for _, w := range Needing(s, o) {
			problems = append(problems, edge.Problem{
				Object: o, About: w.Key().String(), Path: []string{"metadata", "annotations", job.PhaseAnnotation},
				Message: fmt.Sprintf("takes away what %s needs, whose pods run in the same state", w.ID),
				Hint:    "run it at stage contract, behind retire, which has no pods of the version before",
			})
		}
	}
	return problems
}

// CheckShares checks that two releases do not change data that they share at the same
// time: each was tested with what it found, not with what the other is making of it.
func CheckShares(s cluster.State) []edge.Problem {
	first := map[string]kube.Object{}
	var problems []edge.Problem
	for _, o := range Jobs(s) {
		for _, name := range strings.Split(o.Text("metadata", "annotations", job.SharesAnnotation), ", ") {
			other, taken := first[name]
			release := other.Text("metadata", "labels", workload.ReleaseLabel)
			switch {
			case name == "":
			case !taken:
				first[name] = o
			case o.Text("metadata", "labels", workload.ReleaseLabel) != release:
				problems = append(problems, edge.Problem{
					Object: o, About: name, Path: []string{"metadata", "annotations", job.SharesAnnotation},
					Message: fmt.Sprintf("changes %s while release %s does, too (%s)", name, release, other.ID),
					Hint:    "bring one of the two releases to its end, or back to stable, then begin with the other",
				})
			}
		}
	}
	return problems
}
