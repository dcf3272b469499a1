package rules

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
)

// checkFieldTypes: what holds a number is a number for the API server, which otherwise
// refuses the object.
func checkFieldTypes(s cluster.State) []Problem {
	var problems []Problem
	for _, o := range s.Objects {
		for _, m := range o.Mistyped() {
			if counted := cluster.RunsPods(o) || cluster.Autoscales(o); counted && cluster.IsText(o.Get(m.Path...)) && slices.ContainsFunc(cluster.NumberFields, func(p []string) bool { return slices.Equal(p, m.Path) }) {
				continue // which checkTypes tells
			}
			problems = append(problems, Problem{Object: o, Path: m.Path, About: strings.Join(m.Path, "."), Message: m.Why, Hint: m.Hint})
		}
	}
	return problems
}
