package build

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file tells the plugins that are part of kustomize, which need no flag and run
// no program, from others (v5.8.2: apiVersion builtin; Helm charts need --enable-helm).

// pluginFields are the fields that name plugins.
var pluginFields = []string{"generators", "transformers", "validators"}

// maxPlugins bounds how deep folders of plugins may lead to others.
const maxPlugins = 16

// builtin reports whether a field of the kustomization in dir names nothing but plugins
// that are part of kustomize, with configs below root.
func builtin(root, dir, field string, list *yaml.Node) bool {
	if !slices.Contains(pluginFields, field) || list.Kind != yaml.SequenceNode {
		return false
	}
	return !slices.ContainsFunc(list.Content, func(n *yaml.Node) bool { return !plugin(root, dir, n.Value, 0) })
}

// plugin reports whether an entry, a file, a folder or a config as text, is built in.
func plugin(root, dir, entry string, depth int) bool {
	if strings.Contains(entry, "\n") || strings.HasPrefix(strings.TrimSpace(entry), "{") {
		return ownPlugins([]byte(entry))
	}
	target := filepath.Join(dir, filepath.FromSlash(entry))
	info, err := os.Stat(target)
	if err != nil || !Inside(root, target) || depth > maxPlugins {
		return false
	}
	if info.IsDir() {
		return plugins(root, target, depth+1)
	}
	data, ok := ReadFile(filepath.ToSlash(target))
	return ok && ownPlugins(data)
}

// plugins reports whether the resources of a kustomization are all configs of plugins
// that are built in.
func plugins(root, dir string, depth int) bool {
	for _, name := range Names {
		file := filepath.ToSlash(filepath.Join(dir, name))
		data, ok := ReadFile(file)
		if !ok {
			continue
		}
		doc, found := schemas.One(file, data, schemas.DocumentLimits)
		if len(found) > 0 || doc.Node == nil {
			return false
		}
		for i := 0; i+1 < len(doc.Node.Content); i += 2 {
			if !slices.Contains([]string{"apiVersion", "kind", "resources"}, doc.Node.Content[i].Value) {
				return false
			}
		}
		return !slices.ContainsFunc(kube.Items(doc.Node, "resources"), func(n *yaml.Node) bool { return !plugin(root, dir, n.Value, depth) })
	}
	return false
}

// ownPlugins reports whether a text holds configs of kustomize's own plugins only.
func ownPlugins(text []byte) bool {
	docs, found := schemas.Documents("", text)
	return len(docs) > 0 && len(found) == 0 && !slices.ContainsFunc(docs, func(d schemas.Document) bool {
		function := kube.Get(d.Node, "metadata", "annotations", "config.kubernetes.io/function")
		return kube.Text(d.Node, "apiVersion") != "builtin" || kube.Text(d.Node, "kind") == "HelmChartInflationGenerator" || function != nil
	})
}

// fetched are the fields that name files, which kustomize takes from the network too.
var fetched = []string{
	"path", "files", "envs", "env", "configurations", "crds", "patchesStrategicMerge", "generators", "transformers", "validators",
}

// remote is the first file below a node that kustomize would fetch.
func remote(n *yaml.Node) *yaml.Node {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && slices.Contains(fetched, n.Content[i-1].Value) {
			for _, at := range append([]*yaml.Node{c}, c.Content...) {
				_, file, keyed := strings.Cut(at.Value, "=")
				if isURL(at.Value) || keyed && isURL(file) {
					return at
				}
			}
		}
		if at := remote(c); at != nil {
			return at
		}
	}
	return nil
}

func isURL(s string) bool { return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") }
