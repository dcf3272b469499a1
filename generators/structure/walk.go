package structure

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// in goes on with a field or an element.
func (w *walk) in(key string, n *yaml.Node, ref string) {
	w.path = append(w.path, key)
	w.value(n, ref)
	w.path = w.path[:len(w.path)-1]
}

// value judges a value by the block of its type.
func (w *walk) value(n *yaml.Node, ref string) {
	if ref == "*" || isNull(n) || n.Kind == yaml.AliasNode || len(w.faults) == maxFaults {
		return
	}
	b, before := w.blocks.read(ref), len(w.faults)
	switch b.letter {
	case "o":
		w.mapping(n, b)
	case "m":
		w.mapOf(n, b)
	case "a":
		w.list(n, b)
	case "*":
		w.conditions(n, b)
	default:
		w.scalar(n, b)
	}
	if len(w.faults) == before { // else one cause might be told twice
		w.ruled(n, b)
	}
}

// mapping judges a mapping with fields of its own.
func (w *walk) mapping(n *yaml.Node, b block) {
	if n.Kind != yaml.MappingNode {
		if !isTemplated(n) {
			w.fault(shown(n)+" stands where a mapping is wanted", "a mapping")
		}
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		f, known := b.named(key.Value)
		switch {
		case known:
			w.in(key.Value, n.Content[i+1], f.ref)
		case isTemplated(key) || key.Value == "<<" || b.open():
		default:
			w.unknown(key.Value, b)
		}
	}
	w.required(n, b)
	w.conditions(n, b)
}

// mapOf judges a mapping whose keys are the user's.
func (w *walk) mapOf(n *yaml.Node, b block) {
	if n.Kind != yaml.MappingNode {
		if !isTemplated(n) {
			w.fault(shown(n)+" stands where a mapping is wanted", "a mapping")
		}
		return
	}
	of := b.element()
	for i := 0; i+1 < len(n.Content); i += 2 {
		w.in(n.Content[i].Value, n.Content[i+1], of)
	}
	w.conditions(n, b)
}

// list judges a list and its elements.
func (w *walk) list(n *yaml.Node, b block) {
	if n.Kind != yaml.SequenceNode {
		if !isTemplated(n) {
			w.fault(shown(n)+" stands where a list is wanted", "a list: a dash before each element")
		}
		return
	}
	of := b.element()
	for i, item := range n.Content {
		w.in(strconv.Itoa(i), item, of)
	}
	for key, v := range b.words {
		if (key == "k" || key == "K") && b.rules != of {
			w.twins(n, of, v, key == "K")
		}
	}
	w.conditions(n, b)
}

// scalar judges a value that is neither a mapping nor a list.
func (w *walk) scalar(n *yaml.Node, b block) {
	if n.Kind == yaml.ScalarNode && isTemplated(n) {
		return
	}
	message, hint := mistyped(n, b.letter)
	if message != "" {
		w.fault(message, hint)
		return
	}
	w.bounds(n, b)
	w.conditions(n, b)
}

// conditions judges what holds of mappings and lists as a whole.
func (w *walk) conditions(n *yaml.Node, b block) {
	if b.rules == "" {
		return
	}
	for key, v := range b.words {
		switch key {
		case "n", "N":
			w.count(n, key, v)
		case "one", "most":
			w.alternatives(n, key, strings.Split(v, ","))
		case "anyOf", "allOf", "oneOf", "not":
			w.branches(n, key, strings.Split(v, ","))
		case "meta":
			w.metadata(get(n, "metadata"))
		case "f":
			w.keys(n, v)
		}
	}
}

// branches judges a value by the parts of anyOf, allOf, oneOf and not.
func (w *walk) branches(n *yaml.Node, key string, refs []string) {
	var fits int
	var first []Fault
	for _, ref := range refs {
		found := w.try(n, ref)
		if len(found) == 0 {
			fits++
		} else if first == nil {
			first = found
		}
	}
	switch {
	case key == "allOf" && first != nil:
		w.addAll(first)
	case key == "anyOf" && fits == 0 && len(refs) == 1:
		w.addAll(first)
	case key == "anyOf" && fits == 0, key == "oneOf" && fits == 0:
		w.fault("one of several forms is wanted, and this is none: "+first[0].Message, "see the documentation of the kind")
	case key == "oneOf" && fits > 1:
		w.fault("fields that exclude each other are there"+among(n, refs), "one of them")
	case key == "not" && fits > 0:
		w.fault("this is a form that is not allowed"+among(n, refs), "leave one of its fields out")
	}
}

// try judges a value by a branch, and takes nothing down.
func (w *walk) try(n *yaml.Node, ref string) []Fault {
	t := walk{rules: w.rules, blocks: w.blocks, path: w.path}
	t.branch(n, ref)
	return t.faults
}

// branch judges a value by a block of conditions: a field is looked at if it is there.
func (w *walk) branch(n *yaml.Node, ref string) {
	b := w.blocks.read(ref)
	if isNull(n) || n.Kind == yaml.AliasNode {
		return
	}
	for f := range b.each {
		v := get(n, f.name)
		if f.must && n.Kind == yaml.MappingNode && isNull(v) {
			w.fault(f.name+" is missing", "write "+f.name)
		}
		if v != nil && f.ref != "*" {
			w.path = append(w.path, f.name)
			w.branch(v, f.ref)
			w.path = w.path[:len(w.path)-1]
		}
	}
	w.conditions(n, b)
	if n.Kind == yaml.ScalarNode {
		w.bounds(n, b)
	}
	for key, v := range b.words {
		if key == "items" && n.Kind == yaml.SequenceNode {
			for _, item := range n.Content {
				w.branch(item, v)
			}
		}
	}
}
