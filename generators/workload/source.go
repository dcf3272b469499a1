package workload

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// TrackLabel tells the pods of the two tracks apart. It is in every selector
// of a track and never changes.
const TrackLabel = "cutover.dev/track"

// ReleaseLabel marks the objects that a release made.
const ReleaseLabel = "cutover.dev/release"

// JobLabel marks what belongs to a job of a release, with the job's name in spec.jobs.
const JobLabel = "cutover.dev/job"

// DefaultGrace is the time Kubernetes gives a pod to stop when the manifest
// names none (core/v1 PodSpec.terminationGracePeriodSeconds).
const DefaultGrace = 30

// Source is what was found in the input of a release's workload. Nothing changes it
// after [Find].
type Source struct {
	Release *schemas.Release
	Object  kube.Object   // the Deployment or StatefulSet
	Apexes  []kube.Object // the Services that select its pods
	Budgets []kube.Object // its PodDisruptionBudgets
	Scalers []kube.Object // its autoscalers; at most one without a finding
	Ports   []Port        // what the track Services offer when they are made anew

	Policies           []kube.Object // for the apexes; each track has copies of them
	Manifests          []kube.Object // everything in the workload's namespace
	ContainerIndex     int           // of the container whose image a track sets, in the pod's containers
	ServiceAnnotations []string      // annotations and labels of Services that the release's routers read
	InPlace            bool          // apexes are edited where they stand: their ports are the user's

	Snapshots Snapshots         // the objects of this release alone
	all       []kube.Object     // the manifests of every namespace
	records   map[string]places // where the apexes led when a track was made, by track
	usable    bool
}

// Usable reports whether the workload was found and can be read: whether a Maker
// may ask for more than its Release.
func (s *Source) Usable() bool { return s.usable }

// Taken are the identities of the input objects that the tracks take the place of.
func (s *Source) Taken() []kube.ID {
	taken := []kube.ID{s.Object.Key()}
	for _, o := range slices.Concat(s.Apexes, s.Budgets, s.Scalers) {
		taken = append(taken, o.Key())
	}
	return taken
}

// Labels are those of the workload's pods.
func (s *Source) Labels() map[string]string {
	return kube.Strings(s.Object.Node, "spec", "template", "metadata", "labels")
}

// Namespace is that of the workload, of the apexes, and of what routes are made.
func (s *Source) Namespace() string { return s.Object.Namespace }

// Home is the namespace of every object of a track.
func (s *Source) Home(track string) string {
	if !s.Away() {
		return s.Namespace()
	}
	return s.Release.Home(track)
}

// Away reports whether a track stands in another namespace than the apexes, whose
// selectors then reach no pods of it.
func (s *Source) Away() bool { return s.Release.Away() != "" }

// Name is the name of a track's workload and of its Service.
func (s *Source) Name(track string) string { return s.Object.Name + "-" + track }

// AcceptAnnotation names findings that the user accepts for an object.
const AcceptAnnotation = "cutover.dev/accept"

// ClustersAnnotation says what no manifest does, where tracks are in two clusters. Of a record:
// in which of them somebody answers at each of its targets,
// lb-west.example.net=west,lb-east.example.net=east. Of a route in a mesh: which clusters are
// one mesh, so that it leads to Services of each, east,west.
const ClustersAnnotation = "cutover.dev/clusters"

// Accepts reports whether an object's annotation accepts a finding.
func Accepts(o kube.Object, id string) bool {
	ids := strings.FieldsFunc(o.Text("metadata", "annotations", AcceptAnnotation), func(r rune) bool { return r == ',' || r == ' ' })
	return slices.Contains(ids, id)
}

// Accepting is an object that accepts a finding beside those it accepts anyway.
func Accepting(o kube.Object, id string) kube.Object {
	if Accepts(o, id) {
		return o
	}
	if has := o.Text("metadata", "annotations", AcceptAnnotation); has != "" {
		id = has + ", " + id
	}
	return o.With(id, "metadata", "annotations", AcceptAnnotation)
}

// Containers are those of the workload's pods, as nodes of the manifest.
func (s *Source) Containers() []*yaml.Node {
	return kube.Items(s.Object.Node, "spec", "template", "spec", "containers")
}

// MainContainer is the container whose image a track sets.
func (s *Source) MainContainer() *yaml.Node { return s.Containers()[s.ContainerIndex] }

// InitContainers are those of the workload's pods, in the order in which they run.
func (s *Source) InitContainers() []*yaml.Node {
	return kube.Items(s.Object.Node, "spec", "template", "spec", "initContainers")
}

// ContainerNames are the names of all containers, init containers last.
func (s *Source) ContainerNames() []string {
	var names []string
	for _, c := range slices.Concat(s.Containers(), s.InitContainers()) {
		names = append(names, kube.Text(c, "name"))
	}
	return names
}

// HasContainer reports whether a container or init container has the name.
func (s *Source) HasContainer(name string) bool { return slices.Contains(s.ContainerNames(), name) }

// Snapshots are what the tracks of a release were rendered from, by track.
type Snapshots map[string][]kube.Object

// places is where each apex leads, by port.
type places map[string]map[string]string
