package rules

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
)

// This file holds numbers that are text.

// checkTypes: a number is no text, or the API server refuses the object: Argo CD
// applies the rest, Flux nothing.
func checkTypes(s cluster.State) []Problem {
	var problems []Problem
	for _, o := range s.Objects {
		if !cluster.RunsPods(o) && !cluster.Autoscales(o) && o.Kind != "HorizontalPodAutoscaler" {
			continue
		}
		for _, path := range cluster.NumberFields {
			if n := o.Get(path...); cluster.IsText(n) && !cluster.IsTemplated(n) {
				problems = append(problems, Problem{
					Object: o, Path: path, About: strings.Join(path, "."),
					Message: fmt.Sprintf("%q is text, and a number is wanted: the API server refuses it", n.Value), Hint: "a number without quotes",
				})
			}
		}
	}
	return problems
}
