package track

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/kube"
)

// Track is one place a version can run, with everything that belongs to it.
type Track struct {
	Name     string
	Always   []kube.Object // exist at every stage: Services, volumes that stay
	Claims   []kube.Object // exist while the track runs, and before: volumes that begin as copies
	Pods     []kube.Object // exist while the track runs: workload, configuration, budgets
	Revision string        // names the pod template: 8 hex digits; empty when idle
	Frozen   bool          // made from its snapshot

	maker Maker
}

// At are the track's objects at a stage.
func (t Track) At(s stage.Stage) []kube.Object {
	if s.Claims(t.Name) {
		return slices.Concat(t.Always, t.Claims)
	}
	return t.Objects(s.Pods(t.Name))
}

// Objects are the track's objects with that many guaranteed pods; without pods it has only
// what exists always.
func (t Track) Objects(pods int) []kube.Object {
	objects := slices.Clone(t.Always)
	if pods == 0 {
		return objects
	}
	objects = append(objects, t.Claims...)
	for _, o := range t.Pods {
		if o.Is("apps", t.maker.Object.Kind) && len(t.maker.Scalers) == 0 {
			o = o.With(pods, "spec", "replicas")
		}
		objects = append(objects, o)
	}
	return append(objects, t.Scalers(pods)...)
}

// Scaled reports whether an autoscaler sets the number of the track's pods.
func (t Track) Scaled() bool { return len(t.maker.Scalers) > 0 }

// Workload is the name of the object that holds the track's pods.
func (t Track) Workload() string { return t.maker.Name(t.Name) }

// Image is the image of the track's main container, "" when it is idle.
func (t Track) Image() string {
	if len(t.Pods) == 0 {
		return ""
	}
	return t.maker.runs(t.Name, t.Pods[0])
}

// Scalers are the track's autoscalers with a floor, which is 1 or more and holds
// while there is nothing to do, too.
func (t Track) Scalers(floor int) []kube.Object {
	m := t.maker
	var scalers []kube.Object
	for _, o := range m.Scalers {
		scaler := workload.RetargetScaler(m.copied(o, t.Name), m.Name(t.Name), floor, "-"+t.Name)
		scalers = append(scalers, scaler)
	}
	return scalers
}
