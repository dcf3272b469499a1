package overlay

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Source reads a file by its slash-separated path. A file that is not there
// has ok false.
type Source func(path string) (data []byte, ok bool)

// maxFolders bounds how deep kustomizations may lead to others.
const maxFolders = 64

// names of a kustomization file, in the order kustomize looks for them.
var kustomizationNames = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// Plain reports whether the kustomization in a folder, and those it leads to,
// use nothing but resources and replicas of local files: then Read resolves it
// as kustomize would, and keeps comments and order.
func Plain(read Source, dir string) bool {
	r := reader{Reader: NewReader(read), open: map[string]bool{}}
	return r.plain(path.Clean(dir))
}

// Read is [Reader.Read] of one kustomization.
func Read(read Source, dir string) ([]kube.Object, []schemas.Finding) {
	return NewReader(read).Read(dir)
}

// Reader reads the kustomizations of a tree. What its files have in common, most of
// the text of one stage and the next, is parsed once, and what is made of it is shared.
type Reader struct {
	source Source
	known  map[string]parsed // by text
}

// parsed is what a text says, of which there is nothing to be found.
type parsed struct {
	objects       []kube.Object
	kustomization *yaml.Node
}

// NewReader is a reader of a tree that does not change.
func NewReader(source Source) *Reader { return &Reader{source, map[string]parsed{}} }

// Over reads another tree, which may have much in common with this one.
func (rd *Reader) Over(source Source) *Reader { return &Reader{source, rd.known} }

// Read resolves a plain kustomization. Objects keep the text they have in
// their files unless replicas changes them.
func (rd *Reader) Read(dir string) ([]kube.Object, []schemas.Finding) {
	r := reader{Reader: rd, open: map[string]bool{}}
	objects := r.folder(path.Clean(dir), schemas.Finding{File: dir})
	return slices.DeleteFunc(objects, Local), schemas.Sort(r.found)
}

// Live reads what the agents of some clusters apply: of one without a name [Live] itself, of
// others the folder of each, whose objects say where they stand.
func (rd *Reader) Live(clusters []string) ([]kube.Object, []schemas.Finding) {
	var all []kube.Object
	var found []schemas.Finding
	for _, c := range clusters {
		objects, more := rd.Read(LiveOf(c))
		for i := range objects {
			objects[i].Cluster = c
		}
		all, found = append(all, objects...), append(found, more...)
	}
	return all, found
}

// Snapshot reads what a track of a release was made from: nothing if it has not
// been rendered yet.
func (rd *Reader) Snapshot(release, track string) ([]kube.Object, []schemas.Finding) {
	dir := trackDir(release, track)
	for _, at := range []string{dir, dir + "/service"} {
		if _, ok := rd.source(at + "/kustomization.yaml"); ok {
			objects, found := rd.Read(at)
			jobs, more := rd.jobs(dir + "/" + jobsDir)
			return slices.Concat(objects, jobs), append(found, more...)
		}
	}
	return nil, nil
}

// jobs reads the jobs of a track, which its own kustomization does not name.
func (rd *Reader) jobs(dir string) ([]kube.Object, []schemas.Finding) {
	if _, ok := rd.source(dir + "/kustomization.yaml"); !ok {
		return nil, nil
	}
	return rd.Read(dir)
}

// reader follows the kustomizations that one leads to.
type reader struct {
	*Reader
	open  map[string]bool // folders on the way here
	found []schemas.Finding
}

func (r *reader) fail(at schemas.Finding, message, hint string) {
	at.ID, at.Message, at.Hint = "kustomization", message, hint
	r.found = append(r.found, at)
}

// load finds and parses the kustomization of a folder.
func (r *reader) load(dir string) (file string, n *yaml.Node, ok bool) {
	for _, name := range kustomizationNames {
		at := path.Join(dir, name)
		data, there := r.source(at)
		if !there {
			continue
		}
		if ok {
			r.fail(schemas.Finding{File: at}, "is a second kustomization in its folder: kustomize refuses both", "keep one of the two")
			return file, nil, true
		}
		file, n, ok = at, r.kustomization(at, data), true
	}
	return file, n, ok
}

// kustomization parses a text that is one.
func (r *reader) kustomization(file string, data []byte) *yaml.Node {
	if known := r.known[string(data)]; known.kustomization != nil {
		return known.kustomization
	}
	doc, found := schemas.One(file, data, schemas.DocumentLimits)
	r.found = append(r.found, found...)
	if len(found) == 0 {
		r.known[string(data)] = parsed{kustomization: doc.Node}
	}
	return doc.Node
}

