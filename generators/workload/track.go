package workload

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

type yamlNode = yaml.Node

// Track is one place a version can run, with everything that belongs to it.
type Track struct {
	Name     string
	Service  kube.Object   // exists at every stage
	Pods     []kube.Object // workload and budgets: exist while the track runs
	Revision string        // names the pod template: 8 hex digits

	source *Source
}

// Track makes a track. An idle track has a Service but no pods.
func (s *Source) Track(name string) (Track, []schemas.Finding) {
	t := Track{Name: name, Service: s.service(name), source: s}
	version := s.Release.Spec.Tracks.Get(name).Version
	if version.Idle() {
		return t, nil
	}
	o, found := s.workload(name, version)
	t.Pods = append([]kube.Object{o}, s.budgets(name)...)
	t.Revision = revision(o)
	return t, found
}

// Tracks makes both, and refuses a release from a version to itself.
func (s *Source) Tracks() ([2]Track, []schemas.Finding) {
	blue, found := s.Track(schemas.Blue)
	green, more := s.Track(schemas.Green)
	found = append(found, more...)
	if c := s.Release.Candidate(); c != "" && blue.Revision == green.Revision && len(found) == 0 {
		found = append(found, s.Release.Find("tracks-same", "spec.tracks."+c, "runs what the live track runs", "another image, or {} while there is nothing to release"))
	}
	return [2]Track{blue, green}, found
}

// workload is the user's object as a track's.
func (s *Source) workload(track string, v schemas.Version) (kube.Object, []schemas.Finding) {
	o := fill(s.Object, s.Release.Spec.Kubernetes)
	o, found := s.images(o, track, v)
	o = o.Renamed(s.Name(track)).
		Labelled(ReleaseLabel, s.Release.Metadata.Name).
		With(track, "spec", "selector", "matchLabels", TrackLabel).
		With(track, "spec", "template", "metadata", "labels", TrackLabel).
		Without("spec", "replicas"). // belongs to the stage, or to the autoscaler
		Without("status")
	return o, found
}

// images sets the images of a version. Containers, init containers included,
// that ran the main container's image follow it.
func (s *Source) images(o kube.Object, track string, v schemas.Version) (kube.Object, []schemas.Finding) {
	main := s.containers()[s.container]
	images := map[string]string{}
	for _, list := range [][]*yamlNode{s.containers(), s.initContainers()} {
		for _, c := range list {
			if image := kube.Text(c, "image"); v.Image != "" && image == kube.Text(main, "image") {
				images[kube.Text(c, "name")] = v.Image
			}
		}
	}
	var found []schemas.Finding
	for _, i := range v.Images {
		if !s.hasContainer(i.Container) {
			found = append(found, s.Release.Find("container-unknown", "spec.tracks."+track+".images."+i.Container,
				fmt.Sprintf("no container is called %q", i.Container), "there are "+list(s.containerNames())))
		}
		images[i.Container] = i.Image
	}
	set := func(c *yamlNode) *yamlNode {
		if image, ok := images[kube.Text(c, "name")]; ok && image != kube.Text(c, "image") {
			return kube.Put(c, image, "image")
		}
		return c
	}
	for _, list := range []string{"containers", "initContainers"} {
		o = eachItem(o, set, "spec", "template", "spec", list)
	}
	return o, found
}

// eachItem changes every element of a list of the object, if it has the list.
func eachItem(o kube.Object, fn func(*yamlNode) *yamlNode, path ...string) kube.Object {
	if o.Get(path...) == nil {
		return o
	}
	return o.Edit(func(list *yamlNode) *yamlNode {
		return kube.Each(list, func(item *yamlNode) []*yamlNode { return []*yamlNode{fn(item)} })
	}, path...)
}

func (s *Source) containers() []*yamlNode {
	return kube.Items(s.Object.Node, "spec", "template", "spec", "containers")
}

func (s *Source) initContainers() []*yamlNode {
	return kube.Items(s.Object.Node, "spec", "template", "spec", "initContainers")
}

func (s *Source) containerNames() []string {
	var names []string
	for _, c := range slices.Concat(s.containers(), s.initContainers()) {
		names = append(names, kube.Text(c, "name"))
	}
	return names
}

