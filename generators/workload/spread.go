package workload

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// spreadPaths are the label selectors by which pods of a workload keep away
// from each other (core/v1 PodSpec).
var spreadPaths = [][]string{
	words("topologySpreadConstraints * labelSelector"),
	words("affinity podAntiAffinity requiredDuringSchedulingIgnoredDuringExecution * labelSelector"),
	words("affinity podAntiAffinity preferredDuringSchedulingIgnoredDuringExecution * podAffinityTerm labelSelector"),
}

// spread lets pods keep away from those of their own track alone. Selectors
// that name the app would count both tracks: with a required anti-affinity the
// candidate would wait for as many nodes again. A selector that takes pods
// without labels names nobody: who asked for a node alone gets it.
func (s *Source) spread(o kube.Object, track string) kube.Object {
	spec := o.Get("spec", "template", "spec")
	for _, path := range spreadPaths {
		spec = kube.EditAll(spec, func(selector *yamlNode) *yamlNode {
			if !kube.LabelSelects(selector, s.Labels()) || kube.LabelSelects(selector, nil) {
				return selector
			}
			return kube.Put(selector, track, "matchLabels", TrackLabel)
		}, path...)
	}
	if kube.Equal(spec, o.Get("spec", "template", "spec")) {
		return o
	}
	return o.With(spec, "spec", "template", "spec")
}

// checkSpread says that pods are spread by track.
func (s *Source) checkSpread() []schemas.Finding {
	if kube.Equal(s.spread(s.Object, schemas.Blue).Get("spec", "template", "spec"), s.Object.Get("spec", "template", "spec")) {
		return nil
	}
	f := s.Object.Find("track-spread", "spreads its pods by labels that both tracks have; each track is spread by itself", "", "spec", "template", "spec")
	f.Severity = schemas.Info
	return []schemas.Finding{f}
}
