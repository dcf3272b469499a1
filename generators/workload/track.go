package workload

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

type yamlNode = yaml.Node

// Track is one place a version can run, with everything that belongs to it.
type Track struct {
	Name     string
	Always   []kube.Object // exist at every stage: Services, volumes that stay
	Pods     []kube.Object // exist while the track runs: workload, configuration, budgets
	Revision string        // names the pod template: 8 hex digits; empty when idle
	Frozen   bool          // made from its snapshot

	source *Source
}

// Track makes a track: from its snapshot while it serves, else from the
// manifests. An idle track has no pods at any stage.
func (s *Source) Track(name string) (Track, []schemas.Finding) {
	spec := s.Release.Spec.Tracks.Get(name)
	_, there := s.kept(name)
	switch {
	case spec.Idle():
		return s.asleep(name), nil
	case spec.Snapshot == "keep" && !there:
		return Track{Name: name, source: s}, []schemas.Finding{s.Release.Find("snapshot-missing", "spec.tracks."+name+".snapshot", fmt.Sprintf("there is no snapshot of %s to keep", name), "leave it out: the track is made from the manifests")}
	case s.anew(name):
		t, found := s.fresh(name)
		return t, append(found, s.checkKept(name)...)
	}
	return s.thaw(name)
}

// fresh makes a track from the manifests.
func (s *Source) fresh(name string) (Track, []schemas.Finding) {
	t := Track{Name: name, Always: s.services(name), source: s}
	o := fill(s.Object, s.Release.Spec.Kubernetes)
	o, found := s.images(o, name, s.Release.Spec.Tracks.Get(name).Version)
	o = s.environment(o, name)
	plain := o.Get("spec", "template")
	o = s.spread(o, name)
	o, copies, more := s.configure(o, name)
	t.Revision = revision(plain, copies)
	o, always, claims := s.claims(o, name)
	o, governing := s.governing(o, name)
	o = s.identity(o, name).
		With(name, "spec", "selector", "matchLabels", TrackLabel).
		With(name, "spec", "template", "metadata", "labels", TrackLabel).
		With(s.version(name), "metadata", "annotations", VersionAnnotation).
		With(t.Revision, "metadata", "annotations", RevisionAnnotation)
	t.Always = slices.Concat(t.Always, governing, always, s.copies(name))
	t.Pods = slices.Concat([]kube.Object{o}, copies, claims, s.budgets(name))
	return t, append(found, more...)
}

// identity is the workload under the track's name, without what belongs to the
// stage, to the autoscaler or to the cluster.
func (s *Source) identity(o kube.Object, track string) kube.Object {
	return s.retain(s.owned(agent.Plain(o).Renamed(s.Name(track)), track).Without("spec", "replicas").Without("status"))
}

// Tracks makes both, and refuses a release from a version to itself.
func (s *Source) Tracks() ([2]Track, []schemas.Finding) {
	blue, found := s.Track(schemas.Blue)
	green, more := s.Track(schemas.Green)
	found = append(found, more...)
	tracks := [2]Track{blue, green}
	c := s.Release.Candidate()
	if c == "" || schemas.Failed(found) {
		return tracks, found
	}
	anew, more := s.again(c, tracks)
	found = append(found, more...)
	if live := s.Release.Spec.Live; anew.Revision == find(tracks, live).Revision || find(tracks, c).Revision == find(tracks, live).Revision {
		found = append(found, s.Release.Find("tracks-same", "spec.tracks."+c, "runs what the live track runs", "another image, env or configuration; or {} while there is nothing to release"))
	}
	return tracks, found
}

// again is the candidate as the manifests would make it now. That must be
// possible at every stage, though it is kept as it is: an abort leads to stable,
// and is not to be refused there.
func (s *Source) again(candidate string, tracks [2]Track) (Track, []schemas.Finding) {
	t := find(tracks, candidate)
	if !t.Frozen || s.Release.Spec.Tracks.Get(candidate).Snapshot == "keep" {
		return t, nil
	}
	return s.fresh(candidate)
}

