package kube

import (
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

// Text is the scalar at a path, "" if there is none.
func Text(n *yaml.Node, path ...string) string {
	if n = Get(n, path...); n == nil || n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		return ""
	}
	return n.Value
}

// Number is the whole number at a path, and whether there is one.
func Number(n *yaml.Node, path ...string) (int, bool) {
	i, err := strconv.Atoi(Text(n, path...))
	return i, err == nil
}

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
// there are made. If fn answers nil, the key or element goes.
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
		return a.Value == b.Value && a.ShortTag() == b.ShortTag()
	case a.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(a.Content); i += 2 {
			if !Equal(a.Content[i+1], child(b, a.Content[i].Value)) {
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
