package build

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// guard walks kustomizations before kustomize does.
type guard struct {
	root    string
	seen    map[string]bool
	secrets []kube.Object // those that stand in files
	found   []schemas.Finding
}

// verbatim reports whether an object holds nothing secret, or only what stands
// in a file.
func (g *guard) verbatim(o kube.Object) bool {
	return !IsSecret(o) || slices.ContainsFunc(g.secrets, func(s kube.Object) bool {
		return kube.Equal(s.Get("data"), o.Get("data")) && kube.Equal(s.Get("stringData"), o.Get("stringData"))
	})
}

func (g *guard) fail(at schemas.Finding, message, hint string) {
	at.ID, at.Message, at.Hint = "kustomization", message, hint
	g.found = append(g.found, at)
}

// dangerous are the fields that run programs or reach for the network, with
// what to do instead.
var dangerous = map[string]string{
	"generators":                  "functions and plugins run programs; build them before, and commit what they make",
	"transformers":                "functions and plugins run programs; build them before, and commit what they make",
	"validators":                  "functions and plugins run programs",
	"helmCharts":                  "run helm template before, and commit what it makes",
	"helmChartInflationGenerator": "run helm template before, and commit what it makes",
}

// folder checks the kustomization in dir and those it leads to.
func (g *guard) folder(dir string, at schemas.Finding) {
	if !Inside(g.root, dir) {
		g.fail(at, filepath.ToSlash(dir)+" is outside of "+filepath.ToSlash(g.root), "keep what is built in one repository")
		return
	}
	if g.seen[dir] {
		return // kustomize reports circles
	}
	g.seen[dir] = true
	for _, name := range Names {
		file := filepath.ToSlash(filepath.Join(dir, name))
		data, ok := ReadFile(file)
		if !ok {
			continue
		}
		docs, found := schemas.Documents(file, data)
		g.found = append(g.found, found...)
		for _, doc := range docs {
			g.kustomization(dir, file, doc.Node)
		}
		return
	}
}

func (g *guard) kustomization(dir, file string, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		at := schemas.Finding{File: file, Line: k.Line, Col: k.Column, Path: k.Value}
		if why, ok := dangerous[k.Value]; ok && len(n.Content[i+1].Content) > 0 && !builtin(g.root, dir, k.Value, n.Content[i+1]) {
			g.fail(at, k.Value+" is not built here", why)
		}
	}
	if at := remote(n); at != nil {
		g.fail(schemas.Finding{File: file, Line: at.Line, Col: at.Column}, at.Value+" is remote", "fetch it before, and commit it")
	}
	for _, key := range []string{"resources", "components", "bases", "crds"} {
		for _, r := range kube.Items(n, key) {
			g.resource(dir, r.Value, schemas.Finding{File: file, Line: r.Line, Col: r.Column, Path: key})
		}
	}
}

// resource follows a resource that is a folder; a file must be inside too.
func (g *guard) resource(dir, name string, at schemas.Finding) {
	target := filepath.Join(dir, filepath.FromSlash(name))
	info, err := os.Stat(target)
	switch {
	case path.IsAbs(name):
		g.fail(at, name+" is an absolute path", "a path from the kustomization's own folder")
	case err != nil && (strings.Contains(name, "//") || strings.Contains(name, "@") || strings.Contains(name, "?") ||
		strings.Contains(name, ".com/") || strings.Contains(name, ".git")):
		g.fail(at, name+" is remote", "fetch it before, and commit it")
	case err != nil:
		g.fail(at, fmt.Sprintf("%s is not there", name), "")
	case !Inside(g.root, target):
		g.fail(at, name+" leads outside of "+filepath.ToSlash(g.root), "keep what is built in one repository")
	case info.IsDir():
		g.folder(target, at)
	case !readable(target):
		at.ID, at.Message = schemas.Unreadable, name+" is no readable file"
		g.found = append(g.found, at)
	default:
		g.file(filepath.ToSlash(target))
	}
}

// file takes down the Secrets of a resource; what is wrong with it kustomize says.
func (g *guard) file(name string) {
	data, ok := ReadFile(name)
	if !ok || !bytes.Contains(data, []byte("Secret")) {
		return
	}
	objects, _ := kube.Parse(name, data)
	g.secrets = append(g.secrets, slices.DeleteFunc(objects, func(o kube.Object) bool { return !IsSecret(o) })...)
}
