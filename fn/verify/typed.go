package verify

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// saidReplicas is the number of pods that a manifest says, if it says one. A null is
// not a field left out: it takes back what an autoscaler has set, so that the API
// server fills in 1, at every apply (kubectl and kube-apiserver 1.37.2; Argo CD 3.5.7
// sees a difference at every sync).
func saidReplicas(o kube.Object) (n int, said bool) {
	v := o.Get("spec", "replicas")
	if v == nil {
		return 0, false
	}
	if v.ShortTag() == "!!null" {
		return 1, true
	}
	return kube.Number(v)
}

// checkFieldTypes: what holds a number is a number for the API server, which otherwise
// refuses the object.
func checkFieldTypes(s State) []Problem {
	var problems []Problem
	for _, o := range s.Objects {
		for _, m := range o.Mistyped() {
			if counted := runs(o) || autoscales(o); counted && worded(o.Get(m.Path...)) && slices.ContainsFunc(numbers, func(p []string) bool { return slices.Equal(p, m.Path) }) {
				continue // which checkTypes tells
			}
			problems = append(problems, Problem{Object: o, Path: m.Path, About: strings.Join(m.Path, "."), Message: m.Why, Hint: m.Hint})
		}
	}
	return problems
}
