package track

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// Selecting is a Service that selects a track, or both if track is "".
func Selecting(o kube.Object, track string) kube.Object {
	o = o.Without("status")
	if track == "" {
		return o.Without("spec", "selector", workload.TrackLabel)
	}
	return o.With(track, "spec", "selector", workload.TrackLabel)
}

// At are the apexes while they select a track, or both if that is "". What the
// track knows nothing of is left out: it appears when the apexes move to a track
// that does.
func (m Maker) At(track string) []kube.Object {
	from := track
	if from == "" {
		from = m.Release.Spec.Live // both lead to the same: see CheckTargets
	}
	recorded, frozen := m.Recorded(from)
	var apexes []kube.Object
	for _, o := range m.Apexes {
		ports, known := recorded[o.Name]
		switch {
		case !frozen || m.InPlace:
			apexes = append(apexes, Selecting(o, track))
		case known:
			apexes = append(apexes, leading(Selecting(o, track), ports))
		}
	}
	return apexes
}

// leading is a Service whose ports lead where they were recorded to.
func leading(o kube.Object, ports map[string]string) kube.Object {
	asRecorded := func(n *yaml.Node) bool {
		p := workload.ReadPort(n)
		return ports[p.Key()] == p.Target.Value
	}
	if !slices.ContainsFunc(kube.Items(o.Node, "spec", "ports"), func(n *yaml.Node) bool { return !asRecorded(n) }) {
		return o // as it is written
	}
	return o.Edit(func(list *yaml.Node) *yaml.Node {
		return kube.Each(list, func(n *yaml.Node) []*yaml.Node {
			target, known := ports[workload.ReadPort(n).Key()]
			switch {
			case !known:
				return nil
			case asRecorded(n):
				return []*yaml.Node{n}
			}
			return []*yaml.Node{kube.Put(n, targetNode(target), "targetPort")}
		})
	}, "spec", "ports")
}

// targetNode is a targetPort: a number, or the name of a container port.
func targetNode(target string) *yaml.Node {
	n := kube.Node(target)
	if strings.Trim(target, "0123456789") == "" {
		n.Tag, n.Style = "!!int", 0
	}
	return n
}
