package job

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/track"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Job is a Job of a release, as it is applied.
type Job struct {
	Name   string // in spec.jobs
	Object kube.Object
	Config []kube.Object // copies of the ConfigMaps that it reads
}

// Objects are all objects of a job.
func (j Job) Objects() []kube.Object { return append([]kube.Object{j.Object}, j.Config...) }

// Make makes the Jobs of a release. Without a candidate there are none.
func Make(s *workload.Source, tracks [2]track.Track) ([]Job, []schemas.Finding) {
	found := check(s)
	if s.Release.Candidate() == "" || schemas.Failed(found) {
		return nil, found
	}
	m := newMaker(s, tracks)
	var all []Job
	for _, j := range s.Release.Jobs() {
		next, kept := m.kept(j)
		if !kept {
			next = m.made(j)
		}
		found = append(found, m.checkName(j, next.Object)...)
		all = append(all, next)
	}
	return all, found
}

// Taken are the Jobs among the manifests that a release makes its own of. They are
// not applied by themselves, whether or not a release is under way.
func Taken(s *workload.Source) []kube.ID {
	var all []kube.ID
	for _, j := range s.Release.Spec.Jobs {
		if o, ok := template(s, j.Template); ok {
			all = append(all, o.Key())
		}
	}
	return all
}

// kept is a Job as it was made before, while the candidate runs and the Release says
// the same of it.
func (m maker) kept(j schemas.Job) (next Job, ok bool) {
	if m.MadeAnew(m.candidate.Name) {
		return next, false
	}
	next.Name = j.Name
	for _, o := range m.Snapshots[m.candidate.Name] {
		switch {
		case o.Text("metadata", "labels", workload.JobLabel) != j.Name || o.Text("metadata", "annotations", versionAnnotation) != m.version(j):
		case o.Is("batch", "Job"):
			next.Object, ok = o, true
		default:
			next.Config = append(next.Config, o)
		}
	}
	return next, ok
}

// made makes a Job anew.
func (m maker) made(j schemas.Job) Job {
	o, ok := template(m.Source, j.Template)
	if filled := m.filled(j); ok {
		o = m.ofTemplate(o, filled)
	} else {
		o = m.plain(filled)
	}
	o = m.owned(m.limits(o, j), j)
	if j.Phase != "" {
		o = o.With(j.Phase, "metadata", "annotations", PhaseAnnotation)
	}
	if shares := m.Release.Spec.Shares; j.Phase != "" && len(shares) > 0 {
		o = o.With(strings.Join(shares, ", "), "metadata", "annotations", SharesAnnotation)
	}
	config := m.config(o)
	name := fmt.Sprintf("%s-%s-%s", m.Release.Metadata.Name, j.Name, m.run(o, j, config))
	names := map[string]string{}
	for i, c := range config {
		names[c.Name] = name + "-" + c.Name
		config[i] = m.owned(agent.Plain(c).Renamed(names[c.Name]).Without("immutable"), j)
	}
	return Job{j.Name, o.Renamed(name).Edit(func(spec *yaml.Node) *yaml.Node {
		return workload.RenameReferences(spec, "ConfigMap", names)
	}, "spec", "template", "spec"), config}
}

// filled is a job with the candidate in the place of words: tests and load are sent to
// its Service, which is another one in the next release. Other braces are the program's.
func (m maker) filled(j schemas.Job) schemas.Job {
	c := m.candidate.Name
	words := strings.NewReplacer("{{service}}", m.Source.Name(c), "{{track}}", c, "{{namespace}}", m.Home(c))
	j.Command, j.Args, j.Env = slices.Clone(j.Command), slices.Clone(j.Args), slices.Clone(j.Env)
	for _, list := range [][]string{j.Command, j.Args} {
		for i, text := range list {
			list[i] = words.Replace(text)
		}
	}
	for i, v := range j.Env {
		j.Env[i].Value = words.Replace(v.Value)
	}
	return j
}

// owned marks an object as one of a job.
func (m maker) owned(o kube.Object, j schemas.Job) kube.Object {
	if home := m.Home(m.candidate.Name); o.Namespace != home {
		o = o.In(home)
	}
	return o.
		Labelled(workload.ReleaseLabel, m.Release.Metadata.Name).
		Labelled(workload.TrackLabel, m.candidate.Name).
		Labelled(workload.JobLabel, j.Name).
		With(m.version(j), "metadata", "annotations", versionAnnotation)
}

// config are the ConfigMaps of the manifests that a Job reads. It has copies of them:
// what the next version brings is not run by the Job of this one.
func (m maker) config(o kube.Object) []kube.Object {
	var all []kube.Object
	for _, name := range workload.Referenced(o.Get("spec", "template", "spec"), "ConfigMap") {
		i := slices.IndexFunc(m.Manifests, func(c kube.Object) bool { return c.Is("", "ConfigMap") && c.Name == name })
		if i >= 0 {
			all = append(all, m.Manifests[i])
		}
	}
	return all
}

// limits sets how often and how long a Job is tried.
func (m maker) limits(o kube.Object, j schemas.Job) kube.Object {
	if j.Attempts > 0 {
		o = o.With(j.Attempts-1, "spec", "backoffLimit")
	}
	if j.Timeout > 0 {
		o = o.With(int((time.Duration(j.Timeout)+time.Second-1)/time.Second), "spec", "activeDeadlineSeconds")
	}
	return o
}

// run names one run of a Job: by what it does and reads, the versions of both tracks,
// and run:.
func (m maker) run(o kube.Object, j schemas.Job, config []kube.Object) string {
	nodes := []*yaml.Node{o.Get("spec"), kube.Node(m.tracks[0].Revision), kube.Node(m.tracks[1].Revision), kube.Node(j.Run)}
	for _, c := range config {
		nodes = append(nodes, c.Get("data"), c.Get("binaryData"))
	}
	return kube.Hash(nodes...)
}

// version names what the Release says of a Job.
func (m maker) version(j schemas.Job) string {
	return kube.Hash(kube.Node(fmt.Sprintf("%q", []any{j, m.Release.Spec.Shares})))
}
