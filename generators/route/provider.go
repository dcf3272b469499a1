// Package route says what a router is: the abilities it has, the route it is to
// carry out at a stage, and the rules, matches and backends that its objects are read
// as. The routers themselves are packages below generators/routers.
//
// A provider is a value. Render and Read are a pair: what Render writes, Read
// understands, from the text alone; and Read understands what people write as well.
package route

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Provider is a router.
type Provider struct {
	Name               string   // what a Release writes
	Title              string   // what people call it
	Doc                string   // a sentence or two: what it writes, and what to know before choosing it
	URL                string   // its documentation of traffic splitting
	Version            string   // upstream release this was checked against
	Also               []string // words that people write and that may mean this one
	Kinds              []Kind   // objects it writes and reads
	Can                Can
	ServiceAnnotations []string // annotations and labels of Services that it reads, which track Services get from the apex; a/ for all that begin so
	Options            any      // struct of its own options; nil if it has none

	// Needs is what a plan must know of an entry; nil: it can share requests
	// without regard to pods, and needs nothing else.
	Needs func(schemas.Traffic) stage.Needs
	// Check says what Can cannot; nil: nothing.
	Check func(Route) []schemas.Finding
	// Draft are options that the first Release of a workload needs, by its apexes;
	// nil: none.
	Draft func(apexes []kube.Object, w World) map[string]*yamlNode
	// Render makes the objects of an entry at a stage. It never fails once Can
	// and Check found nothing.
	Render func(Route) []kube.Object
	// Join makes one object of two that entries of a release write under one
	// name; nil: they must be the same.
	Join func(a, b kube.Object) (kube.Object, bool)
	// Claims reports whether an object is this router's.
	Claims func(kube.Object, World) bool
	// Exclusive reports whether an object that it claims is this router's beyond
	// doubt, and not only read as nobody else claims it; nil: every one is.
	Exclusive func(kube.Object, World) bool
	// Read says what the router does with requests, in the order it tries its
	// rules. It gets the objects it claims.
	Read func([]kube.Object, World) ([]Rule, []Unread)
}

// Kind is a kind of object that a router reads.
type Kind struct {
	Group, Kind string
	Versions    []string // the first is written, all are read
	Own         bool     // route: may name an object of this kind
	Protocol    string   // the only one that such an object routes; "": what the entry says
	CRD         string   // file of a Go module that defines it upstream; empty for Kubernetes' own kinds
	Refs        []Ref    // where it names other objects
	Hosts       string   // where it names hosts, if it can do so without a rule of its own being read: like the path of a Ref
}

// Ref is a place in an object that names another one. Paths are those of
// kustomize's field specs: keys with / between them, lists passed through.
type Ref struct {
	Path string // of the name
	Kind string // kind of the object that is named
	// Group of the object that is named; empty for core/v1.
	Group string
}

// Lookup is the provider of that name in a table.
func Lookup(table []Provider, name string) (Provider, bool) {
	i := slices.IndexFunc(table, func(p Provider) bool { return p.Name == name })
	if i < 0 {
		return Provider{}, false
	}
	return table[i], true
}

// Protocol is what the router of an entry sees: what the entry says, unless the
// NewObject under route: is of a kind that knows one protocol only.
func (p Provider) Protocol(t schemas.Traffic) string {
	if t.Route == nil {
		return t.Protocol
	}
	i := slices.IndexFunc(p.Kinds, func(k Kind) bool { return k.Own && k.Kind == t.Route.Kind && k.Protocol != "" })
	if i < 0 {
		return t.Protocol
	}
	return p.Kinds[i].Protocol
}

// Decoding is what the decoder must know of a table.
func Decoding(table []Provider) []schemas.Provider {
	var all []schemas.Provider
	for _, p := range table {
		all = append(all, schemas.Provider{Name: p.Name, Title: p.Title, Also: p.Also, Options: p.Options})
	}
	return all
}

// Route is one traffic entry at one stage: what Render works from.
type Route struct {
	schemas.Traffic
	Release *schemas.Release
	At      string // path of the entry: spec.traffic[1]
	Name    string // of the objects it makes
	Source  *workload.Source
	Port    workload.Port
	Tracks  [2]Target // in order of track name
	Stage   stage.Stage
	Own     *kube.Object // the user's own object under route:, as it is in the input
	World   World        // the input, for Check
	Follows bool         // an entry before it leads the preview hosts to the candidate already
}

// Target is a track as a router sees it.
type Target struct {
	Track    string
	Service  string // selects the track's pods
	Weight   int    // percent, 0 to 100; both add up to 100
	Revision string // names the version; "" when idle
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

// Candidate is the target of matches, mirrors and previews, if the release has one.
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

// Meta is the metadata of an object the route makes.
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

// Find makes a finding about a field of the entry.
func (r Route) Find(id, field, message, hint string) schemas.Finding {
	at := r.At
	if field != "" {
		at += "." + field
	}
	return r.Release.Find(id, at, message, hint)
}
