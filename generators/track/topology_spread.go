package track

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// spreadPaths are the label selectors by which pods of a workload keep away
// from each other (core/v1 PodSpec).
var spreadPaths = [][]string{
	strings.Fields("topologySpreadConstraints * labelSelector"),
	strings.Fields("affinity podAntiAffinity requiredDuringSchedulingIgnoredDuringExecution * labelSelector"),
	strings.Fields("affinity podAntiAffinity preferredDuringSchedulingIgnoredDuringExecution * podAffinityTerm labelSelector"),
}

// spread lets pods keep away from those of their own track alone. Selectors
// that name the app would count both tracks: with a required anti-affinity the
// candidate would wait for as many nodes again. A selector that takes pods
// without labels names nobody: who asked for a node alone gets it.
func (m Maker) spread(o kube.Object, track string) kube.Object {
	spec := o.Get("spec", "template", "spec")
	for _, path := range spreadPaths {
		spec = kube.EditAll(spec, func(selector *yaml.Node) *yaml.Node {
			if !kube.LabelSelects(selector, m.Labels()) || kube.LabelSelects(selector, nil) {
				return selector
			}
			return kube.Put(selector, track, "matchLabels", workload.TrackLabel)
		}, path...)
	}
	if kube.Equal(spec, o.Get("spec", "template", "spec")) {
		return o
	}
	return o.With(spec, "spec", "template", "spec")
}
