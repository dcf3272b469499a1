package schemas

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// text is one YAML document as it is written, in which single values are
// replaced, added and taken away, and nothing else moves.
type text struct {
	raw   []byte
	lines []int // where each line begins
}

func newText(raw []byte) text {
	t := text{raw, []int{0}}
	for i, b := range raw {
		if b == '\n' {
			t.lines = append(t.lines, i+1)
		}
	}
	return t
}

// order is that of the fields which are added, among their neighbours.
var order = map[string][]string{
	"spec":   {"workload", "app", "live", "tracks", "next", "stage"},
	"tracks": {Blue, Green},
	"":       {"image", "images", "snapshot", "env", "config"},
}

// set writes the value at a path whose last step may not be there yet.
func (t text) set(path []string, write func(old string) string) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(t.raw, &root); err != nil || len(root.Content) == 0 {
		return nil, errors.New("the file is not what it was")
	}
	n := root.Content[0]
	for _, key := range path[:len(path)-1] {
		if n = child(n, key); n == nil || n.Kind == yaml.AliasNode {
			return nil, fmt.Errorf("%s is not written out here", key)
		}
	}
	last := path[len(path)-1]
	if n.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s has no place here", last)
	}
	m := mapping{t, n}
	i := 0
	for i < len(n.Content) && n.Content[i].Value != last {
		i += 2
	}
	switch new := write(""); {
	case i == len(n.Content) && new == "":
		return t.raw, nil
	case i == len(n.Content):
		names := order[path[max(0, len(path)-2)]]
		if names == nil {
			names = order[""]
		}
		return m.insert(last, new, names)
	case new == "":
		return m.remove(i)
	}
	return m.replace(i, write)
}

// offset is where a place stands that the YAML library names: columns are
// characters.
func (t text) offset(n *yaml.Node) int {
	at := t.lines[n.Line-1]
	for range n.Column - 1 {
		_, size := utf8.DecodeRune(t.raw[at:])
		at += size
	}
	return at
}

