package kube

import (
	"strings"

	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file writes what most objects are, mappings, lists and short texts without
// comments, as go.yaml.in/yaml v3.0.4 writes them, byte for byte, in a tenth of the time.
// Whatever else there is in an object, the library writes the whole of it.

// written appends a node. ok is no if the library has to write it.
func written(dst []byte, n *yaml.Node) (text []byte, ok bool) {
	if n == nil || n.Kind != yaml.MappingNode || n.Style != 0 || len(n.Content) == 0 || !bareNode(n, "!!map") {
		return dst, false
	}
	w := writer{dst}
	ok = w.mapping(n, 0)
	return w.text, ok
}

// bareNode reports whether a node has nothing but its value: no comment, no anchor, and
// the tag that its kind has anyway.
func bareNode(n *yaml.Node, tag string) bool {
	return (n.Tag == "" || n.Tag == tag) && n.Anchor == "" && n.HeadComment == "" && n.LineComment == "" && n.FootComment == ""
}

type writer struct{ text []byte }

func (w *writer) put(text string) { w.text = append(w.text, text...) }

const blanks = "                                                                "

func (w *writer) indent(n int) {
	for ; n > len(blanks); n -= len(blanks) {
		w.put(blanks)
	}
	w.put(blanks[:n])
}

// mapping writes a block, whose first key stands where the text ends.
func (w *writer) mapping(n *yaml.Node, indent int) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if i > 0 {
			w.indent(indent)
		}
		if !w.key(n.Content[i], plainInBlock) {
			return false
		}
		w.put(":")
		if v := n.Content[i+1]; !w.literal(v, indent+2) && !w.value(v, indent) {
			return false
		}
	}
	return true
}

// maxKey is the longest key that stands before its colon in one line.
const maxKey = 128

func (w *writer) key(n *yaml.Node, plain func(string) bool) bool {
	return n.Kind == yaml.ScalarNode && n.Value != "" && len(n.Value) < maxKey && w.scalar(n, plain)
}

// value writes what stands behind a key, or a dash.
func (w *writer) value(n *yaml.Node, indent int) bool {
	switch {
	case n.Kind == yaml.ScalarNode && n.Value == "" && n.Style == 0 && bareNode(n, "!!null"):
		w.put("\n")
		return true
	case n.Kind == yaml.ScalarNode || len(n.Content) == 0 || n.Style == yaml.FlowStyle:
		w.put(" ")
		if !w.inline(n, plainInBlock) {
			return false
		}
		w.put("\n")
		return true
	case n.Kind == yaml.MappingNode && n.Style == 0 && bareNode(n, "!!map"):
		w.put("\n")
		w.indent(indent + 2)
		return w.mapping(n, indent+2)
	case n.Kind == yaml.SequenceNode && n.Style == 0 && bareNode(n, "!!seq"):
		w.put("\n")
		return w.list(n, indent)
	}
	return false
}

// list writes a block of elements, their dashes as far to the right as the key.
func (w *writer) list(n *yaml.Node, indent int) bool {
	for _, item := range n.Content {
		w.indent(indent)
		w.put("-")
		switch {
		case item.Kind == yaml.MappingNode && item.Style == 0 && len(item.Content) > 0 && bareNode(item, "!!map"):
			w.put(" ")
			if !w.mapping(item, indent+2) {
				return false
			}
		case item.Kind == yaml.SequenceNode && item.Style == 0 && len(item.Content) > 0 || !w.value(item, indent):
			return false
		}
	}
	return true
}

// inline writes what stands in one line.
func (w *writer) inline(n *yaml.Node, plain func(string) bool) bool {
	switch {
	case n.Kind == yaml.ScalarNode:
		return w.scalar(n, plain)
	case n.Style != 0 && n.Style != yaml.FlowStyle:
		return false
	case n.Kind == yaml.MappingNode && bareNode(n, "!!map"):
		return w.flowMapping(n)
	case n.Kind == yaml.SequenceNode && bareNode(n, "!!seq"):
		return w.flowList(n)
	}
	return false
}

func (w *writer) flowMapping(n *yaml.Node) bool {
	w.put("{")
	for i := 0; i+1 < len(n.Content); i += 2 {
		if i > 0 {
			w.put(", ")
		}
		if !w.key(n.Content[i], plainInFlow) {
			return false
		}
		w.put(": ")
		if !w.inline(n.Content[i+1], plainInFlow) {
			return false
		}
	}
	w.put("}")
	return true
}

func (w *writer) flowList(n *yaml.Node) bool {
	w.put("[")
	for i, item := range n.Content {
		if i > 0 {
			w.put(", ")
		}
		if !w.inline(item, plainInFlow) {
			return false
		}
	}
	w.put("]")
	return true
}

