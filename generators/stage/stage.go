package stage

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/schemas"
)

// Needs is what a plan must know about the routers that carry out its splits.
type Needs struct {
	Weights bool             // some router can share requests without regard to pods
	Pods    bool             // some router shares requests by counting pods: provider service
	Overlap bool             // the apexes stand on both tracks for a stage before they move
	Linger  schemas.Duration // clients may stay on a track this long after it lost its requests
	Hold    schemas.Duration // the least time after a change of routes, where a router learns of it later than in [Floor]
	Arrives schemas.Duration // the tracks are in clusters of their own, whose agents may be as far apart; 0: they are not
	Others  string           // for hints: the routers that share requests without regard to pods
}

// And is what two routers need together.
func (n Needs) And(m Needs) Needs {
	return Needs{
		n.Weights || m.Weights, n.Pods || m.Pods, n.Overlap || m.Overlap,
		max(n.Linger, m.Linger), max(n.Hold, m.Hold), max(n.Arrives, m.Arrives), cmp.Or(n.Others, m.Others),
	}
}

// Size is how many pods the workload needs.
type Size struct {
	Capacity int              // pods one track needs for 100 percent
	Scaled   bool             // an autoscaler sets the number; a plan gives its floor
	Min      int              // the autoscaler's own floor
	Plain    int              // guaranteed pods of the workload as the manifests have it
	Called   bool             // Services select the pods
	Cloned   bool             // the candidate's volumes begin as copies of the live track's
	Grace    schemas.Duration // longest time a pod takes to stop
}

// Stage is one complete resting state.
type Stage struct {
	Name      string
	Main      string // track that the apexes select and everything unweighted points at, or plain
	Candidate string // track the release moves to; empty when it names none
	Both      bool   // the apexes select both tracks
	Tracks    [2]Track
	Plain     int // guaranteed pods of the workload as the manifests have it, 0 once tracks have taken its place
	Split     Split
	Cloned    bool             // the candidate has its volumes: copies of the live track's
	Preview   bool             // the preview's hosts and matches are up
	Jobs      []string         // names of the jobs that have been started, in order
	Hold      schemas.Duration // least time here before promote leaves
	Drain     schemas.Duration // least time without requests before a track's pods go
	Next      string           // where promote goes; empty at the end
	Abort     string           // where abort goes; empty where there is nothing to abort, or no more way back
	Apart     bool             // each track has a cluster of its own, whose apexes select it at every stage
	Twin      bool             // made for an abort; not on the way forward
}

// Track is what runs on a track at a stage.
type Track struct {
	Name string
	Pods int // guaranteed pods: replicas, or the autoscaler's floor; 0: nothing runs
}

// Split says who gets the requests.
type Split struct {
	Weight   int             // percent to the candidate, 0 to 100
	Match    []schemas.Match // of the step: these go to the candidate
	Mirror   int             // percent copied to the candidate, 0 to 100
	Affinity bool            // clients that have seen the candidate stay there
}

// Running reports whether the track has pods.
func (s Stage) Running(track string) bool { return s.Pods(track) > 0 }

// Claims reports whether a track without pods has claims all the same: the copies that its
// pods will begin with.
func (s Stage) Claims(track string) bool {
	return s.Cloned && !s.Running(track) && track == s.Candidate
}

// Pods are the guaranteed pods of a track.
func (s Stage) Pods(track string) int {
	for _, t := range s.Tracks {
		if t.Name == track {
			return t.Pods
		}
	}
	return 0
}

// Adopted reports whether there are tracks: only at plain there are none.
func (s Stage) Adopted() bool {
	return s.Main != schemas.Plain || s.Running(schemas.Blue) || s.Running(schemas.Green)
}

// Shared reports whether the user's Services reach the workload of the manifests
// and the live track at once: each answers by its number of pods, and no weight says
// how much that is.
func (s Stage) Shared() bool { return s.Main == schemas.Plain && s.Adopted() }

// Weight is the percent of requests that a track gets.
func (s Stage) Weight(track string) int {
	switch {
	case s.Main == schemas.Plain:
		return 0
	case s.Candidate == "" && track == s.Main, s.Candidate != "" && track != s.Candidate:
		return 100 - s.Split.Weight
	case track == s.Candidate:
		return s.Split.Weight
	}
	return 0
}

// same reports whether two stages make the same objects.
func (s Stage) same(t Stage) bool {
	return s.Tracks == t.Tracks && s.Plain == t.Plain && s.Cloned == t.Cloned && slices.Equal(s.Jobs, t.Jobs) && s.sameRoutes(t)
}

// Starts are the jobs that are started on the edge from one stage to another.
func Starts(from, to Stage) []string {
	return slices.DeleteFunc(slices.Clone(to.Jobs), func(name string) bool { return slices.Contains(from.Jobs, name) })
}

// sameRoutes reports whether two stages send every request the same way.
func (s Stage) sameRoutes(t Stage) bool {
	return s.Main == t.Main && s.Both == t.Both && s.Preview == t.Preview && reflect.DeepEqual(s.Split, t.Split)
}

// Find is the stage of that name.
func Find(plan []Stage, name string) (Stage, bool) {
	i := slices.IndexFunc(plan, func(s Stage) bool { return s.Name == name })
	if i < 0 {
		return Stage{}, false
	}
	return plan[i], true
}

