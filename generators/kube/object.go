package kube

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// ID identifies an object in a cluster.
type ID struct{ Group, Version, Kind, Namespace, Name string }

// Key is the identity without the version: an API server serves one object
// under all its versions.
func (id ID) Key() ID {
	id.Version = ""
	return id
}

// APIVersion is group and version as manifests write them.
func (id ID) APIVersion() string {
	if id.Group == "" {
		return id.Version
	}
	return id.Group + "/" + id.Version
}

// String is Kind/name, or Kind/namespace/name.
func (id ID) String() string {
	if id.Namespace == "" {
		return id.Kind + "/" + id.Name
	}
	return id.Kind + "/" + id.Namespace + "/" + id.Name
}

// Is reports whether the object is of that group and kind.
func (id ID) Is(group, kind string) bool { return id.Group == group && id.Kind == kind }

// Object is one Kubernetes object. Its Node is shared and read-only.
type Object struct {
	ID
	Node  *yaml.Node
	File  string // where it was read; empty if it was generated
	Index int    // which document of the file

	Cluster string // where it is applied; "": in the only cluster there is, or in each of several

	raw []byte // the text of an object that nobody changed
}

// Parse reads the objects of a YAML stream. Lists of kind List are taken apart.
func Parse(file string, data []byte) ([]Object, []schemas.Finding) {
	docs, found := schemas.Documents(file, data)
	objects, more := Objects(docs)
	return objects, append(found, more...)
}

// Objects turns documents into objects. A document that is no Kubernetes
// object is a finding.
func Objects(docs []schemas.Document) ([]Object, []schemas.Finding) {
	var objects []Object
	var found []schemas.Finding
	for _, doc := range docs {
		o, finding := object(doc.File, doc.Index, doc.Node)
		switch {
		case finding != nil:
			found = append(found, *finding)
		case isList(doc.Node):
			items, more := listed(doc)
			objects, found = append(objects, items...), append(found, more...)
		default:
			o.raw = doc.Raw
			objects = append(objects, o)
		}
	}
	return objects, found
}

// listed are the objects of a List. A List in a List is refused: kustomize takes it
// apart, kubectl and Argo CD do not.
func listed(doc schemas.Document) ([]Object, []schemas.Finding) {
	var objects []Object
	var found []schemas.Finding
	items := Get(doc.Node, "items")
	if items == nil || items.ShortTag() == "!!null" {
		return nil, nil
	}
	if items.Kind != yaml.SequenceNode {
		return nil, []schemas.Finding{noObject(doc.File, items, "the items of a list are no list")}
	}
	for _, n := range items.Content {
		o, finding := object(doc.File, doc.Index, n)
		switch {
		case finding != nil:
			found = append(found, *finding)
		case isList(n):
			found = append(found, noObject(doc.File, n, "a list in a list: kubectl and Argo CD do not take it apart"))
		default:
			objects = append(objects, o)
		}
	}
	return objects, found
}

// isList reports whether a document is several objects: a List, or the list of one
// kind, as agents and kustomize have it. A function's ResourceList is itself.
func isList(n *yaml.Node) bool {
	kind := Text(n, "kind")
	if kind == "List" && Text(n, "apiVersion") == "v1" {
		return true
	}
	return strings.HasSuffix(kind, "List") && kind != "ResourceList" && Get(n, "items") != nil
}

// noObject is the finding about a document that agents could not apply.
func noObject(file string, at *yaml.Node, why string) schemas.Finding {
	return schemas.Finding{
		File: file, Line: at.Line, Col: at.Column, ID: "object", Message: "not a Kubernetes object: " + why,
		Hint: "every document needs apiVersion, kind and metadata.name",
	}
}

// NameGenerated is the id of objects that get their names in the cluster.
const NameGenerated = "name-generated"

// unnamed says what is to be known of an object without a name, if it gets one in
// the cluster: there are as many of it as there were syncs.
func unnamed(file string, n *yaml.Node) *schemas.Finding {
	at := Get(n, "metadata", "generateName")
	if at == nil {
		return nil
	}
	return &schemas.Finding{
		File: file, Line: at.Line, Col: at.Column, ID: NameGenerated, Severity: schemas.Warning,
		Message: Text(n, "kind") + " " + at.Value + " gets its name in the cluster, at every sync another one: it is not looked at",
		Hint:    "metadata.name, for what is to be rendered, or looked at",
	}
}

// FromNode is the object that a node is, if it is one.
func FromNode(index int, n *yaml.Node) (Object, bool) {
	o, finding := object("", index, n)
	return o, finding == nil
}