func (s *Source) hasContainer(name string) bool { return slices.Contains(s.containerNames(), name) }

// revision names what a track runs: its pod template but for the track's name.
func revision(o kube.Object) string {
	template := o.Without("spec", "template", "metadata", "labels", TrackLabel).Get("spec", "template")
	sum := sha256.Sum256(kube.Append(nil, kube.Object{Node: template}))
	return hex.EncodeToString(sum[:4])
}

// Objects are the track's objects at a stage with that many guaranteed pods;
// without pods it has its Service only.
func (t Track) Objects(pods int) []kube.Object {
	objects := []kube.Object{t.Service}
	if pods == 0 {
		return objects
	}
	for _, o := range t.Pods {
		if o.Is("apps", t.source.Object.Kind) && len(t.source.Scalers) == 0 {
			o = o.With(pods, "spec", "replicas")
		}
		objects = append(objects, o)
	}
	return append(objects, t.Scalers(pods)...)
}

// Scalers are the track's autoscalers with a floor.
func (t Track) Scalers(floor int) []kube.Object {
	var scalers []kube.Object
	for _, h := range t.source.Scalers {
		scalers = append(scalers, h.Renamed(h.Name+"-"+t.Name).
			Labelled(ReleaseLabel, t.source.Release.Metadata.Name).
			With(t.source.Name(t.Name), "spec", "scaleTargetRef", "name").
			With(floor, "spec", "minReplicas").
			Without("status"))
	}
	return scalers
}

// Scaled reports whether an autoscaler sets the number of the track's pods.
func (t Track) Scaled() bool { return len(t.source.Scalers) > 0 }

// Workload is the name of the object that holds the track's pods.
func (t Track) Workload() string { return t.source.Name(t.Name) }

// budgets are the track's PodDisruptionBudgets: the user's, or one that never
// blocks a drain.
func (s *Source) budgets(track string) []kube.Object {
	var budgets []kube.Object
	for _, b := range s.Budgets {
		budgets = append(budgets, b.Renamed(b.Name+"-"+track).
			Labelled(ReleaseLabel, s.Release.Metadata.Name).
			With(track, "spec", "selector", "matchLabels", TrackLabel).
			Without("status"))
	}
	if len(budgets) > 0 || s.Size().Capacity < 2 {
		return budgets
	}
	return []kube.Object{kube.Make(podDisruptionBudget{
		APIVersion: "policy/v1", Kind: "PodDisruptionBudget",
		Metadata: s.meta(s.Name(track)),
		Spec:     budgetSpec{MaxUnavailable: 1, Selector: labelSelector{s.selector(track)}},
	})}
}

// podDisruptionBudget is the part of policy/v1 PodDisruptionBudget written here.
type podDisruptionBudget struct {
	APIVersion string     `yaml:"apiVersion"`
	Kind       string     `yaml:"kind"`
	Metadata   kube.Meta  `yaml:"metadata"`
	Spec       budgetSpec `yaml:"spec"`
}

type budgetSpec struct {
	MaxUnavailable int           `yaml:"maxUnavailable"`
	Selector       labelSelector `yaml:"selector"`
}

type labelSelector struct {
	MatchLabels map[string]string `yaml:"matchLabels"`
}

// meta is the metadata of an object that the release makes.
func (s *Source) meta(name string) kube.Meta {
	return kube.Meta{Name: name, Namespace: s.Namespace(), Labels: map[string]string{ReleaseLabel: s.Release.Metadata.Name}}
}

// selector selects the pods of a track: the workload's own labels and the track's.
func (s *Source) selector(track string) map[string]string {
	selector := kube.Strings(s.Object.Node, "spec", "selector", "matchLabels")
	selector[TrackLabel] = track
	return selector
}

// Image is the image of the track's main container, "" when it is idle.
func (t Track) Image() string {
	if len(t.Pods) == 0 {
		return ""
	}
	containers := kube.Items(t.Pods[0].Node, "spec", "template", "spec", "containers")
	return kube.Text(containers[t.source.container], "image")
}
