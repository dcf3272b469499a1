package track

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// Ahead lists what would change if the track were made anew from the manifests.
func (t Track) Ahead() []string {
	m := t.maker
	if !t.Frozen || len(t.Pods) == 0 || m.Release.Spec.Tracks.Get(t.Name).Idle() {
		return nil
	}
	fresh, found := m.fresh(t.Name)
	if schemas.Failed(found) {
		return nil
	}
	old := map[kube.ID]kube.Object{}
	for _, o := range slices.Concat(t.Always, t.Pods) {
		old[o.Key()] = unsigned(o)
	}
	var ahead []string
	for _, o := range slices.Concat(fresh.Always, fresh.Pods) {
		o = unsigned(o)
		was, there := old[o.Key()]
		delete(old, o.Key())
		switch {
		case !there:
			ahead = append(ahead, o.ID.String()+" is new")
		case !kube.Equal(was.Node, o.Node):
			ahead = append(ahead, fmt.Sprintf("%s: %s", o.ID, kube.Difference(was.Node, o.Node)))
		}
	}
	for _, o := range slices.Concat(t.Always, t.Pods) {
		if _, gone := old[o.Key()]; gone {
			ahead = append(ahead, o.ID.String()+" goes")
		}
	}
	return ahead
}

// unsigned is an object without the hashes that follow from the rest.
func unsigned(o kube.Object) kube.Object {
	return o.Without("metadata", "annotations", workload.VersionAnnotation).
		Without("metadata", "annotations", workload.RevisionAnnotation).
		Without("spec", "template", "metadata", "annotations", ConfigAnnotation)
}
