package structure

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/structure/cel"

	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// unknown takes down a field that there is not.
func (w *walk) unknown(key string, b block) {
	w.add(Fault{
		Path: slices.Concat(w.path, []string{key}), Message: "there is no field " + strconv.Quote(short(key)) + " here",
		Hint: w.nearest(key, b), Unknown: true,
	})
}

// nearest says which field is meant, or which there are.
func (w *walk) nearest(key string, b block) string {
	var all []string
	for f := range b.each {
		all = append(all, f.name)
	}
	if near := schemas.Nearest(key, all); near != "" {
		return "did you mean " + near + "?"
	}
	if len(all) > 0 && len(all) <= 12 {
		return "one of " + strings.Join(all, ", ")
	}
	return "leave it out"
}

func short(key string) string {
	if len(key) > 60 {
		return strings.ToValidUTF8(key[:57], "") + "…"
	}
	return key
}

// required judges what must be there.
func (w *walk) required(n *yaml.Node, b block) {
	for f := range b.marked("\t!") {
		if f.must && isNull(get(n, f.name)) {
			w.fault(f.name+" is missing", "write "+f.name)
		}
	}
}

// alternatives judges fields of which one alone may be there.
func (w *walk) alternatives(n *yaml.Node, key string, names []string) {
	var there []string
	for _, name := range names {
		if !isNull(get(n, name)) {
			there = append(there, name)
		}
	}
	switch {
	case len(there) > 1:
		w.fault(schemas.And(there)+" exclude each other", "one of the two")
	case len(there) == 0 && key == "one":
		w.fault("one of "+strings.Join(names, ", ")+" is wanted, and none is there", "one of them")
	}
}

// count judges how many elements there are.
func (w *walk) count(n *yaml.Node, key, bound string) {
	size := len(n.Content)
	if n.Kind == yaml.MappingNode {
		size /= 2
	}
	limit, err := strconv.Atoi(bound)
	switch {
	case err != nil || n.Kind == yaml.ScalarNode:
	case key == "n" && size < limit:
		w.fault(fmt.Sprintf("there are %d elements, and at least %d are wanted", size, limit), "more of them")
	case key == "N" && size > limit:
		w.fault(fmt.Sprintf("there are %d elements, and at most %d are allowed", size, limit), "fewer of them")
	}
}

// keys judges the keys of a mapping.
func (w *walk) keys(n *yaml.Node, form string) {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], n.Content[i+1]
		if isTemplated(key) {
			continue
		}
		if why := forms(form, key.Value); why != "" {
			w.fault(strconv.Quote(short(key.Value))+" "+why, "another key", key.Value)
		}
		if form == "labels" && v.Kind == yaml.ScalarNode && v.ShortTag() == "!!str" && !isTemplated(v) {
			if why := forms("label-value", v.Value); why != "" {
				w.fault(shown(v)+" "+why, "another value", key.Value)
			}
		}
	}
}

// among names the fields that the parts ask for and that are there.
func among(n *yaml.Node, refs []string) string {
	var there []string
	for _, ref := range refs {
		for f := range read(ref).each {
			if f.must && !isNull(get(n, f.name)) {
				there = append(there, f.name)
			}
		}
	}
	if len(there) == 0 {
		return ""
	}
	return ": " + strings.Join(there, ", ")
}

// metadata judges the labels and annotations of an object, or of pods.
func (w *walk) metadata(n *yaml.Node) {
	for _, name := range []string{"labels", "annotations"} {
		if v := get(n, name); v != nil {
			w.path = append(w.path, "metadata", name)
			w.keys(v, name)
			w.path = w.path[:len(w.path)-2]
		}
	}
}

// ruled judges a value by the rules of its kind. What they say is the server's own.
func (w *walk) ruled(n *yaml.Node, b block) {
	if !strings.Contains(b.rules, "\tC=") {
		return
	}
	rule := ""
	for key, v := range b.words {
		if key == "c" {
			rule = v
		}
		if key == "C" && w.rules.rule(rule).Of(n, w.rules.expression) == cel.False {
			w.fault("does not keep a rule of the kind: "+v, "")
		}
	}
}