// objects parses a text that is objects.
func (r *reader) objects(file string, data []byte) []kube.Object {
	if known := r.known[string(data)]; known.objects != nil {
		objects := slices.Clone(known.objects)
		for i := range objects {
			objects[i].File = file
		}
		return objects
	}
	objects, found := kube.Parse(file, data)
	for i := range found {
		if found[i].ID == kube.NameGenerated { // kustomize v5.8.2: "missing metadata.name"
			found[i].Severity, found[i].Message = schemas.Error, found[i].Message+", and kustomize does not build it"
		}
	}
	for _, o := range objects {
		if n, why := kube.Unbuildable(o.Node); n != nil {
			found = append(found, schemas.Finding{
				File: file, Line: n.Line, Col: n.Column, Object: o.Ref(), ID: "kustomization",
				Message: why + ": kustomize does not build it",
			})
		}
	}
	if len(found) == 0 {
		r.known[string(data)] = parsed{objects: slices.Clone(objects)}
	}
	r.found = append(r.found, found...)
	return objects
}

func (r *reader) plain(dir string) bool {
	if r.open[dir] || len(r.open) > maxFolders {
		return false
	}
	r.open[dir] = true
	defer delete(r.open, dir)
	_, n, ok := r.load(dir)
	if !ok || n == nil {
		return false
	}
	if _, why := simple(n); why != "" {
		return false
	}
	for _, res := range kube.Items(n, "resources") {
		target := path.Join(dir, res.Value)
		if _, isFile := r.source(target); isFile {
			continue
		}
		if remote(res.Value) || !r.plain(target) {
			return false
		}
	}
	return true
}

// remote reports whether kustomize would take a resource for an address.
func remote(resource string) bool {
	return strings.Contains(resource, "://") || strings.Contains(resource, "@") || strings.Contains(resource, "?ref=") ||
		strings.HasPrefix(resource, "github.com")
}

// folder resolves a folder that at refers to.
func (r *reader) folder(dir string, at schemas.Finding) []kube.Object {
	if r.open[dir] || len(r.open) > maxFolders {
		r.fail(at, dir+" leads back to itself", "a folder cannot be its own resource")
		return nil
	}
	r.open[dir] = true
	defer delete(r.open, dir)
	file, n, ok := r.load(dir)
	if !ok {
		r.fail(at, "there is neither a file nor a kustomization at "+dir, "")
		return nil
	}
	if n == nil {
		r.fail(schemas.Finding{File: file}, "is not one kustomization", "")
		return nil
	}
	if at, why := simple(n); why != "" {
		r.fail(schemas.Finding{File: file, Line: at.Line, Col: at.Column}, why,
			"a kustomization here has resources and replicas, and nothing else")
		return nil
	}
	var objects []kube.Object
	known := map[kube.ID]bool{}
	for _, res := range kube.Items(n, "resources") {
		here := schemas.Finding{File: file, Line: res.Line, Col: res.Column}
		for _, o := range r.resource(path.Join(dir, res.Value), res.Value, here) {
			key := o.Key()
			if key.Namespace == "default" {
				key.Namespace = "" // kustomize takes the two for one
			}
			if known[key] {
				r.fail(here, fmt.Sprintf("%s is there twice", o.ID), "kustomize refuses two objects of one identity")
				continue
			}
			known[key] = true
			objects = append(objects, o)
		}
	}
	return r.replicas(file, n, objects)
}

// resource is a file, or a folder with a kustomization of its own. Like
// kustomize, it takes files from its own folder and below only.
func (r *reader) resource(target, written string, at schemas.Finding) []kube.Object {
	data, ok := r.source(target)
	if !ok {
		return r.folder(target, at)
	}
	if strings.HasPrefix(path.Clean(written), "..") {
		r.fail(at, written+" is a file outside of the kustomization's folder", "name a folder with a kustomization of its own")
		return nil
	}
	return r.objects(target, data)
}

func (r *reader) replicas(file string, n *yaml.Node, objects []kube.Object) []kube.Object {
	for _, entry := range kube.Items(n, "replicas") {
		name := kube.Text(entry, "name")
		count, ok := kube.Number(entry, "count")
		some := false
		for i, o := range objects {
			if o.Name == name && slices.Contains(scalable, o.Kind) && ok {
				objects[i], some = o.With(count, "spec", "replicas"), true
			}
		}
		if !some {
			r.fail(schemas.Finding{File: file, Line: entry.Line, Col: entry.Column}, fmt.Sprintf("replicas names %q, which is not here", name), "")
		}
	}
	return objects
}
