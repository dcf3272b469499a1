package state

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
)

// This file holds values of the wrong type: texts where numbers are wanted, and the like.

// CheckFieldTypes checks that what holds a number is a number for the API server, which
// otherwise refuses the object.
func CheckFieldTypes(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, o := range s.Objects {
		for _, m := range o.Mistyped() {
			if counted := cluster.RunsPods(o) || cluster.Autoscales(o); counted && cluster.IsText(o.Get(m.Path...)) &&
				slices.ContainsFunc(cluster.NumberFields, func(p []string) bool { return slices.Equal(p, m.Path) }) {
				continue // which CheckTypes tells
			}
			problems = append(problems, edge.Problem{Object: o, Path: m.Path, About: strings.Join(m.Path, "."), Message: m.Why, Hint: m.Hint})
		}
	}
	return problems
}

// CheckTypes checks that a number is no text, or the API server refuses the object:
// Argo CD applies the rest, Flux nothing.
func CheckTypes(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, o := range s.Objects {
		if !cluster.RunsPods(o) && !cluster.Autoscales(o) && o.Kind != "HorizontalPodAutoscaler" {
			continue
		}
		for _, path := range cluster.NumberFields {
			if n := o.Get(path...); cluster.IsText(n) && !cluster.IsTemplated(n) {
				problems = append(problems, edge.Problem{
					Object: o, Path: path, About: strings.Join(path, "."),
					Message: fmt.Sprintf("%q is text, and a number is wanted: the API server refuses it", n.Value), Hint: "a number without quotes",
				})
			}
		}
	}
	return problems
}
