package route

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/track"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Route is one traffic entry at one stage: what Render works from.
type Route struct {
	schemas.Traffic
	Release *schemas.Release
	At      string           // path of the entry: spec.traffic[1]
	Name    string           // of the objects it makes
	Source  *workload.Source // what the input holds of the workload
	Maker   track.Maker      // makes Services beside those of the tracks
	Port    workload.Port
	Tracks  [2]Target // in order of track name
	Stage   stage.Stage
	Own     *kube.Object // the user's own object under route:, as it is in the input
	World   World        // the input, for Check
	Follows bool         // an entry before it leads the preview hosts to the candidate already
}

// Target is a track as a router sees it.
type Target struct {
	Track     string
	Service   string // selects the track's pods
	Namespace string // of that Service
	Weight    int    // percent, 0 to 100; both add up to 100
	Revision  string // names the version; "" when idle
}

// Target is the route's target on a track.
func (r Route) Target(track string) Target {
	if r.Tracks[0].Track == track {
		return r.Tracks[0]
	}
	return r.Tracks[1]
}

// Main is the target that everything unweighted points at.
func (r Route) Main() Target { return r.Target(r.Stage.Main) }

// Candidate is the target of matches, mirrors and previews; false at stages that have
// none.
func (r Route) Candidate() (Target, bool) {
	return r.Target(r.Stage.Candidate), r.Stage.Candidate != ""
}

// Matches are the requests that go to the candidate whatever the weights are:
// the step's, then the preview's.
func (r Route) Matches() []schemas.Match {
	matches := r.Stage.Split.Match
	if v := r.Release.Spec.Strategy.Preview; v != nil && r.Stage.Preview {
		matches = append(slices.Clip(matches), v.Match...)
	}
	return matches
}

// PreviewHosts are the hosts that lead to the candidate at this stage.
func (r Route) PreviewHosts() []string {
	if v := r.Release.Spec.Strategy.Preview; v != nil && r.Stage.Preview && !r.Follows {
		return v.Hosts
	}
	return nil
}

// Sticky is the affinity rule of this stage, nil if there is none.
func (r Route) Sticky() *schemas.Affinity {
	if !r.Stage.Split.Affinity {
		return nil
	}
	return r.Affinity
}

// Meta is the metadata of an object the route makes: in the workload's namespace, with
// the label of the release.
func (r Route) Meta(name string) kube.Meta {
	return kube.Meta{Name: name, Namespace: r.Source.Namespace(), Labels: map[string]string{workload.ReleaseLabel: r.Release.Metadata.Name}}
}

// PreviewMeta is the metadata of a route of preview hosts: their requests end
// with the release, and that is meant. One that is like the user's own object
// stands beside it, for its references are read from there.
func (r Route) PreviewMeta() kube.Meta {
	m := r.Meta(r.Name + "-preview")
	if r.Own != nil && r.Own.Namespace != "" {
		m.Namespace = r.Own.Namespace
	}
	m.Annotations = map[string]string{workload.AcceptAnnotation: "request-gone"}
	return m
}

// Stands is the namespace of the objects that the route makes, or of the user's own:
// a name without a namespace is looked for there.
func (r Route) Stands() string {
	if r.Own != nil {
		return r.Own.Namespace
	}
	return r.Source.Namespace()
}

// Find makes a finding about a field of the entry, by its path below the entry; "" is
// the entry itself.
func (r Route) Find(id, field, message, hint string) schemas.Finding {
	at := r.At
	if field != "" {
		at += "." + field
	}
	return r.Release.Find(id, at, message, hint)
}
