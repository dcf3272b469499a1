package job

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/track"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Annotations of the Jobs that a release makes.
const (
	PhaseAnnotation  = "cutover.dev/phase"
	SharesAnnotation = "cutover.dev/shares"

	// versionAnnotation holds a hash of what the Release said of a Job when it was made.
	versionAnnotation = "cutover.dev/job-version"
)

// maker makes the Jobs of a release's candidate.
type maker struct {
	*workload.Source
	tracks    [2]track.Track
	candidate track.Track
	pod       *yaml.Node // spec of the candidate's pods
}

func newMaker(s *workload.Source, tracks [2]track.Track) maker {
	m := maker{Source: s, tracks: tracks}
	for _, t := range tracks {
		if t.Name == s.Release.Candidate() {
			m.candidate = t
			m.pod = t.Pods[0].Get("spec", "template", "spec")
		}
	}
	return m
}

// template is the Job among the manifests of that name.
func template(s *workload.Source, name string) (kube.Object, bool) {
	i := slices.IndexFunc(s.Manifests, func(o kube.Object) bool { return o.Is("batch", "Job") && o.Name == name })
	if i < 0 {
		return kube.Object{}, false
	}
	return s.Manifests[i], true
}

// copies are the names of what the candidate has copies of, and of those copies.
func (m maker) copies(kind string) map[string]string {
	names := map[string]string{}
	for _, o := range m.candidate.Pods {
		switch {
		case o.Is("", kind):
			names[strings.TrimSuffix(o.Name, "-"+m.candidate.Name)] = o.Name
		case kind == "Secret" && o.Kind == "ExternalSecret":
			made := workload.ExternalTarget(o)
			names[strings.TrimSuffix(made, "-"+m.candidate.Name)] = made
		}
	}
	return names
}

// configured is a pod spec that reads the candidate's own configuration. It is there
// where the candidate's pods are: a job that runs before them reads what it was copied
// from.
func (m maker) configured(spec *yaml.Node, j schemas.Job) *yaml.Node {
	before := m.Release.Worker() && j.Stage() == "prepare" || j.Stage() == "clone"
	for _, kind := range []string{"ConfigMap", "Secret"} {
		names := m.copies(kind)
		if before {
			names = turned(names)
		}
		spec = workload.RenameReferences(spec, kind, names)
	}
	return spec
}

// turned leads from the values of a mapping to its keys.
func turned(names map[string]string) map[string]string {
	back := map[string]string{}
	for from, to := range names {
		back[to] = from
	}
	return back
}

// image is what the Job's containers run that ran the workload's image.
func (m maker) image() string { return m.candidate.Image() }

// set is a container with what the Release says of it.
func set(c *yaml.Node, j schemas.Job) *yaml.Node {
	if j.Image != "" {
		c = kube.Put(c, j.Image, "image")
	}
	if j.Command != nil {
		c = kube.Put(c, j.Command, "command")
	}
	if j.Args != nil {
		c = kube.Put(c, j.Args, "args")
	}
	for _, v := range j.Env {
		c = track.SetVariable(c, v)
	}
	return c
}