// object reads what every Kubernetes object has.
func object(file string, index int, n *yaml.Node) (Object, *schemas.Finding) {
	o := Object{Node: n, File: file, Index: index}
	fail := func(at *yaml.Node, why string) (Object, *schemas.Finding) {
		f := noObject(file, at, why)
		return o, &f
	}
	if n.Kind != yaml.MappingNode {
		return fail(n, "the document is no mapping")
	}
	for _, want := range []struct {
		to   *string
		path []string
	}{
		{&o.Version, []string{"apiVersion"}},
		{&o.Kind, []string{"kind"}},
		{&o.Name, []string{"metadata", "name"}},
		{&o.Namespace, []string{"metadata", "namespace"}},
	} {
		v := Get(n, want.path...)
		switch {
		case v != nil && v.ShortTag() == "!!str" && v.Value != "":
			*want.to = v.Value
		case v != nil && v.ShortTag() != "!!null" && v.ShortTag() != "!!str":
			return fail(v, fmt.Sprintf("%s is not text", strings.Join(want.path, ".")))
		case want.to == &o.Name && unnamed(file, n) != nil:
			return o, unnamed(file, n)
		case want.to != &o.Namespace && (want.to != &o.Name || !isList(n)):
			return fail(n, fmt.Sprintf("%s is missing", strings.Join(want.path, ".")))
		}
	}
	if group, version, ok := strings.Cut(o.Version, "/"); ok {
		o.Group, o.Version = group, version
	}
	if home, ok := homes[o.Kind]; ok && o.Group == "extensions" {
		o.Group = home
	}
	return o, nil
}

// homes are the groups of kinds that once were extensions/v1beta1. The API server kept
// them under both groups as one object (until Kubernetes 1.16, Ingress until 1.22).
var homes = map[string]string{
	"Deployment": "apps", "DaemonSet": "apps", "ReplicaSet": "apps",
	"Ingress": "networking.k8s.io", "NetworkPolicy": "networking.k8s.io", "PodSecurityPolicy": "policy",
}

// Find makes a finding about a field of the object.
func (o Object) Find(id, message, hint string, path ...string) schemas.Finding {
	f := schemas.Finding{File: o.File, Object: o.Ref(), Path: PathText(path), ID: id, Message: message, Hint: hint}
	if o.File == "" {
		return f
	}
	if n := nearest(o.Node, path); n != nil {
		f.Line, f.Col = n.Line, n.Column
	}
	return f
}

// PathText is a path as people write it: spec.containers[0].image, with a key that has
// dots in it in brackets: metadata.annotations[cutover.dev/accept].
func PathText(path []string) string {
	var b strings.Builder
	for i, key := range path {
		switch {
		case key != "" && strings.Trim(key, "0123456789") == "" && i > 1, strings.ContainsAny(key, "./ "):
			b.WriteString("[" + key + "]")
		case strings.HasPrefix(key, "[") || i == 0:
			b.WriteString(key)
		default:
			b.WriteString("." + key)
		}
	}
	return b.String()
}

// Ref names the object in findings.
func (o Object) Ref() schemas.Ref {
	return schemas.Ref{APIVersion: o.APIVersion(), Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}

// Get is the node at a path, nil if there is none.
func (o Object) Get(path ...string) *yaml.Node { return Get(o.Node, path...) }

// Text is the scalar at a path, "" if there is none.
func (o Object) Text(path ...string) string { return Text(o.Node, path...) }

// With is the object with v at a path. See [Node] for what v may be.
func (o Object) With(v any, path ...string) Object {
	o.Node, o.raw = Put(o.Node, v, path...), nil
	return o
}

// Without is the object without the field at a path.
func (o Object) Without(path ...string) Object {
	if o.Get(path...) == nil {
		return o
	}
	return o.Edit(func(*yaml.Node) *yaml.Node { return nil }, path...)
}

// Edit is the object with what fn makes of the node at a path. See [Edit].
func (o Object) Edit(fn func(*yaml.Node) *yaml.Node, path ...string) Object {
	o.Node, o.raw = Edit(o.Node, fn, path...), nil
	return o
}

// Renamed is the object under another name.
func (o Object) Renamed(name string) Object {
	o = o.With(name, "metadata", "name")
	o.Name = name
	return o
}

// In is the object in another namespace, or in none that it names.
func (o Object) In(namespace string) Object {
	if o = o.Without("metadata", "namespace"); namespace != "" {
		o = o.With(namespace, "metadata", "namespace")
	}
	o.Namespace = namespace
	return o
}

// Labelled is the object with one more label on itself.
func (o Object) Labelled(key, value string) Object {
	return o.With(value, "metadata", "labels", key)
}

// Make turns a struct that carries apiVersion, kind and metadata into an object.
func Make(v any) Object {
	o, finding := object("", 0, Node(v))
	if finding != nil {
		panic(finding.Message) // a generated object without a name is a bug here
	}
	return o
}
