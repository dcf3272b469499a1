package schemas

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Mine reports whether a document is one that this package reads.
func (doc Document) Mine() bool {
	v := lookup(doc.Node, "apiVersion")
	return v != nil && strings.HasPrefix(v.Value, "cutover.dev/")
}

// Parse reads the Releases of a document: one, or the items of a ReleaseSet.
// All findings come at once; a Release with an error is not returned.
func Parse(doc Document, providers []Provider) ([]*Release, []Finding) {
	d := newDecoder(doc.File, providers)
	var releases []*Release
	for _, p := range d.places(doc.Node) {
		before := len(d.found)
		r := &Release{file: doc.File, doc: doc.Index, at: p.at, node: p.node}
		d.value(p.node, reflect.ValueOf(r).Elem(), p.at, field{})
		d.check(r, d.found[before:])
		for i := range d.found[before:] {
			d.found[before+i].Object = r.Ref()
		}
		if len(d.found) == before {
			releases = append(releases, r)
		}
	}
	return releases, Sort(d.found)
}

// place is a Release in a document.
type place struct {
	at   string
	node *yaml.Node
}

// places finds the Releases of a document.
func (d *decoder) places(root *yaml.Node) []place {
	kind := lookup(root, "kind")
	if kind == nil || kind.Value != KindReleaseSet {
		return []place{{"", root}}
	}
	d.setKeys(root)
	items := lookup(root, "items")
	if items == nil || items.Kind != yaml.SequenceNode {
		d.add(root, "items", "required", "items is missing", "a list of Releases")
		return nil
	}
	var places []place
	for i, n := range items.Content {
		places = append(places, place{fmt.Sprintf("items[%d]", i), n})
	}
	return places
}

// setKeys refuses what does not belong in a ReleaseSet.
func (d *decoder) setKeys(root *yaml.Node) {
	legal := []string{"apiVersion", "kind", "metadata", "items"}
	for i := 0; i+1 < len(root.Content); i += 2 {
		k, v := root.Content[i], root.Content[i+1]
		switch {
		case !slices.Contains(legal, k.Value):
			d.suggest(k, k.Value, "field-unknown", fmt.Sprintf("%q is not a field here", k.Value), "", legal)
		case k.Value == "apiVersion" && v.Value != APIVersion:
			d.add(v, k.Value, "word", show(v)+" is not one of "+APIVersion, "")
		}
	}
}

// Ref names the Release in findings.
func (r *Release) Ref() Ref {
	return Ref{APIVersion, KindRelease, r.Metadata.Namespace, r.Metadata.Name}
}

// File is the file the Release stands in.
func (r *Release) File() string { return r.file }

// Find makes a finding about a field of the Release: at is its path from
// metadata or spec on. It stands where the field stands, or where the nearest
// thing around it does.
func (r *Release) Find(id, at, message, hint string) Finding {
	n, current := r.node, ""
	for _, key := range steps(at) {
		next := child(n, key)
		if next == nil {
			current = ""
			break
		}
		n, current = next, next.Value
	}
	f := Finding{File: r.file, Object: r.Ref(), Path: join(r.at, at), Current: current, ID: id, Message: message, Hint: hint}
	if n != nil {
		f.Line, f.Col = n.Line, n.Column
	}
	return f
}

// steps splits a field path: spec.traffic[1].hosts is spec, traffic, 1, hosts.
func steps(at string) []string {
	return strings.FieldsFunc(at, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}

// child is the value of a key or index, nil if there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return lookup(n, key)
	}
	i, err := strconv.Atoi(key)
	if err != nil || i >= len(n.Content) {
		return nil
	}
	return n.Content[i]
}
