package rules

import (
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"github.com/cutoverdev/cutover/generators/structure"
	"go.yaml.in/yaml/v3"
)

// This file knows what chooses other objects by their labels.

// picker is an object that chooses others by a label: by a value of it, or "" for any.
type picker struct {
	by    kube.Object
	value string
}

// Pickers is of [account.Facts]. Labels of workloads are not those of their pods.
func (p Facts) Pickers(o kube.Object, label, was, is string) []kube.Object {
	if cluster.RunsPods(o) {
		return nil
	}
	var all []kube.Object
	for _, s := range []cluster.State{p.From, p.To} {
		for _, one := range pickers(s)[label] {
			if one.by.Key() != o.Key() && (one.value == "" || slices.Contains([]string{was, is}, one.value)) {
				all = append(all, one.by)
			}
		}
	}
	return all
}

// pickers are those of a state, by label.
func pickers(s cluster.State) map[string][]picker {
	return cluster.Memo(s, "pickers", func() map[string][]picker {
		all := map[string][]picker{}
		for _, o := range s.Objects {
			for _, t := range policy.Targets(o) {
				takeLabels(all, o, t.Labels, 0)
			}
			if !structure.Knows(o) && !cluster.RunsPods(o) {
				takeLabels(all, o, o.Get("spec"), 0)
			}
		}
		return all
	})
}

// maxSelectors is how deep selectors stand in an object.
const maxSelectors = 12

// takeLabels takes down the labels of all selectors at a place and below it.
func takeLabels(all map[string][]picker, by kube.Object, n *yaml.Node, depth int) {
	if n == nil || depth > maxSelectors {
		return
	}
	for key, value := range kube.Pairs(n, "matchLabels") {
		all[key] = append(all[key], picker{by, value})
	}
	for _, e := range kube.Items(n, "matchExpressions") {
		key := kube.Text(e, "key")
		all[key] = append(all[key], picker{by, ""})
	}
	for i, child := range n.Content {
		if n.Kind != yaml.MappingNode || i%2 == 1 {
			takeLabels(all, by, child, depth+1)
		}
	}
}
