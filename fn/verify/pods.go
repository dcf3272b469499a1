package verify

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// This file says how many pods of a workload are ready on the way.

// podVariant is the pods of a workload on one side of an edge.
type podVariant struct {
	there  bool
	labels map[string]string
	least  int // ready pods in the worst case: those it starts are not
	count  int // guaranteed once it has settled
	object kube.Object
	moves  []move
}

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
func (s *supplies) variants(id kube.ID) []podVariant {
	known, ok := s.pods[id]
	if !ok {
		known = s.findVariants(id)
		s.pods[id] = known
	}
	return known
}

func (s *supplies) findVariants(id kube.ID) []podVariant {
	was, inFrom := s.from.podsOf[id]
	is, inTo := s.to.podsOf[id]
	c := change{was.Workload, is.Workload}
	old := podVariant{there: inFrom, labels: was.Labels, least: was.Count, count: was.Count, object: was.Workload}
	all := []podVariant{old}
	scaling, rescaled := s.scaling(id)
	if rescaled && inFrom {
		floor, ok := s.to.scalers[id]
		if ok && floor.floor < was.Count {
			one := old
			one.least, one.count, one.moves = floor.floor, floor.floor, []move{{change: scaling, applied: true, note: fmt.Sprintf("leaves %d pods", floor.floor)}}
			all = append(all, one)
		}
		if ok && floor.floor > was.Count {
			one := old
			one.count, one.moves = floor.floor, []move{{change: scaling, applied: true, note: newPods}}
			all[0].moves = []move{{change: scaling, note: notReady}}
			all = append(all, one)
		}
	}
	if !s.moves(id) {
		return all
	}
	note := podNote(was, is, inFrom, inTo)
	waiting := move{change: c}
	if note == newPods {
		waiting.note = notReady
	}
	for i := range all {
		all[i].moves = append(all[i].moves, waiting)
	}
	all = append(all, podVariant{
		there: inTo, labels: is.Labels, least: readyAfter(was, is), count: is.Count, object: is.Workload,
		moves: []move{{change: c, applied: true, note: note}},
	})
	return all
}

// scaling is the change of a workload's autoscaler, if it changes.
func (s *supplies) scaling(id kube.ID) (change, bool) {
	was, inFrom := s.from.scalers[id]
	is, inTo := s.to.scalers[id]
	switch {
	case !inFrom && !inTo, inFrom && inTo && was.Key() == is.Key() && !s.moves(is.Key()):
		return change{}, false
	}
	return change{was.Object, is.Object}, true
}

// readyAfter is how many ready pods a workload has at the least once its new
// manifest is applied: pods that it starts are not ready, and what rolls keeps
// no more than its strategy says.
func readyAfter(was, is Pods) int {
	if is.Workload.Node == nil || was.Workload.Node == nil {
		return 0
	}
	n := min(was.Count, is.Count)
	if replicasGone(was, is) {
		n = min(n, 1)
	}
	if is.Workload.Text("spec", "podManagementPolicy") == "Parallel" {
		n = max(0, n-renumbered(was.Workload, is.Workload))
	}
	if kube.Equal(was.Workload.Get("spec", "template"), is.Workload.Get("spec", "template")) {
		return n
	}
	return max(0, n-unavailable(is.Workload, n))
}

// renumbered is how many pods of a StatefulSet are replaced as its numbers
// begin elsewhere. Without podManagementPolicy: Parallel the old ones stay
// until all new ones are ready (apps/v1, spec.ordinals.start).
func renumbered(was, is kube.Object) int {
	old, _ := kube.Number(was.Node, "spec", "ordinals", "start")
	now, _ := kube.Number(is.Node, "spec", "ordinals", "start")
	return max(now-old, old-now)
}

// replicasGone reports whether replicas is taken out of a manifest: the field
// falls to its default then, which is 1.
func replicasGone(was, is Pods) bool {
	_, had := kube.Number(was.Workload.Node, "spec", "replicas")
	_, has := kube.Number(is.Workload.Node, "spec", "replicas")
	return had && !has
}

// unavailable is how many of n pods a rolling update takes away before new ones
// are ready (apps/v1: 25 %, rounded down).
func unavailable(o kube.Object, n int) int {
	path := []string{"spec", "strategy", "rollingUpdate", "maxUnavailable"}
	kind, fallback := o.Text("spec", "strategy", "type"), "25%"
	if o.Kind != "Deployment" {
		path[1], fallback = "updateStrategy", "1"
		kind = o.Text("spec", "updateStrategy", "type")
	}
	switch kind {
	case "Recreate":
		return n
	case "OnDelete":
		return 0
	}
	text := cmp.Or(o.Text(path...), fallback)
	if percent, ok := strings.CutSuffix(text, "%"); ok {
		p, _ := strconv.Atoi(percent)
		return n * min(max(p, 0), 100) / 100
	}
	k, _ := strconv.Atoi(text)
	return max(k, 0)
}

// Notes on a workload: its new pods are waited for, on the side where it is
// applied and on the side where it is not; its replicas are no longer said.
const (
	newPods  = "new pods not ready"
	notReady = "with its pods ready"
	unsaid   = "replicas taken out, 1 pod for a while"
)

// podNote says what becomes of a workload's pods.
func podNote(was, is Pods, inFrom, inTo bool) string {
	switch {
	case !inTo:
		return "removed"
	case !inFrom || was.Count == 0:
		return newPods
	case is.Count == 0:
		return "scaled to 0"
	case replicasGone(was, is) && min(was.Count, is.Count) > 1:
		return unsaid
	case readyAfter(was, is) < min(was.Count, is.Count):
		return fmt.Sprintf("down to %d for a while", readyAfter(was, is))
	case is.Count < was.Count:
		return fmt.Sprintf("scaled to %d", is.Count)
	case is.Count > was.Count:
		return newPods
	}
	return ""
}
