package structure

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// filled is a value with what the server fills in before it looks at it. The node is
// shared where nothing is.
func (all blocks) filled(n *yaml.Node, ref string) *yaml.Node {
	if ref == "*" || isNull(n) || n.Kind == yaml.ScalarNode || n.Kind == yaml.AliasNode {
		return n
	}
	b := all.read(ref)
	switch {
	case b.letter == "o" && n.Kind == yaml.MappingNode:
		return all.filledMapping(n, b)
	case b.letter == "m" && n.Kind == yaml.MappingNode, b.letter == "a" && n.Kind == yaml.SequenceNode:
		of := b.element()
		return all.with(n, func(i int) string {
			if n.Kind == yaml.MappingNode && i%2 == 0 {
				return "*"
			}
			return of
		})
	}
	return n
}

// filledMapping fills in the fields of a mapping, and those that are left out.
func (all blocks) filledMapping(n *yaml.Node, b block) *yaml.Node {
	c := all.with(n, func(i int) string {
		if i%2 == 0 {
			return "*"
		}
		f, _ := b.named(n.Content[i-1].Value)
		return f.ref
	})
	for f := range b.marked("\t=") {
		if f.filled == "" || !isNull(get(c, f.name)) {
			continue
		}
		v := parsed(f.filled)
		if v == nil {
			continue
		}
		if c == n {
			copied := *n
			copied.Content = slices.Clone(n.Content)
			c = &copied
		}
		key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: f.name}
		c.Content = append(without(c.Content, f.name), key, all.filled(v, f.ref))
	}
	return c
}

// parsed is a default, which is mostly a word or a number.
func parsed(text string) *yaml.Node {
	if word := strings.Trim(text, `"`); len(word)+2 == len(text) && !strings.ContainsAny(word, `"\\`) {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: word, Style: yaml.DoubleQuotedStyle}
	}
	if strings.Trim(text, digit) == "" {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: text}
	}
	var doc yaml.Node
	if yaml.Unmarshal([]byte(text), &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	return doc.Content[0]
}

// without are the keys and values of a mapping but for one key, anew: a null gives way
// to what is filled in.
func without(content []*yaml.Node, key string) []*yaml.Node {
	i := slices.IndexFunc(content, func(n *yaml.Node) bool { return n.Value == key })
	for i >= 0 && i%2 == 1 { // a value of that name
		next := slices.IndexFunc(content[i+1:], func(n *yaml.Node) bool { return n.Value == key })
		if next < 0 {
			return content
		}
		i += 1 + next
	}
	if i < 0 || i+1 >= len(content) {
		return content
	}
	return slices.Delete(slices.Clone(content), i, i+2)
}

// with is a node with every part filled, by its block; "" and * stand for none.
func (all blocks) with(n *yaml.Node, ref func(i int) string) *yaml.Node {
	c := n
	for i, part := range n.Content {
		r := ref(i)
		if r == "" || r == "*" {
			continue
		}
		if now := all.filled(part, r); now != part {
			if c == n {
				copied := *n
				copied.Content = slices.Clone(n.Content)
				c = &copied
			}
			c.Content[i] = now
		}
	}
	return c
}
