package track

import (
	"time"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Size is how many pods a track needs. It is called after Find found no error.
func (m Maker) Size() stage.Size {
	size := stage.Size{
		Capacity: m.Release.Spec.Capacity, Scaled: len(m.Scalers) > 0, Grace: m.grace(), Called: len(m.Apexes) > 0, Cloned: m.Clones(),
	}
	if size.Scaled {
		size.Min = workload.RestFloor(m.Scalers[0])
	}
	size.Plain = m.plainPods()
	if size.Capacity == 0 {
		size.Capacity = m.DefaultCapacity()
	}
	return size
}

// grace is how long a pod of the tracks takes to stop at most: a track that is
// kept as it is may take longer than the manifests say by now.
func (m Maker) grace() schemas.Duration {
	longest := 0
	for _, track := range schemas.TrackNames {
		o, there := m.SnapshotWorkload(track)
		if !there || m.MadeAnew(track) {
			o = fill(m.Object, m.Release.Spec.Kubernetes)
		}
		n, ok := kube.Number(o.Node, "spec", "template", "spec", "terminationGracePeriodSeconds")
		if !ok {
			n = workload.DefaultGrace
		}
		if !m.Release.Spec.Tracks.Get(track).Idle() {
			longest = max(longest, n)
		}
	}
	return schemas.Duration(time.Duration(longest) * time.Second)
}

// budgets are the track's PodDisruptionBudgets: the user's, or one that never
// blocks a drain.
func (m Maker) budgets(track string) []kube.Object {
	var budgets []kube.Object
	for _, b := range m.Budgets {
		budgets = append(budgets, m.copied(b, track).
			With(track, "spec", "selector", "matchLabels", workload.TrackLabel).
			Without("status"))
	}
	if len(budgets) > 0 || m.Size().Capacity < 2 {
		return budgets
	}
	return []kube.Object{m.owned(kube.Make(podDisruptionBudget{
		APIVersion: "policy/v1", Kind: "PodDisruptionBudget",
		Metadata: m.meta(m.Name(track)),
		Spec:     budgetSpec{MaxUnavailable: 1, Selector: workload.LabelSelector{MatchLabels: m.selector(track)}},
	}), track)}
}

// podDisruptionBudget is the part of policy/v1 PodDisruptionBudget written here.
type podDisruptionBudget struct {
	APIVersion string     `yaml:"apiVersion"`
	Kind       string     `yaml:"kind"`
	Metadata   kube.Meta  `yaml:"metadata"`
	Spec       budgetSpec `yaml:"spec"`
}

type budgetSpec struct {
	MaxUnavailable int                    `yaml:"maxUnavailable"`
	Selector       workload.LabelSelector `yaml:"selector"`
}

// plainPods are the guaranteed pods of the workload as the manifests have it.
func (m Maker) plainPods() int {
	if len(m.Scalers) > 0 {
		_, floor, _ := workload.Floor(m.Scalers[0])
		return max(floor, 1)
	}
	if n, ok := kube.Number(m.Object.Node, "spec", "replicas"); ok {
		return max(n, 1)
	}
	return 1
}
