package track

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// Tracks makes both, and refuses a release from a version to itself.
func (m Maker) Tracks() ([2]Track, []schemas.Finding) {
	blue, found := m.Track(schemas.Blue)
	green, more := m.Track(schemas.Green)
	found = append(found, more...)
	tracks := [2]Track{blue, green}
	c := m.Release.Candidate()
	if c == "" || schemas.Failed(found) {
		return tracks, found
	}
	anew, more := m.again(c, tracks)
	found = append(found, more...)
	if live := m.Release.Spec.Live; anew.Revision == find(tracks, live).Revision || find(tracks, c).Revision == find(tracks, live).Revision {
		found = append(found, m.Release.Find("tracks-same", "spec.tracks."+c, "the candidate runs the same version as the live track",
			"another image, env or configuration; or {} while there is nothing to release"))
	}
	return tracks, found
}

// again is the candidate as the manifests would make it now. That must be
// possible at every stage, though it is kept as it is: an abort leads to stable,
// and is not to be refused there.
func (m Maker) again(candidate string, tracks [2]Track) (Track, []schemas.Finding) {
	t := find(tracks, candidate)
	if !t.Frozen || m.Release.Spec.Tracks.Get(candidate).Snapshot == "keep" {
		return t, nil
	}
	return m.fresh(candidate)
}

func find(tracks [2]Track, name string) Track {
	if tracks[0].Name == name {
		return tracks[0]
	}
	return tracks[1]
}

// fresh makes a track from the manifests.
func (m Maker) fresh(name string) (Track, []schemas.Finding) {
	t := Track{Name: name, Always: m.services(name), maker: m}
	o := fill(m.Object, m.Release.Spec.Kubernetes)
	o, found := m.images(o, name, m.Release.Spec.Tracks.Get(name).Version)
	o = m.environment(o, name)
	plain := o.Get("spec", "template")
	o = m.spread(o, name)
	o, copies, more := m.configure(o, name)
	t.Revision = revision(plain, copies)
	o, always, claims := m.claims(o, name)
	o, governing := m.governing(o, name)
	o = m.identity(o, name).
		With(name, "spec", "selector", "matchLabels", workload.TrackLabel).
		With(name, "spec", "template", "metadata", "labels", workload.TrackLabel).
		With(m.version(name), "metadata", "annotations", workload.VersionAnnotation).
		With(t.Revision, "metadata", "annotations", workload.RevisionAnnotation)
	t.Always = slices.Concat(t.Always, governing, always, m.copies(name), m.ground(name))
	t.Pods = slices.Concat([]kube.Object{o}, copies, claims, m.budgets(name))
	if m.VolumeChoice() == "clone" {
		t.Claims = m.copiesOf(o, name)
	}
	return t, append(found, more...)
}

// Track makes a track: from its snapshot while it serves, else from the
// manifests. An idle track has no pods at any stage.
func (m Maker) Track(name string) (Track, []schemas.Finding) {
	spec := m.Release.Spec.Tracks.Get(name)
	_, there := m.SnapshotWorkload(name)
	switch {
	case spec.Idle():
		return m.asleep(name), nil
	case spec.Snapshot == "keep" && !there:
		return Track{Name: name, maker: m}, []schemas.Finding{m.Release.Find("snapshot-missing", "spec.tracks."+name+".snapshot",
			fmt.Sprintf("there is no snapshot of %s to keep", name), "leave it out: the track is made from the manifests")}
	case m.MadeAnew(name):
		t, found := m.fresh(name)
		return t, append(found, m.checkKept(name)...)
	}
	return m.thaw(name)
}
