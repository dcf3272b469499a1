package interleave

import (
	"fmt"
	"strconv"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
)

// This file says how many pods of a workload are ready on the way.

// listens reports whether the pods have the named port; every pod may listen
// on any number.
func (p podVariant) listens(target string) bool {
	if _, err := strconv.Atoi(target); err == nil || target == "" {
		return true
	}
	for _, list := range []string{"containers", "initContainers"} {
		for _, c := range kube.Items(p.object.Node, "spec", "template", "spec", list) {
			for _, port := range kube.Items(c, "ports") {
				if kube.Text(port, "name") == target {
					return true
				}
			}
		}
	}
	return false
}

// variants are the pods of a workload on both sides of an edge, under its
// autoscaler on both: one if neither changes.
func (s *Endpoints) variants(id kube.ID) []podVariant {
	known, ok := s.pods[id]
	if !ok {
		known = s.findVariants(id)
		s.pods[id] = known
	}
	return known
}

func (s *Endpoints) findVariants(id kube.ID) []podVariant {
	was, inFrom := s.from.PodsOf[id]
	is, inTo := s.to.PodsOf[id]
	c := cluster.Change{From: was.Workload, To: is.Workload}
	old := podVariant{there: inFrom, labels: was.Labels, least: was.Count, count: was.Count, object: was.Workload}
	all := []podVariant{old}
	scaling, rescaled := s.scaling(id)
	if rescaled && inFrom {
		floor, ok := s.to.Scalers[id]
		if ok && floor.Floor < was.Count {
			one := old
			one.least, one.count, one.moves = floor.Floor, floor.Floor,
				[]AppliedChange{{Change: scaling, applied: true, note: fmt.Sprintf("leaves %d pods", floor.Floor)}}
			all = append(all, one)
		}
		if ok && floor.Floor > was.Count {
			one := old
			one.count, one.moves = floor.Floor, []AppliedChange{{Change: scaling, applied: true, note: newPods}}
			all[0].moves = []AppliedChange{{Change: scaling, note: notReady}}
			all = append(all, one)
		}
	}
	if !s.moves(id) {
		return all
	}
	least := s.readyAfter(was, is)
	note := podNote(was, is, least)
	waiting := AppliedChange{Change: c}
	if note == newPods {
		waiting.note = notReady
	}
	for i := range all {
		all[i].moves = append(all[i].moves, waiting)
	}
	all = append(all, podVariant{
		there: inTo, labels: is.Labels, least: least, count: is.Count, object: is.Workload,
		moves: []AppliedChange{{Change: c, applied: true, note: note}},
	})
	return all
}

// scaling is the change of a workload's autoscaler, if it changes.
func (s *Endpoints) scaling(id kube.ID) (cluster.Change, bool) {
	was, inFrom := s.from.Scalers[id]
	is, inTo := s.to.Scalers[id]
	switch {
	case !inFrom && !inTo, inFrom && inTo && was.Key() == is.Key() && !s.moves(is.Key()):
		return cluster.Change{}, false
	}
	return cluster.Change{From: was.Object, To: is.Object}, true
}

// readyAfter is how many ready pods a workload has at the least once its new
// manifest is applied: pods that it starts are not ready. While what is nobody's
// track rolls it is enough that the bound is kept: then it counts in full.
func (s *Endpoints) readyAfter(was, is cluster.Pods) int {
	if is.Workload.Node == nil || was.Workload.Node == nil {
		return 0
	}
	n, kept := RollingFrom(was, is)
	if kept >= s.Bound.Of(n) && cluster.Foreign(was.Workload, is.Workload) {
		return n
	}
	return kept
}

// RollingFrom is how many pods are ready at the least once a new manifest is applied,
// without those that it starts, and how many of them stay so while it rolls.
func RollingFrom(was, is cluster.Pods) (n, kept int) {
	total := is.Count
	if cluster.ReplicasGone(was, is) {
		total = min(total, 1)
	}
	if replicas, anew := cluster.ReplicasSaid(was, is); anew {
		total = min(total, replicas)
	}
	n = min(was.Count, total)
	if parallel(is.Workload) {
		n = max(0, n-Renumbered(was.Workload, is.Workload))
	}
	return n, min(n, keeps(was, is, total))
}

// Renumbered is how many pods of a StatefulSet are replaced as its numbers
// begin elsewhere. Without podManagementPolicy: Parallel the old ones stay
// until all new ones are ready (apps/v1, spec.ordinals.start).
func Renumbered(was, is kube.Object) int {
	old, _ := kube.Number(was.Node, "spec", "ordinals", "start")
	now, _ := kube.Number(is.Node, "spec", "ordinals", "start")
	return max(now-old, old-now)
}

// Notes on a workload: its new pods are waited for, on the side where it is
// applied and on the side where it is not; it rolls, and keeps so many; its
// replicas are no longer said.
const (
	newPods  = "new pods not ready"
	notReady = "with its pods ready"
	downTo   = "down to " // so many for a while
	unsaid   = "replicas taken out, 1 pod for a while"
	said     = "its replicas, whatever its autoscaler says, for a while"
)

// podNote says what becomes of a workload's pods, of which so many are ready at the
// Least.
func podNote(was, is cluster.Pods, least int) string {
	switch {
	case is.Workload.Node == nil:
		return "removed"
	case was.Workload.Node == nil || was.Count == 0:
		return newPods
	case is.Count == 0:
		return "scaled to 0"
	case cluster.ReplicasGone(was, is) && min(was.Count, is.Count) > 1:
		return unsaid
	case cluster.FewerSaid(was, is):
		return said
	case parallel(is.Workload) && Renumbered(was.Workload, is.Workload) > 0:
		return fmt.Sprintf("%d of its pods go at once", Renumbered(was.Workload, is.Workload))
	case least < min(was.Count, is.Count):
		return fmt.Sprintf("%s%d for a while", downTo, least)
	case is.Count < was.Count:
		return fmt.Sprintf("scaled to %d", is.Count)
	case is.Count > was.Count:
		return newPods
	}
	return ""
}
