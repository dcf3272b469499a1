package folder

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/build"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"go.yaml.in/yaml/v3"
)

// Delivery is what a repository tells its agents.
type Delivery struct {
	Agents  []kube.Object            // Applications and Kustomizations
	Sources map[string][]kube.Object // .argocd-source files, by folder from the repository's root
	root    string
}

// agentKinds mark the files that agents read.
var agentKinds = [][]byte{[]byte("argoproj.io/v1alpha1"), []byte("kustomize.toolkit.fluxcd.io/v1")}

// Deliveries reads what agents are told in the repository that holds dir.
// What cannot be read there is somebody else's, and passed over.
func Deliveries(dir string) Delivery {
	d := Delivery{root: Repository(dir), Sources: map[string][]kube.Object{}}
	root, err := os.OpenRoot(d.root)
	if err != nil {
		return d
	}
	defer func() { _ = root.Close() }()
	_ = fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case e.IsDir() && slices.Contains([]string{".git", overlay.Root, "node_modules"}, e.Name()):
			return fs.SkipDir
		case e.IsDir() || !e.Type().IsRegular() || !isYAML(name):
			return nil
		}
		data, ok := build.ReadFile(filepath.Join(d.root, filepath.FromSlash(name)))
		if ok {
			d.file(name, data)
		}
		return nil
	})
	return d
}

// file takes down what one file tells an agent.
func (d *Delivery) file(name string, data []byte) {
	shown := filepath.ToSlash(fromHere(filepath.Join(d.root, filepath.FromSlash(name))))
	if strings.HasPrefix(path.Base(name), ".argocd-source") {
		var doc yaml.Node
		if yaml.Unmarshal(data, &doc) == nil && len(doc.Content) > 0 {
			o := kube.Object{ID: kube.ID{Kind: "argocd-source", Name: path.Base(name)}, Node: doc.Content[0], File: shown}
			d.Sources[path.Dir(name)] = append(d.Sources[path.Dir(name)], o)
		}
		return
	}
	if !slices.ContainsFunc(agentKinds, func(k []byte) bool { return bytes.Contains(data, k) }) {
		return
	}
	objects, _ := kube.Parse(shown, data)
	for _, o := range objects {
		if o.Group == "argoproj.io" || o.Group == "kustomize.toolkit.fluxcd.io" {
			d.Agents = append(d.Agents, o)
		}
	}
}

// fromHere is a path as people at the present folder write it.
func fromHere(name string) string {
	here, err := os.Getwd()
	if err != nil {
		return name
	}
	rel, err := filepath.Rel(here, name)
	if err != nil {
		return name
	}
	return rel
}

// Path is a folder's path from the repository's root, as agents write it.
func (d Delivery) Path(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	root, err := filepath.Abs(d.root)
	if err != nil {
		return dir
	}
	rel, err := filepath.Rel(root, abs)
	if err != nil {
		return dir
	}
	return filepath.ToSlash(rel)
}
