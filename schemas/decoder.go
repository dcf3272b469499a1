package schemas

import (
	"reflect"

	"go.yaml.in/yaml/v3"
)

// decoder fills Go values from YAML nodes and collects what is wrong.
type decoder struct {
	file      string
	providers []Provider
	found     []Finding
	types     map[reflect.Type][]field
}

func newDecoder(file string, providers []Provider) *decoder {
	return &decoder{file: file, providers: providers, types: map[reflect.Type][]field{}}
}

func (d *decoder) add(n *yaml.Node, at, id, message, hint string) {
	f := Finding{File: d.file, Line: n.Line, Col: n.Column, Path: at, ID: id, Message: message, Hint: hint}
	if n.Kind == yaml.ScalarNode {
		f.Current = masked(n.Value)
	}
	d.found = append(d.found, f)
}

// suggest adds a finding about a word that is not among the legal ones: it
// proposes the nearest, or gives the hint.
func (d *decoder) suggest(n *yaml.Node, at, id, message, hint string, legal []string) {
	d.add(n, at, id, message, hint)
	d.found[len(d.found)-1].Proposed = Nearest(n.Value, legal)
}
