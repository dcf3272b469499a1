package workload

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// SnapshotService is the Service of a track's snapshot.
func (s *Source) SnapshotService(track string) (kube.Object, bool) {
	for _, o := range s.Snapshots[track] {
		if o.Is("", "Service") && o.Name == s.Name(track) && o.Namespace == s.Home(track) {
			return o, true
		}
	}
	return kube.Object{}, false
}

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

// SnapshotWorkload is the workload of a track's snapshot.
func (s *Source) SnapshotWorkload(track string) (kube.Object, bool) {
	for _, o := range s.Snapshots[track] {
		if o.Is("apps", s.Object.Kind) && o.Name == s.Name(track) && o.Namespace == s.Home(track) {
			return o, true
		}
	}
	return kube.Object{}, false
}

// MadeAnew reports whether a track is made from the manifests: it has no snapshot,
// or it is the candidate and has not started, or there are no tracks yet.
func (s *Source) MadeAnew(track string) bool {
	_, there := s.SnapshotWorkload(track)
	spec := s.Release.Spec
	return !there || spec.Stage == schemas.Adoption[0] ||
		spec.Stage == "stable" && track == s.Release.Candidate() && spec.Tracks.Get(track).Snapshot != "keep"
}

// VersionAnnotation holds a hash of what the Release said of a track's version
// when the track was made.
const VersionAnnotation = "cutover.dev/version"

// RevisionAnnotation holds the track's revision: a hash of pod template and
// configuration before they bore the track's name.
const RevisionAnnotation = "cutover.dev/revision"

// ApexesAnnotation is on a track's Service and says where each apex led when
// the track was made:
//
//	cutover.dev/apexes: cart 80=8080 443=https; cart-admin 80=8081
//
// An apex leads there for as long as it selects the track, whatever the
// manifests say by then.
const ApexesAnnotation = "cutover.dev/apexes"

// RecordApexes writes down the ports of Services, and where they lead.
func RecordApexes(apexes []kube.Object) string {
	var all []string
	for _, o := range apexes {
		words := []string{o.Name}
		for _, n := range kube.Items(o.Node, "spec", "ports") {
			p := ReadPort(n)
			words = append(words, p.Key()+"="+p.Target.Value)
		}
		all = append(all, strings.Join(words, " "))
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}

// Recorded is where each apex leads while it selects a track. ok is no for a
// track that follows the manifests.
func (s *Source) Recorded(track string) (apexes places, ok bool) {
	apexes, ok = s.records[track]
	return apexes, ok && !s.MadeAnew(track)
}

// readRecords reads where the apexes led when the snapshots were made.
func (s *Source) readRecords() map[string]places {
	all := map[string]places{}
	for _, track := range schemas.TrackNames {
		kept, _ := s.SnapshotService(track)
		if text := kept.Text("metadata", "annotations", ApexesAnnotation); text != "" {
			all[track] = readApexes(text)
		}
	}
	return all
}

// readApexes reads what record wrote.
func readApexes(text string) places {
	apexes := places{}
	for apex := range strings.SplitSeq(text, "; ") {
		words := strings.Fields(apex)
		if len(words) == 0 {
			continue
		}
		ports := map[string]string{}
		for _, w := range words[1:] {
			port, target, _ := strings.Cut(w, "=")
			ports[port] = target
		}
		apexes[words[0]] = ports
	}
	return apexes
}