// Names are the names of the stages, in the order of the plan.
func Names(plan []Stage) []string {
	var names []string
	for _, s := range plan {
		names = append(names, s.Name)
	}
	return names
}

// firstStep names the stage of the first step, "" if there is none.
func firstStep(r *schemas.Release) string {
	if steps := r.Spec.Strategy.Steps; len(steps) > 0 {
		return steps[0].StageName()
	}
	return ""
}

// WeightAt is the percent of requests that the candidate gets at a stage, as
// the Release alone shows it. ok is false for a stage that no plan has.
func WeightAt(r *schemas.Release, name string) (weight int, ok bool) {
	switch name {
	case "plain", "beside", "handover", "stable", "clone", "prepare", "preview":
		return 0, true
	case "shift-100", "overlap", "settle", "unpreview", "retire", schemas.Contract:
		return 100, true
	case "widen":
		name = firstStep(r)
	}
	if strings.HasSuffix(name, "-abort") {
		return 0, true
	}
	before := 0
	for _, s := range r.Spec.Strategy.Steps {
		switch name {
		case s.StageName():
			return s.Weight, true
		case fmt.Sprintf("scale-%d", s.Weight):
			return before, true
		}
		before = s.Weight
	}
	if name == "shift-50" {
		return 50, true // where pods are counted
	}
	return before, name == "scale-100"
}

// Way says which way an edge goes.
type Way string

// The ways.
const (
	Forward Way = "forward"
	Back    Way = "back" // the revert of the commit that went forward
	Abort   Way = "abort"
	Resume  Way = "resume" // from an abort's twin to the stage it was made for
)

// Edge is the passage from one stage to another.
type Edge struct {
	From, To string
	Way      Way
}

// parts reports whether no revert leads back to a stage: pods have written to its copies by
// then, or its volumes have gone.
func (s Stage) parts() bool {
	return s.Claims(s.Candidate) || s.Cloned && s.Abort != "" && schemas.Retired(s.Next)
}

// Edges are all the single commits that a plan provides for.
func Edges(plan []Stage) []Edge {
	var edges []Edge
	for _, s := range plan {
		if s.Next != "" {
			edges = append(edges, Edge{s.Name, s.Next, Forward})
		}
		if s.Next != "" && !s.Twin && !s.parts() {
			edges = append(edges, Edge{s.Next, s.Name, Back})
		}
		if s.Abort == "" {
			continue
		}
		edges = append(edges, Edge{s.Name, s.Abort, Abort})
		if to, _ := Find(plan, s.Abort); to.Twin {
			edges = append(edges, Edge{s.Abort, s.Name, Resume})
		}
	}
	return edges
}

// Changes says in words what the edge from one stage to another changes.
func Changes(from, to Stage) []string {
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if to.Cloned && !from.Cloned {
		add("%s gets copies of the volumes of %s", to.Candidate, to.Main)
	}
	for _, t := range to.Tracks {
		if was := from.Pods(t.Name); was != t.Pods {
			add("%s %d → %d pods", t.Name, was, t.Pods)
		}
		if from.Cloned && from.Running(t.Name) && t.Pods == 0 {
			add("volumes of %s go", t.Name)
		}
	}
	if from.Plain != to.Plain {
		add("%s %d → %d pods", schemas.Plain, from.Plain, to.Plain)
	}
	if to.Shared() && !from.Adopted() && to.Next == schemas.Adoption[2] { // a worker has no Services, and no handover
		add("Services reach %s and %s", schemas.Plain, running(to))
	}
	if !to.Apart && (from.Main != to.Main || from.Both != to.Both) {
		add("apexes %s → %s", apexes(from), apexes(to))
	}
	switch {
	case to.Candidate == "" && from.Split.Weight == 100 && to.Main == from.Candidate:
		add("roles swap: %s is live", to.Main)
	case from.Split.Weight != to.Split.Weight:
		add("%s %d → %d %%", cmp.Or(to.Candidate, from.Candidate), from.Split.Weight, to.Split.Weight)
	}
	if len(from.Split.Match) > 0 || len(to.Split.Match) > 0 {
		if !reflect.DeepEqual(from.Split.Match, to.Split.Match) {
			add("matches %d → %d", len(from.Split.Match), len(to.Split.Match))
		}
	}
	if from.Split.Mirror != to.Split.Mirror {
		add("mirror %d → %d %%", from.Split.Mirror, to.Split.Mirror)
	}
	switch {
	case to.Preview && !from.Preview:
		add("preview appears")
	case from.Preview && !to.Preview:
		add("preview goes")
	}
	return append(all, jobChanges(from, to)...)
}

// running is the first track that has pods at a stage.
func running(s Stage) string {
	if s.Running(schemas.Blue) {
		return schemas.Blue
	}
	return schemas.Green
}

// jobChanges says which jobs come and go. The end of a release takes them away, which
// goes without saying.
func jobChanges(from, to Stage) []string {
	var all []string
	if started := Starts(from, to); len(started) > 0 {
		all = append(all, "job "+strings.Join(started, ", ")+" runs")
	}
	if gone := Starts(to, from); len(gone) > 0 && to.Name != "stable" {
		all = append(all, "job "+strings.Join(gone, ", ")+" goes")
	}
	if to.Name == schemas.Contract && from.Name != to.Name {
		all = append(all, "no way back to the version before")
	}
	return all
}

func apexes(s Stage) string {
	if s.Both {
		return "both"
	}
	return s.Main
}