// lineEnd is the end of the line that holds a place, before its newline.
func (t text) lineEnd(at int) int {
	if i := bytes.IndexByte(t.raw[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(t.raw)
}

// cut puts other text in the place of a part.
func (t text) cut(start, end int, with string) []byte {
	return slices.Concat(t.raw[:start], []byte(with), t.raw[end:])
}

// mapping is one in the text.
type mapping struct {
	text
	*yaml.Node
}

func (m mapping) inFlow() bool { return m.Style&yaml.FlowStyle != 0 }

// isBlock reports whether a value stands on lines of its own below its key.
func isBlock(v *yaml.Node) bool {
	switch v.Kind {
	case yaml.MappingNode, yaml.SequenceNode:
		return v.Style&yaml.FlowStyle == 0
	}
	return v.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

// replace writes the value of the key at i.
func (m mapping) replace(i int, write func(old string) string) ([]byte, error) {
	k, v := m.Content[i], m.Content[i+1]
	colon, err := m.colon(k)
	if err != nil {
		return nil, err
	}
	if isBlock(v) {
		key := m.lineEnd(colon)
		return slices.Concat(m.raw[:colon], []byte(" "+write("\n")), m.raw[colon:key], m.raw[m.below(k):]), nil
	}
	start, end, err := m.span(k, v)
	if err != nil {
		return nil, err
	}
	if start == end {
		return m.cut(start, end, " "+write("")), nil
	}
	return m.cut(start, end, write(string(m.raw[start:end]))), nil
}

// remove takes the key at i away.
func (m mapping) remove(i int) ([]byte, error) {
	k := m.Content[i]
	if !m.inFlow() {
		return m.cut(m.lines[k.Line-1], min(len(m.raw), m.below(k)+1), ""), nil
	}
	_, end, err := m.span(k, m.Content[i+1])
	if err != nil {
		return nil, err
	}
	switch {
	case i > 0:
		_, before, err := m.span(m.Content[i-2], m.Content[i-1])
		return m.cut(before, end, ""), err
	case len(m.Content) > 2:
		return m.cut(m.offset(k), m.offset(m.Content[2]), ""), nil
	}
	return m.cut(m.offset(k), end, ""), nil
}

// insert adds a key behind those that come before it by name.
func (m mapping) insert(key, value string, names []string) ([]byte, error) {
	entry := key + ": " + value
	if len(m.Content) == 0 {
		return m.cut(m.offset(m.Node)+1, m.offset(m.Node)+1, entry), nil // behind the brace
	}
	after := -2
	mine := slices.Index(names, key)
	for i := 0; i < len(m.Content); i += 2 {
		if at := slices.Index(names, m.Content[i].Value); at >= 0 && at < mine {
			after = i
		}
	}
	if after < 0 {
		first := m.offset(m.Content[0])
		if m.inFlow() {
			return m.cut(first, first, entry+", "), nil
		}
		return m.cut(first, first, entry+"\n"+strings.Repeat(" ", m.Content[0].Column-1)), nil
	}
	k, v := m.Content[after], m.Content[after+1]
	if m.inFlow() {
		_, end, err := m.span(k, v)
		return m.cut(end, end, ", "+entry), err
	}
	end, line := m.below(k), "\n"+strings.Repeat(" ", k.Column-1)+entry
	return m.cut(end, end, line), nil
}

// below is the end of the last line of what a key in block style holds: lines
// that are indented further, and what a bracket holds open.
func (m mapping) below(k *yaml.Node) int {
	end := m.lineEnd(m.offset(k))
	if i := slices.Index(m.Content, k); m.Content[i+1].Style&yaml.FlowStyle != 0 {
		if _, last, err := m.span(k, m.Content[i+1]); err == nil {
			return m.lineEnd(last)
		}
	}
	last := end
	for end < len(m.raw) {
		start := end + 1
		if start >= len(m.raw) {
			break
		}
		end = m.lineEnd(start)
		line := m.raw[start:end]
		content := bytes.TrimLeft(line, " ")
		switch indent := len(line) - len(content); {
		case len(content) == 0:
			continue
		case indent < k.Column && (indent != k.Column-1 || !bytes.HasPrefix(content, []byte("- "))):
			return last
		}
		last = end
	}
	return last
}

// colon is the place behind a key and its colon.
func (m mapping) colon(k *yaml.Node) (int, error) {
	_, end, err := m.scalar(k)
	if err != nil {
		return 0, err
	}
	rest := m.raw[end:m.lineEnd(end)]
	if trimmed := bytes.TrimLeft(rest, " "); bytes.HasPrefix(trimmed, []byte(":")) {
		return end + len(rest) - len(trimmed) + 1, nil
	}
	return 0, fmt.Errorf("%s has no colon", k.Value)
}

// span is where a value in one piece begins and ends: nowhere behind the colon
// if there is none.
func (m mapping) span(k, v *yaml.Node) (start, end int, err error) {
	switch {
	case v.Anchor != "":
		return 0, 0, fmt.Errorf("%s is an anchor, which may be used elsewhere", k.Value)
	case v.Kind == yaml.AliasNode:
		start = m.offset(v)
		return start, start + 1 + len(v.Value), nil
	case v.Kind == yaml.ScalarNode && v.Tag == "!!null" && v.Value == "":
		start, err = m.colon(k)
		return start, start, err
	case v.Kind == yaml.ScalarNode:
		return m.scalar(v)
	case isBlock(v):
		return 0, 0, fmt.Errorf("%s is not written in one piece", k.Value)
	}
	start = m.offset(v)
	end, err = m.bracket(start)
	return start, end, err
}

// scalar is where a word in one line begins and ends.
func (t text) scalar(n *yaml.Node) (start, end int, err error) {
	start = t.offset(n)
	switch rest := t.raw[start:]; {
	case n.Style&yaml.DoubleQuotedStyle != 0 && rest[0] == '"', n.Style&yaml.SingleQuotedStyle != 0 && rest[0] == '\'':
		return start, t.quote(start), nil
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) == 0 && bytes.HasPrefix(rest, []byte(n.Value)):
		return start, start + len(n.Value), nil
	}
	return 0, 0, fmt.Errorf("%q is not written in one piece", n.Value)
}

// quote is the place behind a quoted word.
func (t text) quote(start int) int {
	q := t.raw[start]
	for i := start + 1; i < len(t.raw); i++ {
		switch {
		case q == '"' && t.raw[i] == '\\':
			i++
		case q == '\'' && t.raw[i] == q && i+1 < len(t.raw) && t.raw[i+1] == q:
			i++
		case t.raw[i] == q:
			return i + 1
		}
	}
	return len(t.raw)
}

// bracket is the place behind a mapping or list in flow style.
func (t text) bracket(start int) (int, error) {
	depth, before := 0, byte('{') // the last character that is no space
	for i := start; i < len(t.raw); i++ {
		switch c := t.raw[i]; {
		case c == ' ' || c == '\n' || c == '\t':
			continue
		case c == '#' && i > 0 && strings.IndexByte(" \n\t", t.raw[i-1]) >= 0:
			i = t.lineEnd(i)
			continue
		case (c == '"' || c == '\'') && strings.IndexByte("{[,:", before) >= 0:
			i = t.quote(i) - 1
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1, nil
			}
		}
		before = t.raw[i]
	}
	return 0, errors.New("a bracket is not closed")
}

// plain reports whether a word says the same without quotes, in a mapping in
// one line too.
func plain(s string) bool {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte("{"+s+": "+s+"}"), &n); err != nil || len(n.Content) != 1 || len(n.Content[0].Content) != 2 {
		return false
	}
	k, v := n.Content[0].Content[0], n.Content[0].Content[1]
	str := func(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!str" && n.Value == s }
	return str(k) && str(v)
}
