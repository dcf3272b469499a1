package workload

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// Snapshots are what the tracks of a release were rendered from, by track.
type Snapshots map[string][]kube.Object

// VersionAnnotation holds a hash of what the Release said of a track's version
// when the track was made.
const VersionAnnotation = "cutover.dev/version"

// RevisionAnnotation holds the track's revision: a hash of pod template and
// configuration before they bore the track's name.
const RevisionAnnotation = "cutover.dev/revision"

// own are those of the objects that the release made for the track, each once:
// what else stands among them is not of the snapshot.
func (s *Source) own(track string, objects []kube.Object) []kube.Object {
	var own []kube.Object
	seen := map[kube.ID]bool{}
	for _, o := range objects {
		mine := o.Text("metadata", "labels", TrackLabel) == track && o.Text("metadata", "labels", ReleaseLabel) == s.Release.Metadata.Name
		if mine && !seen[o.Key()] {
			seen[o.Key()] = true
			own = append(own, o)
		}
	}
	return own
}

// checkKept: a track that serves was made from the workload that the Release
// names. Made from another one, it would start anew while it serves.
func (s *Source) checkKept(track string) []schemas.Finding {
	spec := s.Release.Spec
	if spec.Tracks.Get(track).Idle() || spec.Stage == "stable" && track == s.Release.Candidate() {
		return nil
	}
	if _, there := s.kept(track); there {
		return nil
	}
	for _, o := range s.snapshots[track] {
		if o.Group == "apps" {
			return []schemas.Finding{s.Release.Find("snapshot-unusable", "spec.workload", fmt.Sprintf("%s serves as %s, and the Release is about %s", track, o.ID, s.Object.ID), "another Release for another workload")}
		}
	}
	return nil
}

// checkSelf: the pods of a snapshot are those of its track.
func (s *Source) checkSelf(track string, kept kube.Object) []schemas.Finding {
	labels := kube.Strings(kept.Node, "spec", "template", "metadata", "labels")
	if labels[TrackLabel] == track && kept.Text("spec", "selector", "matchLabels", TrackLabel) == track && kube.LabelSelects(kept.Get("spec", "selector"), labels) {
		return nil
	}
	return []schemas.Finding{kept.Find("snapshot-unusable", fmt.Sprintf("does not select its own pods by the label %s: %s", TrackLabel, track), "put the file back as it was in the commit that started the track", "spec", "selector")}
}

// Frozen while a track serves are its pod template, its configuration and the
// ports of its Service. Everything else follows the manifests at once: replicas,
// autoscalers, budgets, rollout strategy.

// kept is the workload of a track's snapshot.
func (s *Source) kept(track string) (kube.Object, bool) {
	for _, o := range s.snapshots[track] {
		if o.Is("apps", s.Object.Kind) && o.Name == s.Name(track) && o.Namespace == s.Namespace() {
			return o, true
		}
	}
	return kube.Object{}, false
}

// anew reports whether a track is made from the manifests: it has no snapshot,
// or it is the candidate and has not started, or there are no tracks yet.
func (s *Source) anew(track string) bool {
	_, there := s.kept(track)
	spec := s.Release.Spec
	return !there || spec.Stage == schemas.Adoption[0] || spec.Stage == "stable" && track == s.Release.Candidate() && spec.Tracks.Get(track).Snapshot != "keep"
}

// frozen are the parts of a workload that a track keeps, or keeps being without.
// All but the template and what becomes of claims are immutable in a cluster.
var frozen = [][]string{
	words("spec template"), words("spec selector"), words("spec volumeClaimTemplates"), words("spec serviceName"), words("spec podManagementPolicy"),
	words("spec persistentVolumeClaimRetentionPolicy"),
}

