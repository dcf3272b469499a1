package cluster

import (
	"cmp"
	"maps"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
)

// Change is an object that differs between the states of an edge. The Node of
// an object that is not there is nil.
type Change struct{ From, To kube.Object }

// Made reports whether the object comes.
func (c Change) Made() bool { return c.From.Node == nil }

// Gone reports whether the object goes.
func (c Change) Gone() bool { return c.To.Node == nil }

// ID is the object's, as it is written.
func (c Change) ID() kube.ID {
	if c.Gone() {
		return c.From.ID
	}
	return c.To.ID
}

// Changes are the objects that differ, by identity.
func Changes(from, to State) map[kube.ID]Change {
	all := map[kube.ID]Change{}
	for _, o := range to.Objects {
		id := o.Key()
		if to.ByID[id].Node != o.Node {
			continue // one of two of that name: the last one counts
		}
		if old := from.ByID[id]; old.Node == nil || old.Node != o.Node && !kube.Equal(old.Node, o.Node) {
			all[id] = Change{old, o}
		}
	}
	for _, o := range from.Objects {
		if _, there := to.ByID[o.Key()]; !there {
			all[o.Key()] = Change{From: o}
		}
	}
	return all
}

// CompareID orders objects as they are read: by kind, then namespace and name.
func CompareID(a, b kube.ID) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.Group, b.Group))
}

// Subject is the object that a change is about.
func Subject(c Change) kube.Object {
	if c.Gone() {
		return c.From
	}
	return c.To
}

// SortedIDs are the keys of a map in a fixed order.
func SortedIDs[V any](m map[kube.ID]V) []kube.ID {
	return slices.SortedFunc(maps.Keys(m), CompareID)
}

// ReplicasGone reports whether replicas is taken out of a manifest: the field
// falls to its default then, which is 1.
func ReplicasGone(was, is Pods) bool {
	_, had := SaidReplicas(was.Workload)
	_, has := SaidReplicas(is.Workload)
	return had && !has
}

// ReplicasSaid is what a manifest begins to say of replicas: so many there are at
// once, until an autoscaler says otherwise.
func ReplicasSaid(was, is Pods) (n int, anew bool) {
	before, had := SaidReplicas(was.Workload)
	n, has := SaidReplicas(is.Workload)
	return max(n, 0), has && (!had || before != n)
}

// FewerSaid reports whether a manifest begins to say fewer replicas than there are.
func FewerSaid(was, is Pods) bool {
	n, anew := ReplicasSaid(was, is)
	return anew && n < min(was.Count, is.Count)
}
