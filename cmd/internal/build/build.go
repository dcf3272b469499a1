package build

import (
	"path/filepath"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
)

// Build resolves the kustomization in dir. Everything it leads to must lie
// below root.
func Build(dir, root string) ([]kube.Object, []schemas.Finding) {
	g := guard{root: root, seen: map[string]bool{}}
	g.folder(filepath.Clean(dir), schemas.Finding{File: filepath.ToSlash(dir)})
	if len(g.found) > 0 {
		return nil, schemas.Sort(g.found)
	}
	if overlay.Plain(ReadFile, filepath.ToSlash(dir)) {
		return overlay.Read(ReadFile, filepath.ToSlash(dir))
	}
	objects, found := kustomize(dir)
	for _, o := range objects {
		if !g.verbatim(o) {
			found = append(found, Unwritten(o, "kustomize makes it from files or literals"))
		}
	}
	return objects, found
}

// kustomize builds with the real thing. Its output has no lines of the user's.
func kustomize(dir string) ([]kube.Object, []schemas.Finding) {
	fail := func(err error) ([]kube.Object, []schemas.Finding) {
		return nil, []schemas.Finding{{File: filepath.ToSlash(dir), ID: "kustomization", Message: strings.TrimSpace(err.Error())}}
	}
	disk := &disk{FileSystem: filesys.MakeFsOnDisk()}
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(disk, dir)
	if disk.unread != "" {
		return nil, []schemas.Finding{{File: filepath.ToSlash(disk.unread), ID: schemas.Unreadable, Message: "is no readable file"}}
	}
	if err != nil {
		return fail(err)
	}
	data, err := resources.AsYaml()
	if err != nil {
		return fail(err)
	}
	objects, found := kube.Parse(filepath.ToSlash(dir), data)
	for _, o := range objects {
		unplace(o.Node)
	}
	return objects, found
}

// unplace forgets lines that are not the user's.
func unplace(n *yaml.Node) {
	n.Line, n.Column = 0, 0
	for _, c := range n.Content {
		unplace(c)
	}
}

// Over is what kustomize makes of objects by the fields of a kustomization: images,
// patches that stand in it, names and the namespace. It reads no file.
func Over(objects []kube.Object, fields *yaml.Node) ([]kube.Object, []schemas.Finding) {
	fail := func(err error) ([]kube.Object, []schemas.Finding) {
		return nil, []schemas.Finding{{ID: "kustomization", Message: strings.TrimSpace(err.Error())}}
	}
	memory := filesys.MakeFsInMemory()
	text, err := yaml.Marshal(kube.Put(fields, []string{"objects.yaml"}, "resources"))
	if err != nil {
		return fail(err)
	}
	for name, data := range map[string][]byte{"objects.yaml": kube.Stream(nil, objects), "kustomization.yaml": text} {
		if err := memory.WriteFile(filepath.Join("/", name), data); err != nil {
			return fail(err)
		}
	}
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(memory, "/")
	if err != nil {
		return fail(err)
	}
	data, err := resources.AsYaml()
	if err != nil {
		return fail(err)
	}
	return kube.Parse("", data)
}

// Namespaced reports whether an object is of a kind that stands in namespaces: one that
// kustomize knows as that (kyaml v0.21, the schema of Kubernetes).
func Namespaced(o kube.Object) bool {
	is, known := openapi.IsNamespaceScoped(kyaml.TypeMeta{APIVersion: o.APIVersion(), Kind: o.Kind})
	return known && is
}