// thaw makes a track from its snapshot. Objects that come out the same keep
// their text.
func (s *Source) thaw(track string) (Track, []schemas.Finding) {
	kept, _ := s.kept(track)
	o := s.identity(fill(s.Object, s.Release.Spec.Kubernetes), track)
	for _, path := range frozen {
		switch n := kept.Get(path...); n {
		case nil:
			o = o.Without(path...)
		default:
			o = o.With(n, path...)
		}
	}
	for _, key := range []string{VersionAnnotation, RevisionAnnotation} {
		if v := kept.Text("metadata", "annotations", key); v != "" {
			o = o.With(v, "metadata", "annotations", key)
		}
	}
	t := s.asleep(track)
	t.Revision = cmp.Or(kept.Text("metadata", "annotations", RevisionAnnotation), revision(kept.Get("spec", "template"), nil))
	t.Pods = slices.DeleteFunc(t.Pods, func(p kube.Object) bool { return p.Key() == kept.Key() || p.Kind == "PodDisruptionBudget" })
	t.Pods = append([]kube.Object{same(o, kept)}, t.Pods...)
	for _, b := range s.budgets(track) {
		t.Pods = append(t.Pods, s.sameAsKept(b, track))
	}
	return t, slices.Concat(s.checkVersion(track, kept), s.checkLabels(track, kept), s.checkSelf(track, kept))
}

// asleep is an idle track: its Service, and what its snapshot holds, which no
// stage refers to.
func (s *Source) asleep(track string) Track {
	t := Track{Name: track, source: s}
	if _, there := s.kept(track); !there {
		t.Always = append(s.services(track), s.copies(track)...)
		return t
	}
	t.Frozen = true
	if _, there := s.keptService(track); !there {
		t.Always = s.services(track)
	}
	for _, o := range s.snapshots[track] {
		switch {
		case o.Namespace != s.Namespace():
		case o.Is("", "Service") || o.Is("", "PersistentVolumeClaim") && s.volumes() == "perTrack":
			t.Always = append(t.Always, o)
		case slices.Contains(snapshotKinds, o.Kind):
			t.Pods = append(t.Pods, o)
		}
	}
	for _, list := range [][]kube.Object{t.Always, t.Pods} {
		slices.SortStableFunc(list, func(a, b kube.Object) int { return s.order(track, a, b) })
	}
	t.Always = append(t.Always, s.copies(track)...)
	return t
}

// snapshotKinds are what a track's pods come with.
var snapshotKinds = []string{"Deployment", "StatefulSet", "ConfigMap", "Secret", "ExternalSecret", "PersistentVolumeClaim", "PodDisruptionBudget"}

// order is that in which a track made anew lists its objects: by kind, then by
// the name of what they were copied from. Secrets are called as pods call them,
// whatever makes them.
func (s *Source) order(track string, a, b kube.Object) int {
	key := func(o kube.Object) (int, string) {
		name, rank := o.Name, slices.Index(snapshotKinds, o.Kind)
		switch {
		case o.Kind == "ExternalSecret":
			name, rank = externalTarget(o), slices.Index(snapshotKinds, "Secret")
		case o.Name == s.Name(track):
			name = "" // before the StatefulSet's own Service
		}
		return rank, strings.TrimSuffix(name, "-"+track)
	}
	rankA, nameA := key(a)
	rankB, nameB := key(b)
	return cmp.Or(cmp.Compare(rankA, rankB), cmp.Compare(nameA, nameB))
}

// same is the object with the text of the kept one if they mean the same.
func same(o, kept kube.Object) kube.Object {
	if kube.Equal(o.Node, kept.Node) {
		return kept
	}
	return o
}

func (s *Source) sameAsKept(o kube.Object, track string) kube.Object {
	for _, kept := range s.snapshots[track] {
		if kept.Key() == o.Key() {
			return same(o, kept)
		}
	}
	return o
}

// version names what the Release says of a track, but for how it is kept.
func (s *Source) version(track string) string {
	t := s.Release.Spec.Tracks.Get(track)
	return kube.Hash(kube.Node(fmt.Sprintf("%q", []any{t.Image, t.Images, t.Env, t.Config})))
}