// scalar writes a text in one line: plain where it may be and means the same, else in
// quotes.
func (w *writer) scalar(n *yaml.Node, plain func(string) bool) bool {
	text, tag := n.Value, n.Tag
	isText := tag == "" || tag == "!!str"
	switch {
	case !bareNode(n, tag):
		return false
	case n.Style == 0 && isText && isWord(text):
		w.put(text)
		return true
	case !printable(text):
		return false
	case n.Style == yaml.DoubleQuotedStyle && isText:
		return w.double(text)
	case n.Style == yaml.SingleQuotedStyle && isText:
		w.single(text)
		return true
	case n.Style != 0:
		return false
	case text == "" && tag == "!!str":
		return w.double(text)
	case text == "":
		return false
	case tag == "!!str" && schemas.PlainTag(text) != tag:
		return w.double(text)
	case tag != "" && schemas.PlainTag(text) != tag:
		return false
	case plain(text):
		w.put(text)
	default:
		w.single(text)
	}
	return true
}

// isWord reports whether a text is plain wherever it stands, and a text: most keys, names
// and versions are, and one look is enough. It errs on the side of no.
func isWord(text string) bool {
	if text == "" || wordly[text[0]]&first == 0 || len(text) <= len("false") && wordly[text[0]]&begins != 0 && text != "name" {
		return false
	}
	for i := range len(text) {
		if wordly[text[i]] == 0 {
			return false
		}
	}
	return true
}

// What a character may be in a word.
const (
	inside = 1 << iota // of it
	first              // in it
	begins             // and with it begin words that mean something else, as true does
)

// wordly says what each character may be.
var wordly = [256]byte{
	'-': inside, '.': inside, '_': inside, '/': inside | first,
	'0': inside, '1': inside, '2': inside, '3': inside, '4': inside, '5': inside, '6': inside, '7': inside, '8': inside, '9': inside,
	'A': inside | first, 'B': inside | first, 'C': inside | first, 'D': inside | first, 'E': inside | first, 'F': inside | first | begins,
	'G': inside | first, 'H': inside | first, 'I': inside | first, 'J': inside | first, 'K': inside | first, 'L': inside | first,
	'M': inside | first, 'N': inside | first | begins, 'O': inside | first | begins, 'P': inside | first, 'Q': inside | first,
	'R': inside | first, 'S': inside | first, 'T': inside | first | begins, 'U': inside | first, 'V': inside | first, 'W': inside | first,
	'X': inside | first, 'Y': inside | first | begins, 'Z': inside | first,
	'a': inside | first, 'b': inside | first, 'c': inside | first, 'd': inside | first, 'e': inside | first, 'f': inside | first | begins,
	'g': inside | first, 'h': inside | first, 'i': inside | first, 'j': inside | first, 'k': inside | first, 'l': inside | first,
	'm': inside | first, 'n': inside | first | begins, 'o': inside | first | begins, 'p': inside | first, 'q': inside | first,
	'r': inside | first, 's': inside | first, 't': inside | first | begins, 'u': inside | first, 'v': inside | first, 'w': inside | first,
	'x': inside | first, 'y': inside | first | begins, 'z': inside | first,
}

// double writes a text in double quotes, if nothing in it has to be escaped.
func (w *writer) double(text string) bool {
	if strings.ContainsAny(text, `"\`) {
		return false
	}
	w.put(`"`)
	w.put(text)
	w.put(`"`)
	return true
}

func (w *writer) single(text string) {
	w.put("'")
	w.put(strings.ReplaceAll(text, "'", "''"))
	w.put("'")
}

// literal writes a text of several lines that ends in one line feed, or in none, and in
// which nothing has to be escaped or shown.
func (w *writer) literal(n *yaml.Node, indent int) bool {
	if n.Kind != yaml.ScalarNode || n.Style != 0 && n.Style != yaml.LiteralStyle || n.Style == 0 && strings.IndexByte(n.Value, '\n') < 0 ||
		!bareNode(n, "!!str") {
		return false
	}
	text, ends := strings.CutSuffix(n.Value, "\n")
	if text == "" || strings.HasSuffix(text, "\n") ||
		text[0] == ' ' || text[0] == '\n' || strings.HasSuffix(text, " ") || strings.Contains(text, " \n") || !printableLines(text) {
		return false
	}
	w.put(" |")
	if !ends {
		w.put("-")
	}
	w.put("\n")
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" {
			w.indent(indent)
			w.put(line)
		}
		w.put("\n")
	}
	return true
}

// printable reports whether a text has nothing but the printable characters of ASCII.
func printable(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

func printableLines(text string) bool {
	for i := range len(text) {
		if text[i] != '\n' && (text[i] < ' ' || text[i] > '~') {
			return false
		}
	}
	return true
}

// plainInBlock reports whether a printable text needs no quotes (the library's
// yaml_emitter_analyze_scalar).
func plainInBlock(text string) bool {
	if text[0] == ' ' || text[len(text)-1] == ' ' || strings.HasPrefix(text, "---") || strings.HasPrefix(text, "...") ||
		strings.IndexByte("#,[]{}&*!|>'\"%@`", text[0]) >= 0 {
		return false
	}
	for i := range len(text) {
		ends := i+1 == len(text) || text[i+1] == ' '
		switch text[i] {
		case ':':
			if ends {
				return false
			}
		case '#':
			if text[i-1] == ' ' {
				return false
			}
		case '?', '-':
			if i == 0 && ends {
				return false
			}
		}
	}
	return true
}

// plainInFlow is the same between braces and brackets.
func plainInFlow(text string) bool {
	return plainInBlock(text) && !strings.ContainsAny(text, ",?[]{}:")
}
