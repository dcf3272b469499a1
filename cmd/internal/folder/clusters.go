package folder

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/build"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// clustersIn are the clusters for whose agents a rendered/live has folders; none if it is
// one agent's, or no rendered/live.
func clustersIn(live string) []string {
	if !strings.HasSuffix(filepath.ToSlash(filepath.Clean(live)), overlay.Live) || generated(filepath.Join(live, "kustomization.yaml")) {
		return nil
	}
	entries, err := os.ReadDir(live)
	if err != nil {
		return nil
	}
	var all []string
	for _, e := range entries {
		if e.IsDir() && generated(filepath.Join(live, e.Name(), "kustomization.yaml")) {
			all = append(all, e.Name())
		}
	}
	return all
}

// ofClusters are the objects that the agents of several clusters apply, which say where they
// stand.
func ofClusters(live string) ([]kube.Object, []schemas.Finding) {
	var all []kube.Object
	var found []schemas.Finding
	for _, c := range clustersIn(live) {
		objects, more := build.Build(filepath.Join(live, c), Repository(live))
		for i := range objects {
			objects[i].Cluster = c
		}
		all, found = append(all, without(objects)...), append(found, more...)
	}
	return all, found
}

// isLive reports whether a folder has a rendered/live that an agent may follow, or several.
func isLive(dir string) bool {
	live := filepath.Join(dir, filepath.FromSlash(overlay.Live))
	return generated(filepath.Join(live, "kustomization.yaml")) || len(clustersIn(live)) > 0
}

// generated reports whether a file is one that cutover wrote.
func generated(name string) bool {
	data, ok := build.ReadFile(filepath.ToSlash(name))
	return ok && bytes.HasPrefix(data, []byte(overlay.Header))
}

// without leaves out what belongs to this project: a kustomization may list its
// own Release.
func without(objects []kube.Object) []kube.Object {
	return slices.DeleteFunc(objects, func(o kube.Object) bool { return strings.HasPrefix(o.Group, "cutover.dev") })
}
