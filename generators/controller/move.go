package controller

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
)

// readers are the kinds of controllers that are read.
var readers = []struct {
	group, kind string
	read        func(*builder)
}{
	{"argoproj.io", "Rollout", (*builder).rollout},
	{"flagger.app", "Canary", (*builder).canary},
	{KruiseGroup, "Rollout", (*builder).kruise},
	{"networking.k8s.io", "Ingress", (*builder).nginxPair}, // the canary of a pair alone
}

// Read reads what controllers say of workloads, one Move for each of their objects.
func Read(objects []kube.Object) []Move {
	var all []Move
	for _, o := range objects {
		for _, r := range readers {
			if !o.Is(r.group, r.kind) || r.kind == "Ingress" && !isCanary(o) {
				continue
			}
			b := builder{Move: Move{By: o, Name: o.Name}, all: slices.Clone(objects), removed: map[kube.ID]bool{}}
			b.remove(o)
			r.read(&b)
			all = append(all, b.done())
		}
	}
	return all
}
