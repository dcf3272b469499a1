package schemas

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// This file makes the keys of a mapping what every reader takes them for, or
// refuses them.

// merge replaces a "<<" key by what it brings; keys written out win. Where readers
// disagree (kubectl lets the later one of the two win, go.yaml.in/yaml v2.4.4), the
// document is refused.
func (w *walker) merge(m *yaml.Node) {
	var own, merged []*yaml.Node
	before := map[string]bool{} // keys written out before the merge
	merges := 0
	for i := 0; i+1 < len(m.Content); i += 2 {
		k, v := m.Content[i], m.Content[i+1]
		if k.ShortTag() != "!!merge" {
			own = append(own, k, v)
			continue
		}
		if merges++; merges > 1 {
			w.fail(k, "yaml-merge", "the mapping has a second merge key, which kustomize refuses", "one key: <<: [*a, *b]")
			return
		}
		for j := 0; j < len(own); j += 2 {
			before[own[j].Value] = true
		}
		brings, ok := sources(v)
		if !ok {
			w.fail(v, "yaml-merge", "a merge key takes mappings only", "")
			return
		}
		merged = append(merged, brings...)
	}
	if merges == 0 {
		return
	}
	m.Content = own
	w.mix(m, merged, before)
}

// sources are the keys and values that a merge key brings.
func sources(v *yaml.Node) (pairs []*yaml.Node, ok bool) {
	all := []*yaml.Node{v}
	if v.Kind == yaml.SequenceNode {
		all = v.Content
	}
	for _, s := range all {
		if s.Kind != yaml.MappingNode {
			return nil, false
		}
		pairs = append(pairs, s.Content...)
	}
	return pairs, true
}

// mix adds what a merge key brings and the mapping does not have.
func (w *walker) mix(m *yaml.Node, merged []*yaml.Node, before map[string]bool) {
	seen := map[string]bool{}
	for i := 0; i < len(m.Content); i += 2 {
		seen[m.Content[i].Value] = true
	}
	for i := 0; i+1 < len(merged); i += 2 {
		key := merged[i].Value
		if before[key] {
			w.fail(m, "yaml-merge",
				fmt.Sprintf("key %q comes before the merge key that also sets it: kubectl takes one value, kustomize the other", key), "put << first")
			return
		}
		if !seen[key] {
			seen[key] = true
			m.Content = append(m.Content, merged[i], merged[i+1])
		}
	}
}

// unique refuses a key that stands twice in one mapping, and keys that are not
// the same text for every reader.
func (w *walker) unique(m *yaml.Node) {
	var seen map[string]*yaml.Node
	if len(m.Content) > 16 {
		seen = make(map[string]*yaml.Node, len(m.Content)/2)
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		k := m.Content[i]
		if why := strange(k); why != "" {
			w.fail(k, "yaml-key", why, "")
			return
		}
		if first := earlier(m, i, seen); first != nil {
			w.fail(k, "yaml-duplicate", fmt.Sprintf("key %q is given twice, first in line %d", k.Value, first.Line), "keep one of the two")
			return
		}
	}
}

// strange says why a key is not one text for every reader, if it is not.
func strange(k *yaml.Node) string {
	switch tag := k.ShortTag(); {
	case k.Kind != yaml.ScalarNode:
		return "a key must be a plain word"
	case tag == "!!str" && k.Value == "<<":
		return `"<<" in quotes: kubectl merges, kustomize drops what stands here`
	case tag == "!!str", tag == "!!merge", tag == "!!timestamp":
		return ""
	case tag == "!!int" && Decimal(k.Value):
		return "" // kubectl makes text of it
	}
	return fmt.Sprintf("a key must be text, and %q is not: put it in quotes", k.Value)
}

// earlier finds the key at i among those before it: by a map where the
// mapping is large, by looking where it is small.
func earlier(m *yaml.Node, i int, seen map[string]*yaml.Node) *yaml.Node {
	k := m.Content[i]
	if seen != nil {
		first := seen[k.Value]
		seen[k.Value] = k
		return first
	}
	for j := 0; j < i; j += 2 {
		if m.Content[j].Value == k.Value {
			return m.Content[j]
		}
	}
	return nil
}

// plainTags are those that every reader takes for the same.
var plainTags = []string{"!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq"}

// tag refuses a tag that somebody wrote and readers disagree on: !!bool yes is true
// for kubectl and an error for kustomize, !!binary is text that only they decode.
func (w *walker) tag(n *yaml.Node) {
	if n.Tag == "!!float" && strings.ContainsAny(n.Value, "fFN") {
		w.fail(n, "yaml-number", n.Value+" is not a number that can be sent to an API server", "a number; or text, in quotes")
	}
	if n.Style&yaml.TaggedStyle == 0 {
		return
	}
	plain := n.ShortTag() == "!!str"
	if n.Kind != yaml.ScalarNode {
		plain = slices.Contains(plainTags, n.ShortTag())
	} else if !plain {
		bare := yaml.Node{Kind: yaml.ScalarNode, Value: n.Value}
		plain = slices.Contains(plainTags, n.ShortTag()) && bare.ShortTag() == n.ShortTag()
	}
	if !plain {
		w.fail(n, "yaml-tag", "YAML readers disagree about the tag "+n.ShortTag()+" here", "leave it out")
	}
}
