package overlay

import (
	"path"

	"github.com/cutoverdev/cutover/generators/kube"
)

// tree collects files.
type tree struct{ files []File }

// replica is an entry of a kustomization's replicas.
type replica struct {
	Name  string `yaml:"name"`
	Count int    `yaml:"count"`
}

// kustomization is the part of kustomize.config.k8s.io/v1beta1 Kustomization
// that is written and read.
type kustomization struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Resources  []string  `yaml:"resources"`
	Replicas   []replica `yaml:"replicas,omitempty"`
}

// folder writes a kustomization with the resources of other folders and a file
// for each object of its own.
func (t *tree) folder(dir string, resources []string, objects []kube.Object, replicas []replica) {
	names := map[string]bool{}
	for _, o := range objects {
		name := FileName(o, names)
		resources = append(resources, name)
		t.file(path.Join(dir, name), kube.Append([]byte(Header), o))
	}
	t.kustomization(dir, Header, resources, replicas)
}

func (t *tree) file(path string, data []byte) { t.files = append(t.files, File{path, data}) }

func (t *tree) kustomization(dir, header string, resources []string, replicas []replica) {
	k := kustomization{"kustomize.config.k8s.io/v1beta1", "Kustomization", resources, replicas}
	if resources == nil {
		k.Resources = []string{}
	}
	t.file(dir+"/kustomization.yaml", kube.Append([]byte(header), kube.Object{Node: kube.Node(k)}))
}
