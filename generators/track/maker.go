package track

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"go.yaml.in/yaml/v3"
)

// Maker makes the tracks of a release, and the Services and other objects that
// stages write beside them, from what was found in the input.
type Maker struct {
	*workload.Source
	Grounded []kube.Object // what other releases copy, and this one leaves to them
}

// copied is an object of the user's as a track's own. Agents apply it and take it
// away as they do the track; claims, which hold what no manifest does, they may be
// told to leave.
func (m Maker) copied(o kube.Object, track string) kube.Object {
	if !o.Is("", "PersistentVolumeClaim") {
		o = agent.Plain(o)
	}
	return m.owned(o.Renamed(o.Name+"-"+track), track)
}

// owned marks an object as a track's, beside its workload.
func (m Maker) owned(o kube.Object, track string) kube.Object {
	if home := m.Home(track); o.Namespace != home {
		o = o.In(home)
	}
	return o.Labelled(workload.ReleaseLabel, m.Release.Metadata.Name).Labelled(workload.TrackLabel, track)
}

// meta is the metadata of an object that the release makes.
func (m Maker) meta(name string) kube.Meta {
	return kube.Meta{Name: name, Namespace: m.Namespace(), Labels: map[string]string{workload.ReleaseLabel: m.Release.Metadata.Name}}
}

// selector selects the pods of a track: the workload's own labels, as the track
// has them, and the track's. The pods of both are those that the first apex
// selects.
func (m Maker) selector(track string) map[string]string {
	if track == "" {
		selector := kube.Strings(workload.PrimaryFirst(m.Apexes, m.Release.Name())[0].Node, "spec", "selector")
		delete(selector, workload.TrackLabel)
		return selector
	}
	o := m.Object
	if kept, there := m.SnapshotWorkload(track); there && !m.MadeAnew(track) {
		o = kept
	}
	selector := kube.Strings(o.Node, "spec", "selector", "matchLabels")
	selector[workload.TrackLabel] = track
	return selector
}

// same is the object with the text of the kept one if they mean the same.
func same(o, kept kube.Object) kube.Object {
	if kube.Equal(o.Node, kept.Node) {
		return kept
	}
	return o
}

func (m Maker) sameAsKept(o kube.Object, track string) kube.Object {
	for _, kept := range m.Snapshots[track] {
		if kept.Key() == o.Key() {
			return same(o, kept)
		}
	}
	return o
}

// eachItem changes every element of a list of the object, if it has the list.
func eachItem(o kube.Object, fn func(*yaml.Node) *yaml.Node, path ...string) kube.Object {
	if o.Get(path...) == nil {
		return o
	}
	return o.Edit(func(list *yaml.Node) *yaml.Node {
		return kube.Each(list, func(item *yaml.Node) []*yaml.Node { return []*yaml.Node{fn(item)} })
	}, path...)
}

// spreadPaths are the label selectors by which pods of a workload keep away
// from each other (core/v1 PodSpec).
var spreadPaths = [][]string{
	strings.Fields("topologySpreadConstraints * labelSelector"),
	strings.Fields("affinity podAntiAffinity requiredDuringSchedulingIgnoredDuringExecution * labelSelector"),
	strings.Fields("affinity podAntiAffinity preferredDuringSchedulingIgnoredDuringExecution * podAffinityTerm labelSelector"),
}

// spread lets pods keep away from those of their own track alone. Selectors
// that name the app would count both tracks: with a required anti-affinity the
// candidate would wait for as many nodes again. A selector that takes pods
// without labels names nobody: who asked for a node alone gets it.
func (m Maker) spread(o kube.Object, track string) kube.Object {
	spec := o.Get("spec", "template", "spec")
	for _, path := range spreadPaths {
		spec = kube.EditAll(spec, func(selector *yaml.Node) *yaml.Node {
			if !kube.LabelSelects(selector, m.Labels()) || kube.LabelSelects(selector, nil) {
				return selector
			}
			return kube.Put(selector, track, "matchLabels", workload.TrackLabel)
		}, path...)
	}
	if kube.Equal(spec, o.Get("spec", "template", "spec")) {
		return o
	}
	return o.With(spec, "spec", "template", "spec")
}
