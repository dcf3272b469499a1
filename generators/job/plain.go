package job

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// attempts is how many pods are tried where nobody says it.
const attempts = 4

// plain is a Job of an image and a command. With the candidate's image it runs as the
// candidate does: with its environment, its configuration and its account.
func (m maker) plain(j schemas.Job) kube.Object {
	o := job{APIVersion: "batch/v1", Kind: "Job", Metadata: kube.Meta{Name: j.Name, Namespace: m.Home(m.candidate.Name)}}
	o.Spec.BackoffLimit = attempts - 1
	o.Spec.Template.Metadata.Labels = map[string]string{workload.ReleaseLabel: m.Release.Metadata.Name, workload.JobLabel: j.Name}
	spec := kube.Node(podSpec{RestartPolicy: "Never", Containers: []*yaml.Node{kube.Node(named{j.Name})}})
	if secrets := kube.Get(m.pod, "imagePullSecrets"); secrets != nil {
		spec = kube.Put(spec, secrets, "imagePullSecrets")
	}
	if j.Image == "" {
		spec = m.likeCandidate(spec)
	}
	spec = kube.Edit(spec, func(c *yaml.Node) *yaml.Node { return set(c, j) }, "containers", "0")
	o.Spec.Template.Spec = m.configured(spec, j)
	return kube.Make(o)
}

// alike is what a Job's pods have of the candidate's.
var alike = []string{
	"serviceAccountName", "automountServiceAccountToken", "securityContext", "nodeSelector", "tolerations", "runtimeClassName", "hostAliases",
	"dnsPolicy", "dnsConfig",
}

// likeCandidate is a pod spec whose container runs as the candidate's does.
func (m maker) likeCandidate(spec *yaml.Node) *yaml.Node {
	for _, field := range alike {
		if n := kube.Get(m.pod, field); n != nil {
			spec = kube.Put(spec, n, field)
		}
	}
	volumes := m.volumes()
	if len(volumes) > 0 {
		spec = kube.Put(spec, volumes, "volumes")
	}
	main := m.main()
	return kube.Edit(spec, func(c *yaml.Node) *yaml.Node {
		c = kube.Put(c, m.image(), "image")
		for _, field := range []string{"imagePullPolicy", "workingDir", "env", "envFrom", "resources", "securityContext"} {
			if n := kube.Get(main, field); n != nil {
				c = kube.Put(c, n, field)
			}
		}
		if mounts := mounted(main, volumes); len(mounts) > 0 {
			c = kube.Put(c, mounts, "volumeMounts")
		}
		return c
	}, "containers", "0")
}

// volumes are those of the candidate's that any pod can have beside it: a claim may be
// bound to the node of the pod that has it.
func (m maker) volumes() []*yaml.Node {
	return slices.DeleteFunc(slices.Clone(kube.Items(m.pod, "volumes")), func(v *yaml.Node) bool {
		return kube.Get(v, "persistentVolumeClaim") != nil || kube.Get(v, "ephemeral") != nil
	})
}

// mounted are the mounts of a container for some volumes.
func mounted(c *yaml.Node, volumes []*yaml.Node) []*yaml.Node {
	return slices.DeleteFunc(slices.Clone(kube.Items(c, "volumeMounts")), func(mount *yaml.Node) bool {
		return !slices.ContainsFunc(volumes, func(v *yaml.Node) bool { return kube.Text(v, "name") == kube.Text(mount, "name") })
	})
}

// main is the candidate's main container. A snapshot may call it something else: then
// it is the one that runs the candidate's image.
func (m maker) main() *yaml.Node {
	name, all := kube.Text(m.MainContainer(), "name"), kube.Items(m.pod, "containers")
	for _, is := range []func(c *yaml.Node) bool{
		func(c *yaml.Node) bool { return kube.Text(c, "name") == name },
		func(c *yaml.Node) bool { return kube.Text(c, "image") == m.image() },
	} {
		if i := slices.IndexFunc(all, is); i >= 0 {
			return all[i]
		}
	}
	return all[0]
}

// job is the part of batch/v1 Job written here.
type job struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Metadata   kube.Meta `yaml:"metadata"`
	Spec       struct {
		BackoffLimit int `yaml:"backoffLimit"`
		Template     struct {
			Metadata struct {
				Labels map[string]string `yaml:"labels"`
			} `yaml:"metadata"`
			Spec *yaml.Node `yaml:"spec"`
		} `yaml:"template"`
	} `yaml:"spec"`
}

type podSpec struct {
	RestartPolicy string       `yaml:"restartPolicy"`
	Containers    []*yaml.Node `yaml:"containers"`
}

type named struct {
	Name string `yaml:"name"`
}
