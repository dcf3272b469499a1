package track

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/kube"
)

// claims gives a track the persistent volumes that the Release chose: scratch
// goes with the pods, perTrack stays with the track, shared is one for both.
func (m Maker) claims(o kube.Object, track string) (_ kube.Object, always, pods []kube.Object) {
	choice := m.VolumeChoice()
	if choice == "shared" || choice == "" {
		return o, nil, nil
	}
	spec := o.Get("spec", "template", "spec")
	names := map[string]string{}
	for _, name := range workload.Referenced(spec, "PersistentVolumeClaim") {
		i := slices.IndexFunc(m.Manifests, func(c kube.Object) bool { return c.Is("", "PersistentVolumeClaim") && c.Name == name })
		if i < 0 {
			continue // a finding by now
		}
		claim := m.copied(m.Manifests[i], track)
		names[name] = claim.Name
		if choice == "perTrack" {
			always = append(always, claim)
		} else {
			pods = append(pods, claim)
		}
	}
	if len(names) > 0 {
		o = o.With(workload.RenameReferences(spec, "PersistentVolumeClaim", names), "spec", "template", "spec")
	}
	return o, always, pods
}

// retention is what becomes of volumes by what they are to the tracks: fields of
// apps/v1 StatefulSetPersistentVolumeClaimRetentionPolicy (stable since
// Kubernetes 1.32, on by default since 1.27).
var retention = map[string]string{"scratch": "Delete", "perTrack": "Retain"}

// retain says what becomes of the volumes of claim templates when the track's
// workload goes, and, where the user is silent, when it has fewer pods.
func (m Maker) retain(o kube.Object) kube.Object {
	policy, chosen := retention[m.VolumeChoice()]
	if !chosen || len(kube.Items(o.Node, "spec", "volumeClaimTemplates")) == 0 {
		return o
	}
	o = o.With(policy, "spec", retentionField, "whenDeleted")
	if absent(o, "spec", retentionField, "whenScaled") {
		o = o.With(policy, "spec", retentionField, "whenScaled")
	}
	return o
}

const retentionField = "persistentVolumeClaimRetentionPolicy"

// governing is the track's headless Service of a StatefulSet, if it names one
// that is among the manifests. What the user's own is labelled and annotated for
// (a monitor, a DNS name) is not done twice.
func (m Maker) governing(o kube.Object, track string) (kube.Object, []kube.Object) {
	name := o.Text("spec", "serviceName")
	i := slices.IndexFunc(m.Apexes, func(a kube.Object) bool { return a.Name == name })
	if o.Kind != "StatefulSet" || i < 0 {
		return o, nil
	}
	svc := m.Apexes[i].Renamed(m.Name(track)+"-headless").
		Without("metadata", "labels").
		With(map[string]string{workload.AcceptAnnotation: "request-gone"}, "metadata", "annotations").
		With(track, "spec", "selector", workload.TrackLabel).Without("status")
	svc = m.owned(svc, track)
	return o.With(svc.Name, "spec", "serviceName"), []kube.Object{svc}
}