// checkVersion: a track that is made from its snapshot runs what the Release
// says it runs.
func (s *Source) checkVersion(track string, kept kube.Object) []schemas.Finding {
	at := "spec.tracks." + track
	t := s.Release.Spec.Tracks.Get(track)
	runs := s.runs(track, kept)
	why, hint := s.keeps(track)
	switch {
	case t.Image != "" && runs != t.Image:
		return []schemas.Finding{s.Release.Find("snapshot-image", at+".image", fmt.Sprintf("%s is not what %s was made with, %s: %s", t.Image, track, runs, why), hint)}
	case !slices.Contains([]string{"", s.version(track)}, kept.Text("metadata", "annotations", VersionAnnotation)):
		return []schemas.Finding{s.Release.Find("snapshot-differs", at, fmt.Sprintf("%s was made with other images, env or config: %s", track, why), hint)}
	}
	return nil
}

// keeps says why a track is made from its snapshot, and what to do instead.
func (s *Source) keeps(track string) (why, hint string) {
	switch {
	case track == s.Release.Spec.Live:
		return "a track that serves cannot change", "a new version goes to the other track"
	case s.Release.Spec.Stage == "stable":
		return "its snapshot is to be kept", "say what it was made with; or leave snapshot: keep out, and the track is made from the manifests"
	}
	return "a track that runs cannot change", "go back to stage stable first: there the candidate is made anew"
}

// checkLabels: Services and budgets of the manifests select the pods that serve.
// A Service that the track knows nothing of never leads to it.
func (s *Source) checkLabels(track string, kept kube.Object) []schemas.Finding {
	labels := kube.Strings(kept.Node, "spec", "template", "metadata", "labels")
	recorded, frozen := s.recorded(track)
	var lost []kube.Object
	for _, o := range s.Apexes {
		if _, known := recorded[o.Name]; !kube.Selects(o.Get("spec", "selector"), labels) && (known || !frozen || s.inPlace) {
			lost = append(lost, o)
		}
	}
	for _, o := range s.Budgets {
		if !kube.LabelSelects(o.Get("spec", "selector"), labels) {
			lost = append(lost, o)
		}
	}
	var found []schemas.Finding
	for _, o := range lost {
		found = append(found, o.Find("labels-changed", fmt.Sprintf("does not select the pods of %s, which keep the labels they have", track), "keep the old labels until every track that runs has the new ones", "spec", "selector"))
	}
	return found
}

// Ahead lists what would change if the track were made anew from the manifests.
func (t Track) Ahead() []string {
	s := t.source
	if !t.Frozen || len(t.Pods) == 0 || s.Release.Spec.Tracks.Get(t.Name).Idle() {
		return nil
	}
	fresh, found := s.fresh(t.Name)
	if schemas.Failed(found) {
		return nil
	}
	old := map[kube.ID]kube.Object{}
	for _, o := range slices.Concat(t.Always, t.Pods) {
		old[o.Key()] = unsigned(o)
	}
	var ahead []string
	for _, o := range slices.Concat(fresh.Always, fresh.Pods) {
		o = unsigned(o)
		was, there := old[o.Key()]
		delete(old, o.Key())
		switch {
		case !there:
			ahead = append(ahead, o.ID.String()+" is new")
		case !kube.Equal(was.Node, o.Node):
			ahead = append(ahead, fmt.Sprintf("%s: %s", o.ID, kube.Difference(was.Node, o.Node)))
		}
	}
	for _, o := range slices.Concat(t.Always, t.Pods) {
		if _, gone := old[o.Key()]; gone {
			ahead = append(ahead, o.ID.String()+" goes")
		}
	}
	return ahead
}

// unsigned is an object without the hashes that follow from the rest.
func unsigned(o kube.Object) kube.Object {
	return o.Without("metadata", "annotations", VersionAnnotation).
		Without("metadata", "annotations", RevisionAnnotation).
		Without("spec", "template", "metadata", "annotations", ConfigAnnotation)
}
