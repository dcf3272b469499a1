package track

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// checkSelf: the pods of a snapshot are those of its track.
func (m Maker) checkSelf(track string, kept kube.Object) []schemas.Finding {
	labels := kube.Strings(kept.Node, "spec", "template", "metadata", "labels")
	if labels[workload.TrackLabel] == track && kept.Text("spec", "selector", "matchLabels", workload.TrackLabel) == track &&
		kube.LabelSelects(kept.Get("spec", "selector"), labels) {
		return nil
	}
	return []schemas.Finding{kept.Find("snapshot-unusable",
		fmt.Sprintf("%s does not select its own pods by the label %s: %s", kept.ID, workload.TrackLabel, track),
		"put the file back as it was in the commit that started the track", "spec", "selector")}
}

// Frozen while a track serves are its pod template, its configuration and the
// ports of its Service. Everything else follows the manifests at once: replicas,
// autoscalers, budgets, rollout strategy.

// frozen are the parts of a workload that a track keeps, or keeps being without.
// All but the template and what becomes of claims are immutable in a cluster.
var frozen = [][]string{
	strings.Fields("spec template"), strings.Fields("spec selector"), strings.Fields("spec volumeClaimTemplates"),
	strings.Fields("spec serviceName"), strings.Fields("spec podManagementPolicy"),
	strings.Fields("spec persistentVolumeClaimRetentionPolicy"),
}

// thaw makes a track from its snapshot. Objects that come out the same keep
// their text.
func (m Maker) thaw(track string) (Track, []schemas.Finding) {
	kept, _ := m.SnapshotWorkload(track)
	o := m.identity(fill(m.Object, m.Release.Spec.Kubernetes), track)
	for _, path := range frozen {
		switch n := kept.Get(path...); n {
		case nil:
			o = o.Without(path...)
		default:
			o = o.With(n, path...)
		}
	}
	if m.VolumeChoice() == "clone" {
		o = m.retain(o) // claims that stay would stand in the way of the next copies
	}
	for _, key := range []string{workload.VersionAnnotation, workload.RevisionAnnotation} {
		if v := kept.Text("metadata", "annotations", key); v != "" {
			o = o.With(v, "metadata", "annotations", key)
		}
	}
	t := m.asleep(track)
	t.Revision = cmp.Or(kept.Text("metadata", "annotations", workload.RevisionAnnotation), revision(kept.Get("spec", "template"), nil))
	t.Pods = slices.DeleteFunc(t.Pods, func(p kube.Object) bool { return p.Key() == kept.Key() || p.Kind == "PodDisruptionBudget" })
	t.Pods = append([]kube.Object{same(o, kept)}, t.Pods...)
	if m.VolumeChoice() == "clone" {
		t.Claims = m.copiesOf(o, track)
	}
	for _, b := range m.budgets(track) {
		t.Pods = append(t.Pods, m.sameAsKept(b, track))
	}
	return t, slices.Concat(m.checkVersion(track, kept), m.checkLabels(track, kept), m.checkSelf(track, kept))
}

// asleep is an idle track: its Service, and what its snapshot holds, which no
// stage refers to.
func (m Maker) asleep(track string) Track {
	t := Track{Name: track, maker: m}
	if _, there := m.SnapshotWorkload(track); !there {
		t.Always = slices.Concat(m.services(track), m.copies(track), m.ground(track))
		return t
	}
	t.Frozen = true
	if _, there := m.SnapshotService(track); !there {
		t.Always = m.services(track)
	}
	for _, o := range m.Snapshots[track] {
		switch {
		case o.Namespace != m.Home(track) || o.Text("metadata", "labels", workload.JobLabel) != "":
		case m.VolumeChoice() == "clone" && isVolume(o):
			t.Claims = append(t.Claims, o)
		case o.Is("", "Service") || o.Is("", "PersistentVolumeClaim") && m.VolumeChoice() == "perTrack":
			t.Always = append(t.Always, o)
		case slices.Contains(snapshotKinds, o.Kind):
			t.Pods = append(t.Pods, o)
		}
	}
	for _, list := range [][]kube.Object{t.Always, t.Pods} {
		slices.SortStableFunc(list, func(a, b kube.Object) int { return m.order(track, a, b) })
	}
	t.Always = slices.Concat(t.Always, m.copies(track), m.ground(track))
	return t
}

// snapshotKinds are what a track's pods come with.
var snapshotKinds = []string{
	"Deployment", "StatefulSet", "ConfigMap", "Secret", "ExternalSecret", "PersistentVolumeClaim", "PodDisruptionBudget",
}

