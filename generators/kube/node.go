package kube

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Get is the node at a path of keys and list indexes, nil if there is none.
func Get(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		if n = child(n, key); n == nil {
			return nil
		}
	}
	return n
}

// Text is the scalar at a path as an API server gets it, "" if there is none: a
// number in decimal, a boolean as true or false.
func Text(n *yaml.Node, path ...string) string {
	if n = Get(n, path...); n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	if n.Tag == "!!str" {
		return n.Value
	}
	_, text := Meaning(n)
	return text
}

// Number is the whole number at a path as an API server reads it, and whether
// there is one.
func Number(n *yaml.Node, path ...string) (int, bool) { return isNumber(Get(n, path...)) }

// Items are the elements of the list at a path.
func Items(n *yaml.Node, path ...string) []*yaml.Node {
	if n = Get(n, path...); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// Pairs calls yield for every key of the mapping at a path whose value is a
// scalar, in source order.
func Pairs(n *yaml.Node, path ...string) func(yield func(key, value string) bool) {
	n = Get(n, path...)
	return func(yield func(key, value string) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if k, v := n.Content[i], n.Content[i+1]; v.Kind == yaml.ScalarNode && !yield(k.Value, v.Value) {
				return
			}
		}
	}
}

// Strings is the mapping of scalars at a path as a Go map.
func Strings(n *yaml.Node, path ...string) map[string]string {
	m := map[string]string{}
	for k, v := range Pairs(n, path...) {
		m[k] = v
	}
	return m
}

func child(n *yaml.Node, key string) *yaml.Node {
	if i := indexOf(n, key); i >= 0 {
		return n.Content[i]
	}
	return nil
}

// indexOf is where the value of a key, or an element, stands in Content; -1 if nowhere.
func indexOf(n *yaml.Node, key string) int {
	if n == nil {
		return -1
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return i + 1
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(n.Content) {
			return i
		}
	}
	return -1
}

// nearest is the node at a path, or at as much of it as there is.
func nearest(n *yaml.Node, path []string) *yaml.Node {
	for _, key := range path {
		next := child(n, key)
		if next == nil {
			break
		}
		n = next
	}
	return n
}

// Edit is a copy of n with what fn makes of the node at a path; the rest is
// shared with n. fn gets nil where there is nothing, and mappings on the way
// there are made, in the place of what is no mapping too. If fn answers nil, the key or element goes.
func Edit(n *yaml.Node, fn func(*yaml.Node) *yaml.Node, path ...string) *yaml.Node {
	if len(path) == 0 {
		return fn(n)
	}
	c := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	if n != nil && n.ShortTag() != "!!null" {
		*c = *n
		c.Content = append([]*yaml.Node(nil), n.Content...)
	}
	i := indexOf(c, path[0])
	if _, err := strconv.Atoi(path[0]); i < 0 && c.Kind != yaml.MappingNode && err != nil {
		c = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	}
	if i < 0 {
		return added(c, path[0], Edit(nil, fn, path[1:]...))
	}
	if v := Edit(c.Content[i], fn, path[1:]...); v != nil {
		c.Content[i] = v
		return c
	}
	return removed(c, i)
}

// Put is a copy of n with v at a path. See [Node] for what v may be.
func Put(n *yaml.Node, v any, path ...string) *yaml.Node {
	return Edit(n, func(*yaml.Node) *yaml.Node { return Node(v) }, path...)
}

// Each is a copy of a list with what fn makes of every element in its place.
func Each(list *yaml.Node, fn func(*yaml.Node) []*yaml.Node) *yaml.Node {
	c := *list
	c.Content = nil
	for _, n := range list.Content {
		c.Content = append(c.Content, fn(n)...)
	}
	return &c
}

// EditAll is a copy of n in which fn has changed every node at a path, where *
// stands for all elements of a list. What is not there is not made.
func EditAll(n *yaml.Node, fn func(*yaml.Node) *yaml.Node, path ...string) *yaml.Node {
	if len(path) == 0 {
		return fn(n)
	}
	if path[0] == "*" {
		if n.Kind != yaml.SequenceNode {
			return n
		}
		return Each(n, func(item *yaml.Node) []*yaml.Node { return []*yaml.Node{EditAll(item, fn, path[1:]...)} })
	}
	if child(n, path[0]) == nil {
		return n
	}
	return Edit(n, func(v *yaml.Node) *yaml.Node { return EditAll(v, fn, path[1:]...) }, path[0])
}

