package verify

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file holds numbers that are text.

// numbers are fields that the API server takes as numbers alone, of what pods are
// counted by.
var numbers = [][]string{{"spec", "replicas"}, {"spec", "minReplicas"}, {"spec", "maxReplicas"}, {"spec", "minReadySeconds"}}

// checkTypes: a number is no text, or the API server refuses the object: Argo CD
// applies the rest, Flux nothing.
func checkTypes(s State) []Problem {
	var problems []Problem
	for _, o := range s.Objects {
		if !runs(o) && !autoscales(o) && o.Kind != "HorizontalPodAutoscaler" {
			continue
		}
		for _, path := range numbers {
			if n := o.Get(path...); worded(n) && !templated(n) {
				problems = append(problems, Problem{
					Object: o, Path: path, About: strings.Join(path, "."),
					Message: fmt.Sprintf("%q is text, and a number is wanted: the API server refuses it", n.Value), Hint: "a number without quotes",
				})
			}
		}
	}
	return problems
}

// untyped are numbers of pods that somebody fills in later.
func (s State) untyped(tell func(o kube.Object, why string)) {
	for _, o := range s.Objects {
		if !runs(o) && o.Kind != "HorizontalPodAutoscaler" {
			continue
		}
		for _, path := range numbers[:3] {
			if n := o.Get(path...); worded(n) && templated(n) {
				tell(o, fmt.Sprintf("%s is %s, which is filled in later: how many pods there are is not judged", strings.Join(path, "."), n.Value))
			}
		}
	}
}

func worded(n *yaml.Node) bool {
	return n != nil && n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str"
}

func templated(n *yaml.Node) bool {
	return strings.Contains(n.Value, "${") || strings.Contains(n.Value, "{{")
}