// order is that in which a track made anew lists its objects: by kind, then by
// the name of what they were copied from. Secrets are called as pods call them,
// whatever makes them.
func (m Maker) order(track string, a, b kube.Object) int {
	key := func(o kube.Object) (int, string) {
		name, rank := o.Name, slices.Index(snapshotKinds, o.Kind)
		switch {
		case o.Kind == "ExternalSecret":
			name, rank = workload.ExternalTarget(o), slices.Index(snapshotKinds, "Secret")
		case o.Name == m.Name(track):
			name = "" // before the StatefulSet's own Service
		}
		return rank, strings.TrimSuffix(name, "-"+track)
	}
	rankA, nameA := key(a)
	rankB, nameB := key(b)
	return cmp.Or(cmp.Compare(rankA, rankB), cmp.Compare(nameA, nameB))
}

// version names what the Release says of a track, but for how it is kept.
func (m Maker) version(track string) string {
	t := m.Release.Spec.Tracks.Get(track)
	said := []any{t.Image, t.Images, t.Env, t.Config}
	if len(t.Args) > 0 { // what was made before there were any is called as it was
		said = append(said, t.Args)
	}
	return kube.Hash(kube.Node(fmt.Sprintf("%q", said)))
}

// checkVersion: a track that is made from its snapshot runs what the Release
// says it runs.
func (m Maker) checkVersion(track string, kept kube.Object) []schemas.Finding {
	at := "spec.tracks." + track
	t := m.Release.Spec.Tracks.Get(track)
	runs := m.runs(track, kept)
	why, hint := m.keeps(track)
	switch {
	case t.Image != "" && runs != t.Image:
		return []schemas.Finding{m.Release.Find("snapshot-image", at+".image",
			fmt.Sprintf("the Release says image %s, and track %s was made with %s: %s", t.Image, track, runs, why), hint)}
	case !slices.Contains([]string{"", m.version(track)}, kept.Text("metadata", "annotations", workload.VersionAnnotation)):
		return []schemas.Finding{m.Release.Find("snapshot-differs", at,
			fmt.Sprintf("track %s was made with other images, env, args or config: %s", track, why), hint)}
	}
	return nil
}

// keeps says why a track is made from its snapshot, and what to do instead.
func (m Maker) keeps(track string) (why, hint string) {
	switch {
	case track == m.Release.Spec.Live:
		return "a track that serves cannot change", "a new version goes to the other track"
	case m.Release.Spec.Stage == "stable":
		return "its snapshot is to be kept", "say what it was made with; or leave snapshot: keep out, and the track is made from the manifests"
	}
	return "a track that runs cannot change", "go back to stage stable first; the candidate is made again from the manifests there"
}

// checkLabels: Services and budgets of the manifests select the pods that serve.
// A Service that the track knows nothing of never leads to it.
func (m Maker) checkLabels(track string, kept kube.Object) []schemas.Finding {
	labels := kube.Strings(kept.Node, "spec", "template", "metadata", "labels")
	recorded, frozen := m.Recorded(track)
	var lost []kube.Object
	for _, o := range m.Apexes {
		if _, known := recorded[o.Name]; !kube.Selects(o.Get("spec", "selector"), labels) && (known || !frozen || m.InPlace) {
			lost = append(lost, o)
		}
	}
	for _, o := range m.Budgets {
		if !kube.LabelSelects(o.Get("spec", "selector"), labels) {
			lost = append(lost, o)
		}
	}
	var found []schemas.Finding
	for _, o := range lost {
		found = append(found, o.Find("labels-changed",
			fmt.Sprintf("%s does not select the pods of track %s, which keep the labels they were started with", o.ID, track),
			"keep the old labels until every track that runs has the new ones", "spec", "selector"))
	}
	return found
}

// checkKept: a track that serves was made from the workload that the Release
// names. Made from another one, it would start anew while it serves.
func (m Maker) checkKept(track string) []schemas.Finding {
	spec := m.Release.Spec
	if spec.Tracks.Get(track).Idle() || spec.Stage == "stable" && track == m.Release.Candidate() {
		return nil
	}
	if _, there := m.SnapshotWorkload(track); there {
		return nil
	}
	for _, o := range m.Snapshots[track] {
		if home := m.Home(track); o.Is("apps", m.Object.Kind) && o.Name == m.Name(track) && o.Namespace != home {
			return []schemas.Finding{m.Release.Find("track-namespace", "spec.tracks."+track+".namespace",
				fmt.Sprintf("track %s serves from namespace %s, and the Release says %s: nothing that serves moves", track, o.Namespace, home),
				"put it back; a track gets another namespace while it is idle, and the next release starts there")}
		}
		if o.Group == "apps" {
			return []schemas.Finding{m.Release.Find("snapshot-unusable", "spec.workload",
				fmt.Sprintf("track %s serves and was made from %s, and the Release now names %s", track, o.ID, m.Object.ID),
				"write another Release for another workload")}
		}
	}
	return nil
}

// identity is the workload under the track's name, without what belongs to the
// stage, to the autoscaler or to the cluster.
func (m Maker) identity(o kube.Object, track string) kube.Object {
	return m.retain(m.owned(agent.Plain(o).Renamed(m.Name(track)), track).Without("spec", "replicas").Without("status"))
}