// Headless is a mapping without the comment at its head.
func Headless(n *yaml.Node) *yaml.Node {
	if len(n.Content) == 0 || n.HeadComment == "" && n.Content[0].HeadComment == "" {
		return n
	}
	c, first := *n, *n.Content[0]
	c.HeadComment, first.HeadComment = "", ""
	c.Content = append([]*yaml.Node{&first}, n.Content[1:]...)
	return &c
}

// added puts a key behind the others.
func added(m *yaml.Node, key string, v *yaml.Node) *yaml.Node {
	if v == nil || m.Kind != yaml.MappingNode {
		return m
	}
	if len(m.Content) == 0 {
		m.Style = 0 // {} becomes a block
	}
	m.Content = append(m.Content, word(key), v)
	return m
}

func removed(n *yaml.Node, i int) *yaml.Node {
	from := i
	if n.Kind == yaml.MappingNode {
		from = i - 1
	}
	n.Content = append(n.Content[:from], n.Content[i+1:]...)
	return n
}

// Equal reports whether two nodes mean the same: comments, style and the
// order of keys do not count.
func Equal(a, b *yaml.Node) bool {
	switch {
	case a == b:
		return true
	case a == nil || b == nil || a.Kind != b.Kind || len(a.Content) != len(b.Content):
		return false
	case a.Kind == yaml.ScalarNode:
		return sameScalar(a, b)
	case a.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(a.Content); i += 2 {
			v := b.Content[i+1] // where the order is the same, as it mostly is
			if b.Content[i].Value != a.Content[i].Value {
				v = child(b, a.Content[i].Value)
			}
			if !Equal(a.Content[i+1], v) {
				return false
			}
		}
		return true
	}
	for i := range a.Content {
		if !Equal(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

// Hash names what nodes mean, in 8 hex digits: equal nodes have equal hashes,
// however they are written.
func Hash(nodes ...*yaml.Node) string {
	var b []byte
	for _, n := range nodes {
		b = canonical(b, n)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:4])
}

// canonical writes a node so that equal ones are equal bytes.
func canonical(b []byte, n *yaml.Node) []byte {
	switch {
	case n == nil:
		return append(b, '~')
	case n.Kind == yaml.ScalarNode:
		tag, text := Meaning(n)
		return fmt.Appendf(b, "%s %q ", tag, text)
	case n.Kind == yaml.MappingNode:
		var keys []string
		values := map[string]*yaml.Node{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			keys = append(keys, n.Content[i].Value)
			values[n.Content[i].Value] = n.Content[i+1]
		}
		slices.Sort(keys)
		b = append(b, '{')
		for _, k := range keys {
			b = canonical(fmt.Appendf(b, "%q:", k), values[k])
		}
		return append(b, '}')
	}
	b = append(b, '[')
	for _, item := range n.Content {
		b = canonical(b, item)
	}
	return append(b, ']')
}

// Difference is the path of the first place where two nodes mean something
// else, with both values where they are short; "" if there is none.
func Difference(a, b *yaml.Node) string {
	switch {
	case Equal(a, b):
		return ""
	case a != nil && b != nil && a.Kind == yaml.MappingNode && b.Kind == yaml.MappingNode:
		return differentKey(a, b)
	case a != nil && b != nil && a.Kind == yaml.SequenceNode && b.Kind == yaml.SequenceNode && len(a.Content) == len(b.Content):
		for i := range a.Content {
			if d := Difference(a.Content[i], b.Content[i]); d != "" {
				return fmt.Sprintf("[%d]%s", i, dotted(d))
			}
		}
	case a != nil && b != nil && a.Kind == yaml.ScalarNode && b.Kind == yaml.ScalarNode && len(a.Value)+len(b.Value) < 120:
		return fmt.Sprintf(" %s → %s", a.Value, b.Value)
	}
	return " differs"
}

func differentKey(a, b *yaml.Node) string {
	for i := 0; i+1 < len(a.Content); i += 2 {
		key := a.Content[i].Value
		if d := Difference(a.Content[i+1], child(b, key)); d != "" {
			return key + dotted(d)
		}
	}
	for i := 0; i+1 < len(b.Content); i += 2 {
		if child(a, b.Content[i].Value) == nil {
			return b.Content[i].Value + " is new"
		}
	}
	return " differs"
}

// dotted joins a path with what follows in it.
func dotted(rest string) string {
	if rest[0] == ' ' || rest[0] == '[' {
		return rest
	}
	return "." + rest
}
