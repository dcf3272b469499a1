package delivery

import (
	"fmt"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/fn/verify/rules/state"
	"github.com/cutoverdev/cutover/generators/job"
)

// CheckContract checks that a job which takes away what the version before needs comes
// a commit later than its pods go: an agent may begin with either.
func CheckContract(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if !c.Made() || !c.To.Is("batch", "Job") {
			continue
		}
		for _, w := range state.Needing(e.From, c.To) {
			problems = append(problems, edge.Problem{
				Object: c.To, About: w.Key().String(), Path: []string{"metadata", "annotations", job.PhaseAnnotation},
				Message: fmt.Sprintf("may begin while pods of %s still run, which need what it takes away", w.ID),
				Hint:    "remove those pods in one commit, and add the job in a later one: stage contract is behind retire",
			})
		}
	}
	return problems
}
