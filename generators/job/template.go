package job

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// ofTemplate makes a Job of one among the manifests. Containers that run the
// workload's image follow the candidate; what else the Release says is of one
// container.
func (m maker) ofTemplate(o kube.Object, j schemas.Job) kube.Object {
	for _, field := range Again(o) {
		o = o.Without(field...)
	}
	o = agent.Plain(o).Without("status")
	for _, field := range []string{"annotations", "labels"} {
		if n := o.Get("metadata", field); n != nil && len(n.Content) == 0 {
			o = o.Without("metadata", field)
		}
	}
	return o.Edit(func(spec *yaml.Node) *yaml.Node {
		runs := kube.Text(m.MainContainer(), "image")
		for _, list := range []string{"containers", "initContainers"} {
			spec = kube.EditAll(spec, func(c *yaml.Node) *yaml.Node {
				if kube.Text(c, "image") != runs {
					return c
				}
				return kube.Put(c, m.image(), "image")
			}, list, "*")
		}
		at := container(spec, j)
		spec = kube.EditAll(spec, func(c *yaml.Node) *yaml.Node {
			if kube.Text(c, "name") != at {
				return c
			}
			return set(c, j)
		}, "containers", "*")
		return m.configured(spec, j)
	}, "spec", "template", "spec")
}

// container is the name of the container that a Release speaks of: the one that is
// called like the job, or the first.
func container(spec *yaml.Node, j schemas.Job) string {
	all := kube.Items(spec, "containers")
	if len(all) == 0 || slices.ContainsFunc(all, func(c *yaml.Node) bool { return kube.Text(c, "name") == j.Name }) {
		return j.Name
	}
	return kube.Text(all[0], "name")
}

// Again are the fields of a Job by which it would run again, never, or by hand. The Jobs
// of a release have none of them.
func Again(o kube.Object) [][]string {
	var all [][]string
	for _, path := range [][]string{
		{"spec", "ttlSecondsAfterFinished"},
		{"spec", "suspend"},
		{"spec", "selector"},
		{"spec", "manualSelector"},
		{"metadata", "annotations", agent.ArgoHook},
		{"metadata", "annotations", agent.ArgoHookDelete},
		{"metadata", "annotations", agent.ArgoWave},
		{"metadata", "annotations", agent.HelmHook},
		{"metadata", "annotations", agent.HelmHookDelete},
		{"metadata", "annotations", agent.HelmWeight},
		{"metadata", "annotations", agent.FluxForce},
		{"metadata", "labels", agent.FluxForce},
	} {
		if o.Get(path...) != nil {
			all = append(all, path)
		}
	}
	return all
}
