package generators

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/job"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/structure"
	"github.com/cutoverdev/cutover/generators/track"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Input is what a folder holds.
type Input struct {
	Releases  []*schemas.Release
	Objects   []kube.Object                 // the user's own manifests
	Snapshots map[string]workload.Snapshots // what tracks were made from before, by release
	InPlace   bool                          // Services are edited where they stand, in a package of kpt's
	Providers []route.Provider              // as a rule, routers.Table
	Classes   map[string]string             // ingress or gateway class → provider, where the objects do not say
	Local     bool                          // Releases stand in a package of kpt: they are marked as not to be applied
	Rules     *structure.Rules              // shared by many folders; nil: this one has its own
	Only      *schemas.Release              // the one of Releases to be made; nil: all are

	waved   []kube.Object // see waved
	world   route.World
	catalog *workload.Catalog
}

// Output is what a folder becomes.
type Output struct {
	Releases []Release
	Shared   []kube.Object // the objects that no release owns
}

// Release is a release with all its stages.
type Release struct {
	*schemas.Release
	Tracks [2]track.Track
	Jobs   []job.Job // of the candidate, in the order of the Release
	Stages []Stage
	Taken  []kube.ID // keys of the input objects that it takes the place of
	Own    []kube.ID // those of them that are routes of the user's own

	Measured   []Measured    // how the routers count its requests, for each traffic entry
	Monitoring []kube.Object // what watches the tracks, wherever the release stands
}

// Measured is how the router of a traffic entry counts the requests of both tracks.
type Measured struct {
	Entry  string // its name, or its provider
	Series route.Metrics
	Asked  [2]route.Asked // of whom to ask, in order of track name
}

// work is a release on its way to its stages.
type work struct {
	in        Input
	release   *schemas.Release
	source    *workload.Source
	maker     track.Maker
	providers []route.Provider // of the entries
	routes    []route.Route    // of the entries; stage and targets are set later
	needs     stage.Needs
}

// Stage is a stage with its objects.
type Stage struct {
	stage.Stage
	Manifests []kube.Object // the workload as the input has it, before tracks take its place
	Apexes    []kube.Object
	Routes    []kube.Object
	Standing  []kube.Object // tells Prometheus of the stage
}

// Objects are all objects of the release at a stage: those of the tracks, the jobs, what
// watches them, then the workload as it was before there were any, the apexes, the routes.
// Where each track has a cluster of its own they are those of each cluster, marked.
func (r Release) Objects(s Stage) []kube.Object {
	var all []kube.Object
	for _, t := range r.Tracks {
		if s.Adopted() {
			all = append(all, homed(r.Spec.Tracks.Get(t.Name).Cluster, t.At(s.Stage))...)
		}
	}
	for _, j := range r.Started(s) {
		all = append(all, homed(r.Spec.Tracks.Get(r.Candidate()).Cluster, j.Objects())...)
	}
	if s.Adopted() {
		all = append(all, r.Monitoring...)
	}
	all = slices.Concat(all, s.Manifests, s.Apexes, s.Routes, s.Standing)
	clusters := r.Clusters()
	if clusters == nil {
		return all
	}
	var each []kube.Object
	for _, c := range clusters {
		each = append(each, In(c, all)...)
	}
	return each
}

// Started are the jobs that have been started at a stage.
func (r Release) Started(s Stage) []job.Job {
	return slices.DeleteFunc(slices.Clone(r.Jobs), func(j job.Job) bool { return !slices.Contains(s.Jobs, j.Name) })
}

// Last is the stage from which the release is closed. ok is false without a candidate.
func (r Release) Last() (s Stage, ok bool) {
	for _, s := range r.Stages {
		if s.Next == "" && schemas.Retired(s.Name) {
			return s, true
		}
	}
	return Stage{}, false
}

// Ahead lists how the manifests differ from what the newest track was made
// from: what the next start brings beside the version.
func (r Release) Ahead() []string {
	newest := r.Spec.Live
	if c := r.Candidate(); c != "" {
		newest = c
	}
	for _, t := range r.Tracks {
		if t.Name == newest {
			return t.Ahead()
		}
	}
	return nil
}

// Bare is the release without its objects.
func (r Release) Bare() Release {
	stages := make([]Stage, len(r.Stages))
	for i, s := range r.Stages {
		stages[i].Stage = s.Stage
	}
	r.Stages, r.Tracks, r.Jobs, r.Monitoring = stages, [2]track.Track{}, nil, nil
	return r
}

// Plan is the plan of the release.
func (r Release) Plan() []stage.Stage {
	var plan []stage.Stage
	for _, s := range r.Stages {
		plan = append(plan, s.Stage)
	}
	return plan
}

// taken are the input objects that the release takes the place of.
func (w *work) taken() []kube.ID {
	taken := slices.Concat(w.source.Taken(), job.Taken(w.source))
	for _, r := range w.routes {
		if r.Own != nil {
			taken = append(taken, r.Own.Key())
		}
	}
	return taken
}

// routeName is the name of what an entry makes.
func routeName(r *schemas.Release, t schemas.Traffic) string {
	if t.Name == "" {
		return r.Metadata.Name
	}
	return r.Metadata.Name + "-" + t.Name
}

// In are the objects of a list that stand in a cluster, marked as standing there.
func In(cluster string, all []kube.Object) []kube.Object {
	var here []kube.Object
	for _, o := range all {
		if o.Cluster == "" || o.Cluster == cluster {
			o.Cluster = cluster
			here = append(here, o)
		}
	}
	return here
}

// homed are the objects of a track in its cluster.
func homed(cluster string, all []kube.Object) []kube.Object {
	if cluster == "" {
		return all
	}
	all = slices.Clone(all)
	for i := range all {
		all[i].Cluster = cluster
	}
	return all
}
