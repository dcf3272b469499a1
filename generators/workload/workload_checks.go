package workload

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

func checkSize(s *Source) []schemas.Finding {
	found := checkScalers(s)
	if len(s.Scalers) == 0 && s.Release.Spec.Capacity == 0 && s.DefaultCapacity() < 1 {
		found = append(found, s.Object.Find("capacity", s.Object.ID.String()+" has no replicas, so that there is nothing to release",
			"set replicas to 1 or more, or spec.capacity in the Release", "spec", "replicas"))
	}
	return found
}

// checkWorker: a workload that nobody calls takes work as soon as it runs.
func checkWorker(s *Source) []schemas.Finding {
	switch worker := s.Release.Worker(); {
	case worker && len(s.Release.Spec.Traffic) > 0:
		return []schemas.Finding{s.Release.Find("worker", "spec.workload.starts",
			"starts: withTraffic says that the workload gets work as soon as it runs, and spec.traffic says that a router sends it requests",
			"leave one of the two out")}
	case !worker && len(s.Apexes) == 0 && s.Release.Spec.App == nil:
		return []schemas.Finding{s.Release.Find("apex-missing", "spec.workload", fmt.Sprintf("no Service selects the pods of %s", s.Object.ID),
			"put one beside the workload; or, if it takes its work by itself, starts: withTraffic and no traffic")}
	}
	return nil
}

// checkNames: a Service's name is a DNS label, and so is a track's with its suffix.
func checkNames(s *Source) []schemas.Finding {
	name := s.Name(schemas.Green)
	if len(name) <= 63 {
		return nil
	}
	return []schemas.Finding{s.Release.Find("name-length", "spec.workload.name",
		fmt.Sprintf("the name %q has %d characters, and a Service is allowed 63", name, len(name)),
		"at most 63 with the track behind it: a Service is called so")}
}

// checkSelector: the workload finds its own pods, or no API server takes it.
func checkSelector(s *Source) []schemas.Finding {
	if kube.LabelSelects(s.Object.Get("spec", "selector"), s.Labels()) {
		return nil
	}
	return []schemas.Finding{s.Object.Find("workload-selector", s.Object.ID.String()+" does not select the pods of its own template",
		"use labels of the template", "spec", "selector")}
}

// checkTwice: an object with two elements of one key is refused by the API server,
// or by Flux: no stage would arrive.
func checkTwice(s *Source) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range slices.Concat([]kube.Object{s.Object}, s.Apexes) {
		for _, t := range kube.Twins(o) {
			message := fmt.Sprintf("has %s, as another one has: the API server refuses it", t.Key)
			if !t.Always {
				message += " where it is applied on the server's side, as by Flux"
			}
			f := o.Find("element-twice", message, "keep one of the two", t.Path...)
			if !t.Always && agent.ServerSide(o).Empty() {
				f.Severity = schemas.Warning
			}
			found = append(found, f)
		}
	}
	return found
}
