// Package build turns a kustomization into objects: by reading it where it is
// plain, and with kustomize, in this process, where it is not.
//
// What would run programs or use the network is refused before kustomize sees
// it: remote resources, plugins, functions, Helm charts.
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
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Names of a kustomization file.
var Names = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// Is reports whether a folder holds a kustomization.
func Is(dir string) bool {
	return slices.ContainsFunc(Names, func(name string) bool {
		info, err := os.Stat(filepath.Join(dir, name))
		return err == nil && info.Mode().IsRegular()
	})
}

// IsInput reports whether a file may be one that stages are made from.
func IsInput(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json", ".env", ".properties"}, path.Ext(name)) || slices.Contains(Names, path.Base(name))
}

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

// Unwritten warns of a Secret that is in no file of the user's, and so must not
// become one.
func Unwritten(o kube.Object, why string) schemas.Finding {
	f := o.Find(SecretGenerated, why+": it would be written to rendered/ in plain text", "let the cluster make it: a SealedSecret, an ExternalSecret, or a file that SOPS encrypts; and reference it by name", "data")
	f.Severity = schemas.Warning
	return f
}

// SecretGenerated is the id of what Unwritten finds: nothing is written as long
// as there is any.
const SecretGenerated = "secret-generated"

// IsSecret reports whether an object holds something secret.
func IsSecret(o kube.Object) bool {
	return o.Is("", "Secret") && (o.Get("data") != nil || o.Get("stringData") != nil)
}

// ReadFile reads a regular file of at most schemas.MaxFile bytes; a larger one
// is cut off just behind that, so that the reader refuses it.
func ReadFile(name string) ([]byte, bool) {
	info, err := os.Stat(filepath.FromSlash(name))
	if err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	data, err := readLimited(filepath.FromSlash(name))
	return data, err == nil
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
		if why, ok := dangerous[k.Value]; ok && len(n.Content[i+1].Content) > 0 && !g.builtin(dir, k.Value, n.Content[i+1]) {
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
	case err != nil && (strings.Contains(name, "//") || strings.Contains(name, "@") || strings.Contains(name, "?") || strings.Contains(name, ".com/") || strings.Contains(name, ".git")):
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

// Inside reports whether a path, with all links resolved, lies in root.
func Inside(root, name string) bool {
	base, err := filepath.EvalSymlinks(root)
	if err != nil {
		return false
	}
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		return false
	}
	base, _ = filepath.Abs(base)
	target, _ = filepath.Abs(target)
	rel, err := filepath.Rel(base, target)
	return err == nil && filepath.IsLocal(rel)
}
