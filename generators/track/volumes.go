package track

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"go.yaml.in/yaml/v3"
)

// claims gives a track the persistent volumes that the Release chose: scratch
// goes with the pods, perTrack stays with the track, shared is one for both. Those of
// clone are made by themselves, see copiesOf.
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
		switch choice {
		case "perTrack":
			always = append(always, claim)
		case "scratch":
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
var retention = map[string]string{"scratch": "Delete", "perTrack": "Retain", "clone": "Delete"}

// retain says what becomes of the volumes of claim templates when the track's
// workload goes, and, where the user is silent, when it has fewer pods.
func (m Maker) retain(o kube.Object) kube.Object {
	policy, chosen := retention[m.VolumeChoice()]
	if !chosen || len(kube.Items(o.Node, "spec", "volumeClaimTemplates")) == 0 {
		return o
	}
	o = o.With(policy, "spec", retentionField, "whenDeleted")
	if m.VolumeChoice() == "clone" { // the claims are in Git: what is deleted there is made again
		return o.With("Retain", "spec", retentionField, "whenScaled")
	}
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

// Volumes that begin as copies of the live track's (volumes: clone) are claims with a data
// source: the claim of the same volume on the live track, or a
// snapshot of that. What they are made from goes when the live track does; a claim that
// has its volume does not mind.

// claimName is the claim of a StatefulSet's pod (Kubernetes v1.37,
// pkg/controller/statefulset, getPersistentVolumeClaimName).
func claimName(template, set string, ordinal int) string {
	return fmt.Sprintf("%s-%s-%d", template, set, ordinal)
}

// clones are the claims of the candidate's pods that begin as copies, with the snapshots
// that they are made from. The StatefulSet finds those of its pods by their names.
func (m Maker) clones(o kube.Object, track string) []kube.Object {
	var all []kube.Object
	for _, claim := range m.claimed(o, track) {
		all = append(all, m.clone(claim.copy, claim.source)...)
	}
	from := m.Name(m.Release.Spec.Live)
	first, _ := kube.Number(o.Node, "spec", "ordinals", "start")
	for _, t := range kube.Items(o.Node, "spec", "volumeClaimTemplates") {
		name := kube.Text(t, "metadata", "name")
		if _, there := m.ClaimTemplate(m.Release.Spec.Live, name); !there {
			continue // new in this version: the StatefulSet makes empty ones
		}
		for i := range min(m.Size().Capacity, workload.MostCopies) {
			claim := m.owned(ofTemplate(t, o, claimName(name, o.Name, first+i)), track)
			all = append(all, m.clone(claim, claimName(name, from, first+i))...)
		}
	}
	return all
}

// ofTemplate is a claim of a StatefulSet's template, with the labels that the StatefulSet
// gives those that it makes itself.
func ofTemplate(t *yaml.Node, set kube.Object, name string) kube.Object {
	claim := kube.Object{ID: kube.ID{Version: "v1", Kind: "PersistentVolumeClaim", Namespace: set.Namespace}}
	claim.Node = kube.Put(kube.Put(nil, "v1", "apiVersion"), claim.Kind, "kind")
	claim.Node = kube.Put(kube.Put(claim.Node, kube.Get(t, "metadata"), "metadata"), kube.Get(t, "spec"), "spec")
	claim = claim.Renamed(name).In(set.Namespace)
	for key, value := range kube.Pairs(set.Node, "spec", "selector", "matchLabels") {
		claim = claim.Labelled(key, value)
	}
	return claim
}

// clone is a claim that begins with the data of another, and the snapshot between the two.
func (m Maker) clone(claim kube.Object, source string) []kube.Object {
	claim = agent.Plain(claim).Without("status").Without("spec", "dataSourceRef")
	class := m.Release.Spec.Workload.Snapshots
	if class == "" || source == "" {
		if source != "" {
			claim = claim.With(dataSource{Kind: "PersistentVolumeClaim", Name: source}, "spec", "dataSource")
		}
		return []kube.Object{claim}
	}
	s := volumeSnapshot{APIVersion: snapshotGroup + "/v1", Kind: "VolumeSnapshot", Metadata: kube.Meta{
		Name: claim.Name, Namespace: claim.Namespace, Labels: kube.Strings(claim.Node, "metadata", "labels"),
	}}
	s.Spec.Class, s.Spec.Source.Claim = class, source
	return []kube.Object{kube.Make(s), claim.With(dataSource{snapshotGroup, "VolumeSnapshot", claim.Name}, "spec", "dataSource")}
}

// claim is the track's own of a claim of the manifests.
type claim struct {
	copy   kube.Object
	source string // the live track's for the same volume; "" if it has none
}

// claimed are the track's own of the claims that pods name.
func (m Maker) claimed(o kube.Object, track string) []claim {
	var all []claim
	for _, v := range kube.Items(o.Node, "spec", "template", "spec", "volumes") {
		name := kube.Text(v, "persistentVolumeClaim", "claimName")
		i := slices.IndexFunc(m.Manifests, func(c kube.Object) bool {
			return c.Is("", "PersistentVolumeClaim") && (c.Name == name || c.Name+"-"+track == name)
		})
		if name == "" || i < 0 {
			continue
		}
		next := claim{copy: m.copied(m.Manifests[i], track)}
		if track == m.Release.Candidate() {
			next.source = m.liveClaim(kube.Text(v, "name"), m.Manifests[i].Name)
		}
		if !slices.ContainsFunc(all, func(c claim) bool { return c.copy.Name == next.copy.Name }) {
			all = append(all, next)
		}
	}
	return all
}

// liveClaim is the claim that the live track has for a volume.
func (m Maker) liveClaim(volume, claim string) string {
	kept, there := m.SnapshotWorkload(m.Release.Spec.Live)
	if !there {
		return claim + "-" + m.Release.Spec.Live
	}
	for _, v := range kube.Items(kept.Node, "spec", "template", "spec", "volumes") {
		if kube.Text(v, "name") == volume {
			return kube.Text(v, "persistentVolumeClaim", "claimName")
		}
	}
	return ""
}

// copiesOf are a track's volumes under volumes: clone. They belong to a release and not to
// a version: a candidate that is kept as it ran before gets new ones.
func (m Maker) copiesOf(o kube.Object, track string) []kube.Object {
	spec := m.Release.Spec
	starts := track == m.Release.Candidate() && spec.Stage == "stable"
	var all []kube.Object
	switch {
	case !starts && !m.MadeAnew(track):
		all = m.keptClaims(track)
	case track == m.Release.Candidate():
		all = m.clones(o, track)
	default: // there is nothing to copy yet
		for _, c := range m.claimed(o, track) {
			all = append(all, m.clone(c.copy, "")...)
		}
	}
	slices.SortFunc(all, func(a, b kube.Object) int {
		return cmp.Or(cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name), -cmp.Compare(a.Kind, b.Kind))
	})
	return all
}

// keptClaims are the volumes of a track's snapshot.
func (m Maker) keptClaims(track string) []kube.Object {
	return slices.DeleteFunc(slices.Clone(m.Snapshots[track]), func(o kube.Object) bool {
		return o.Namespace != m.Home(track) || !isVolume(o)
	})
}

// isVolume reports whether an object is a claim, or the snapshot that one is made from.
func isVolume(o kube.Object) bool {
	return o.Is("", "PersistentVolumeClaim") || o.Is(snapshotGroup, "VolumeSnapshot")
}

const snapshotGroup = workload.SnapshotGroup

// dataSource is core/v1 TypedLocalObjectReference.
type dataSource struct {
	APIGroup string `yaml:"apiGroup,omitempty"`
	Kind     string `yaml:"kind"`
	Name     string `yaml:"name"`
}

// volumeSnapshot is the part of snapshot.storage.k8s.io/v1 VolumeSnapshot written here.
type volumeSnapshot struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Metadata   kube.Meta `yaml:"metadata"`
	Spec       struct {
		Class  string `yaml:"volumeSnapshotClassName"`
		Source struct {
			Claim string `yaml:"persistentVolumeClaimName"`
		} `yaml:"source"`
	} `yaml:"spec"`
}