func find(tracks [2]Track, name string) Track {
	if tracks[0].Name == name {
		return tracks[0]
	}
	return tracks[1]
}

// CheckFrozen warns of tracks that serve and follow the manifests.
func (s *Source) CheckFrozen(tracks [2]Track) []schemas.Finding {
	if st := s.Release.Spec.Stage; st == "stable" || st == schemas.Adoption[0] || tracks[0].Frozen || tracks[1].Frozen {
		return nil
	}
	f := s.Release.Find("not-frozen", "spec.stage", "a release is under way, and there are no snapshots: a change of the manifests reaches tracks that serve", "keep rendered/ in Git; with kustomize, list rendered/"+s.Release.Metadata.Name+"/tracks/blue and green among the resources")
	f.Severity = schemas.Warning
	return []schemas.Finding{f}
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

// revision names what a track runs, wherever it runs: its pod template and its
// configuration before either bears the track's name.
func revision(template *yamlNode, copies []kube.Object) string {
	return kube.Hash(append([]*yamlNode{template}, contents(copies)...)...)
}

// Objects are the track's objects at a stage with that many guaranteed pods;
// without pods it has only what exists always.
func (t Track) Objects(pods int) []kube.Object {
	objects := slices.Clone(t.Always)
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

// Scaled reports whether an autoscaler sets the number of the track's pods.
func (t Track) Scaled() bool { return len(t.source.Scalers) > 0 }

// Workload is the name of the object that holds the track's pods.
func (t Track) Workload() string { return t.source.Name(t.Name) }

// budgets are the track's PodDisruptionBudgets: the user's, or one that never
// blocks a drain.
func (s *Source) budgets(track string) []kube.Object {
	var budgets []kube.Object
	for _, b := range s.Budgets {
		budgets = append(budgets, s.copied(b, track).
			With(track, "spec", "selector", "matchLabels", TrackLabel).
			Without("status"))
	}
	if len(budgets) > 0 || s.Size().Capacity < 2 {
		return budgets
	}
	return []kube.Object{s.owned(kube.Make(podDisruptionBudget{
		APIVersion: "policy/v1", Kind: "PodDisruptionBudget",
		Metadata: s.meta(s.Name(track)),
		Spec:     budgetSpec{MaxUnavailable: 1, Selector: labelSelector{s.selector(track)}},
	}), track)}
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

// selector selects the pods of a track: the workload's own labels, as the track
// has them, and the track's. The pods of both are those that the first apex
// selects.
func (s *Source) selector(track string) map[string]string {
	if track == "" {
		selector := kube.Strings(primaryFirst(s.Apexes, s.Release.Name())[0].Node, "spec", "selector")
		delete(selector, TrackLabel)
		return selector
	}
	o := s.Object
	if kept, there := s.kept(track); there && !s.anew(track) {
		o = kept
	}
	selector := kube.Strings(o.Node, "spec", "selector", "matchLabels")
	selector[TrackLabel] = track
	return selector
}

// Image is the image of the track's main container, "" when it is idle.
func (t Track) Image() string {
	if len(t.Pods) == 0 {
		return ""
	}
	return t.source.runs(t.Name, t.Pods[0])
}

// runs is the image of the main container of a track's workload. A snapshot may
// have it elsewhere among the others than the manifests do, and under another
// name: then it is the one with the image that the Release says.
func (s *Source) runs(track string, o kube.Object) string {
	var images []string
	main := kube.Text(s.containers()[s.container], "name")
	for _, c := range kube.Items(o.Node, "spec", "template", "spec", "containers") {
		if kube.Text(c, "name") == main {
			return kube.Text(c, "image")
		}
		images = append(images, kube.Text(c, "image"))
	}
	want := s.Release.Spec.Tracks.Get(track).Image
	if len(images) == 0 || slices.Contains(images, want) {
		return want
	}
	return images[0]
}
