package interleave

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file knows how many pods controllers keep ready while they replace them
// (apps/v1 and pkg/controller/deployment, statefulset and daemon of Kubernetes
// v1.37). TestRolls holds it to a model of their steps.

// Bound is how many ready pods a rolling update keeps, or all if there are fewer:
// N, or N percent of them rounded up. The zero Bound is one pod.
type Bound struct {
	N       int
	Percent bool
}

// ParseBound reads a bound as people write it: 2, or 60%.
func ParseBound(text string) (Bound, error) {
	number, percent := strings.CutSuffix(text, "%")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > maxReplicas || percent && n > 100 {
		return Bound{}, fmt.Errorf("%q is neither a number of pods from 1 nor a percentage from 1%% to 100%%", text)
	}
	return Bound{n, percent}, nil
}

// maxReplicas is more than any workload has, and small enough to be multiplied.
const maxReplicas = 1 << 24

// Of is what the bound comes to among n pods.
func (b Bound) Of(n int) int {
	if b.Percent {
		return portion(strconv.Itoa(b.N)+"%", n, true)
	}
	return min(max(b.N, 1), n)
}

// Replaced is how many of a workload's pods its controller replaces once a manifest
// is applied, if there are to be so many in all. What was written while it held still
// is replaced when it is let go.
func Replaced(was, is cluster.Pods, total int) int {
	old, now := was.Workload, is.Workload
	changed := !cluster.SameTemplate(old, now)
	switch now.Kind {
	case "Deployment":
		if !Paused(now) && (changed || Paused(old)) {
			return total
		}
	case "StatefulSet":
		upTo := had(was, is, total)
		if !changed {
			upTo = untouched(old, upTo)
		}
		return max(0, upTo-untouched(now, total))
	case "DaemonSet":
		if !onDelete(now) && (changed || onDelete(old)) || unsuited(old, now) {
			return total
		}
	}
	return 0 // a ReplicaSet leaves the pods it has alone
}

// ReplacesAny reports whether any pod is replaced, those that an autoscaler may have
// started among them.
func ReplacesAny(was, is cluster.Pods) bool {
	total := is.Count
	if was.Autoscaled || is.Autoscaled {
		total = maxReplicas
	}
	return Replaced(was, is, total) > 0
}

// had is how many of the pods that there are to be are there before. An autoscaler may
// have started any of them.
func had(was, is cluster.Pods, total int) int {
	if was.Autoscaled || is.Autoscaled {
		return total
	}
	return min(was.Count, total)
}

// untouched is how many pods of a StatefulSet, from the first one on, keep the
// template that they have.
func untouched(o kube.Object, total int) int {
	if onDelete(o) {
		return total
	}
	n, _ := kube.Number(o.Node, "spec", "updateStrategy", "rollingUpdate", "partition")
	return min(max(n, 0), total)
}

func onDelete(o kube.Object) bool { return o.Text("spec", "updateStrategy", "type") == "OnDelete" }

// keeps is how many of a workload's pods are ready at the least while its controller
// replaces some, if all were. It is the least for all larger totals too.
func keeps(was, is cluster.Pods, total int) int {
	n, o := Replaced(was, is, total), is.Workload
	switch {
	case n == 0:
		return total
	case o.Kind == "StatefulSet":
		if parallel(o) { // those that it starts beside them count as stopped
			n += total - had(was, is, total)
		}
		return total - min(n, stopped(o, total))
	case o.Kind == "DaemonSet":
		return keptOnNodes(was.Workload, o, total)
	}
	return total - min(n, unavailable(o, total))
}

// unavailable is how many pods a Deployment takes away before new ones are ready:
// a percentage rounded down, 25 % if it does not say.
func unavailable(o kube.Object, total int) int {
	if o.Text("spec", "strategy", "type") == "Recreate" {
		return total
	}
	field := func(name string) string {
		return cmp.Or(o.Text("spec", "strategy", "rollingUpdate", name), "25%")
	}
	k := portion(field("maxUnavailable"), total, false)
	if k == 0 && portion(field("maxSurge"), total, true) == 0 {
		return 1 // something must give (pkg/controller/deployment/util, ResolveFenceposts)
	}
	return k
}

// stopped is how many pods a StatefulSet stops before new ones are ready: always
// one, or maxUnavailable (beta and on since v1.35). A percentage is rounded up, as
// apps/v1 has it; the controller of v1.37 rounds it down.
func stopped(o kube.Object, total int) int {
	if o.Text("spec", "updateStrategy", "type") == "Recreate" { // alpha in v1.37
		return total
	}
	return max(1, portion(o.Text("spec", "updateStrategy", "rollingUpdate", "maxUnavailable"), total, true))
}

// keptOnNodes is keeps for a DaemonSet. How many nodes it has nobody says: total
// stands for those of several, of which a rolling update leaves some if it takes
// one at a time, or up to half of them (rounded up: one of three). From nodes that
// no longer suit it, it takes all pods at once.
func keptOnNodes(was, is kube.Object, total int) int {
	if unsuited(was, is) {
		return 0
	}
	text := cmp.Or(is.Text("spec", "updateStrategy", "rollingUpdate", "maxUnavailable"), "1")
	part, most := text, 1
	if percent, ok := strings.CutSuffix(text, "%"); ok {
		part, most = percent, 50
	}
	if k, err := strconv.Atoi(part); err == nil && k <= most {
		return total
	}
	return 0
}

// unsuited reports whether a DaemonSet may no longer run on nodes where it ran: its
// pods there are stopped, whatever its strategy. What asks less of a node, or
// tolerates more, suits them all.
func unsuited(was, is kube.Object) bool {
	spec := func(o kube.Object, field string) *yaml.Node { return o.Get("spec", "template", "spec", field) }
	for _, field := range []string{"affinity", "nodeName"} {
		if now := spec(is, field); now != nil && !kube.Equal(spec(was, field), now) {
			return true
		}
	}
	old := kube.Strings(was.Node, "spec", "template", "spec", "nodeSelector")
	for k, v := range kube.Pairs(is.Node, "spec", "template", "spec", "nodeSelector") {
		if old[k] != v {
			return true
		}
	}
	now := kube.Items(spec(is, "tolerations"))
	return slices.ContainsFunc(kube.Items(spec(was, "tolerations")), func(t *yaml.Node) bool {
		return !slices.ContainsFunc(now, func(n *yaml.Node) bool { return kube.Equal(t, n) })
	})
}

// Surges reports whether a DaemonSet starts the new pod of a node before it stops
// the old one.
func Surges(o kube.Object) bool {
	return portion(o.Text("spec", "updateStrategy", "rollingUpdate", "maxSurge"), 100, true) > 0 &&
		portion(o.Text("spec", "updateStrategy", "rollingUpdate", "maxUnavailable"), 100, true) == 0
}

// portion is a number, or percent of n rounded up or down (apimachinery,
// intstr.GetScaledValueFromIntOrPercent).
func portion(text string, n int, up bool) int {
	percent, ok := strings.CutSuffix(text, "%")
	k, _ := strconv.Atoi(percent)
	k = max(k, 0)
	switch {
	case !ok:
		return k
	case up:
		return (n*min(k, 100) + 99) / 100
	}
	return n * min(k, 100) / 100
}

// Paused reports whether a Deployment holds still.
func Paused(o kube.Object) bool {
	return o.Is("apps", "Deployment") && o.Text("spec", "paused") == "true"
}

// parallel reports whether a StatefulSet starts and stops its pods all at once.
func parallel(o kube.Object) bool { return o.Text("spec", "podManagementPolicy") == "Parallel" }
