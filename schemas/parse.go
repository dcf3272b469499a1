package schemas

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
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
		r := &Release{file: doc.File, doc: doc.Index, at: p.at, node: p.node, set: p.set}
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
	set  string // that moves together, "" if it does not
}

// places finds the Releases of a document.
func (d *decoder) places(root *yaml.Node) []place {
	kind := lookup(root, "kind")
	if kind == nil || kind.Value != KindReleaseSet {
		return []place{{"", root, ""}}
	}
	d.setKeys(root)
	set := d.together(root)
	items := lookup(root, "items")
	if items == nil || items.Kind != yaml.SequenceNode {
		d.add(root, "items", "required", "items is missing", "a list of Releases")
		return nil
	}
	var places []place
	for i, n := range items.Content {
		places = append(places, place{fmt.Sprintf("items[%d]", i), n, set})
	}
	return places
}

// together is the name of a ReleaseSet whose Releases move together, "" if each moves
// alone.
func (d *decoder) together(root *yaml.Node) string {
	v := lookup(root, Together)
	switch {
	case v == nil || v.Kind == yaml.ScalarNode && v.ShortTag() == "!!bool" && v.Value == "false":
		return ""
	case v.Kind != yaml.ScalarNode || v.ShortTag() != "!!bool" || v.Value != "true":
		d.add(v, Together, "type", kindName(v)+" is not true or false", "true: all items move in one commit; false: each by itself")
		return ""
	}
	metadata := lookup(root, "metadata")
	name := lookup(metadata, "name")
	switch {
	case name == nil:
		d.add(cmp.Or(metadata, root), "metadata.name", "required", "metadata.name is missing",
			"a name for the releases that move together: cutover promote --release NAME")
	case name.Kind != yaml.ScalarNode || !formats["release"].ok(name.Value):
		d.add(name, "metadata.name", "release-name", kindName(name)+" is not "+formats["release"].not, formats["release"].hint)
	default:
		return name.Value
	}
	return ""
}

// setKeys refuses what does not belong in a ReleaseSet.
func (d *decoder) setKeys(root *yaml.Node) {
	legal := []string{"apiVersion", "kind", "metadata", Together, "items"}
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

// File is the file the Release stands in.
func (r *Release) File() string { return r.file }
