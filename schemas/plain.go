package schemas

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// This file reads what most documents are, block mappings and lists of short texts
// without comments, anchors and tags, as go.yaml.in/yaml v3.0.6 reads them, node for
// node, in a tenth of the time. Whatever else there is in a document, or is wrong with
// it, the library reads the whole of it: where in doubt this reader gives up.

// plainly reads a document. ok is no if the library has to read it.
func plainly(raw []byte) (n *yaml.Node, ok bool) {
	for _, c := range raw {
		if c != '\n' && (c < ' ' || c > '~') {
			return nil, false
		}
	}
	p := plainReader{text: string(raw), line: 1}
	if !p.settle() || p.at == len(p.text) {
		return nil, false
	}
	n = p.block(-1)
	return n, n != nil && n.Kind != yaml.ScalarNode && p.at == len(p.text)
}

// deepest is how far this reader follows mappings and lists into each other.
const deepest = 50

// plainReader reads a text from the top. Its methods answer nil, or no, when they give up.
type plainReader struct {
	text  string
	at    int // what is read next
	begin int // of the line of that
	line  int // its number, from 1
	depth int

	nodes []yaml.Node  // made ahead
	links []*yaml.Node // made ahead: contents of nodes
	pile  []*yaml.Node // contents of the nodes that are being read
}

// col is the column, from 0. At the end of the text it is left of all others.
func (p *plainReader) col() int {
	if p.at == len(p.text) {
		return -1
	}
	return p.at - p.begin
}

// peek is the character that is read next, 0 at the end.
func (p *plainReader) peek() byte {
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

func (p *plainReader) spaces() {
	for p.peek() == ' ' {
		p.at++
	}
}

// endOfLine reports whether nothing but spaces stands on the rest of the line.
func (p *plainReader) endOfLine() bool {
	p.spaces()
	return p.at == len(p.text) || p.text[p.at] == '\n'
}

// settle goes on to what stands next, on this line or below.
func (p *plainReader) settle() bool {
	for p.endOfLine() && p.at < len(p.text) {
		p.newline()
	}
	rest := p.text[p.at:]
	return !strings.HasPrefix(rest, "#") && (p.at > p.begin || !strings.HasPrefix(rest, "---") && !strings.HasPrefix(rest, "..."))
}

// over ends a value whose parent stands in a column. What is indented further than that
// would be a part of it.
func (p *plainReader) over(parent int) bool { return p.endOfLine() && p.settle() && p.col() <= parent }

// blankBehind reports whether a space, or the end of the line, follows the next character.
func (p *plainReader) blankBehind() bool {
	return p.at+1 == len(p.text) || p.text[p.at+1] == ' ' || p.text[p.at+1] == '\n'
}

func (p *plainReader) dash() bool { return p.peek() == '-' && p.blankBehind() }

// longest is how far to the right a key ends: from 1024 characters on none is one.
const longest = 1000

func (p *plainReader) colon() bool {
	return p.peek() == ':' && p.blankBehind() && p.at-p.begin < longest
}

// newline goes to the beginning of the next line, from the end of this one.
func (p *plainReader) newline() {
	p.at++
	p.begin = p.at
	p.line++
}

// mark is a place in the text.
type mark struct{ line, col int }

func (p *plainReader) mark() mark { return mark{p.line, p.at - p.begin + 1} }

// null makes the value of a key or an element that has none.
func (p *plainReader) null(at mark) *yaml.Node {
	n := p.node(yaml.ScalarNode, "!!null")
	n.Line, n.Column = at.line, at.col
	return n
}

// node makes a node that stands here.
func (p *plainReader) node(kind yaml.Kind, tag string) *yaml.Node {
	if len(p.nodes) == 0 {
		p.nodes = make([]yaml.Node, p.room())
	}
	n := &p.nodes[0]
	p.nodes = p.nodes[1:]
	n.Kind, n.Tag, n.Line, n.Column = kind, tag, p.line, p.at-p.begin+1
	return n
}

// room is how many nodes are likely to come. One stands in some nine characters: at first
// there are fewer made than that, so that what is made too many is little.
func (p *plainReader) room() int {
	if p.nodes == nil {
		return len(p.text)/13 + 2
	}
	return (len(p.text)-p.at)/9 + 2
}

// fill takes the contents of a node from the pile, down to where it began.
func (p *plainReader) fill(n *yaml.Node, bottom int) *yaml.Node {
	p.depth--
	size := len(p.pile) - bottom
	if size == 0 {
		return n
	}
	if len(p.links) < size {
		p.links = make([]*yaml.Node, max(size, p.room()))
	}
	n.Content = p.links[:size:size]
	p.links = p.links[size:]
	copy(n.Content, p.pile[bottom:])
	p.pile = p.pile[:bottom]
	return n
}

// deeper counts the mappings and lists that are being read.
func (p *plainReader) deeper() bool {
	p.depth++
	return p.depth <= deepest
}

// block reads what stands here, below a parent in a column.
func (p *plainReader) block(parent int) *yaml.Node {
	if p.dash() {
		return p.list(p.col())
	}
	if c := p.peek(); c == '|' || c == '{' || c == '[' {
		return p.inline(parent)
	}
	col := p.col()
	n := p.scalar(false)
	switch {
	case n == nil:
		return nil
	case p.colon():
		return p.mapping(n, col)
	case !p.over(parent):
		return nil
	}
	return n
}

// mapping reads a block mapping in a column, from the colon behind its first key.
func (p *plainReader) mapping(key *yaml.Node, col int) *yaml.Node {
	if !p.deeper() {
		return nil
	}
	m := p.node(yaml.MappingNode, "!!map")
	m.Line, m.Column = key.Line, key.Column
	bottom := len(p.pile)
	for {
		v := p.value(col)
		if v == nil {
			return nil
		}
		p.pile = append(p.pile, key, v)
		if p.col() != col {
			break
		}
		if key = p.scalar(false); key == nil || !p.colon() {
			return nil
		}
	}
	if p.col() > col {
		return nil
	}
	return p.fill(m, bottom)
}

// value reads what stands behind a colon, or below it.
func (p *plainReader) value(col int) *yaml.Node {
	p.at++
	nothing := p.mark()
	switch {
	case !p.endOfLine():
		return p.inline(col)
	case !p.settle():
		return nil
	case p.col() > col || p.col() == col && p.dash(): // a list need not be indented
		return p.block(col)
	}
	return p.null(nothing)
}

// list reads a block list in a column.
func (p *plainReader) list(col int) *yaml.Node {
	if !p.deeper() {
		return nil
	}
	l := p.node(yaml.SequenceNode, "!!seq")
	bottom := len(p.pile)
	for p.col() == col && p.dash() {
		item := p.item(col)
		if item == nil {
			return nil
		}
		p.pile = append(p.pile, item)
	}
	if p.col() > col {
		return nil
	}
	return p.fill(l, bottom)
}

// item reads what stands behind a dash, or below it.
func (p *plainReader) item(col int) *yaml.Node {
	p.at++
	nothing := p.mark()
	switch {
	case !p.endOfLine():
		return p.block(col)
	case !p.settle():
		return nil
	case p.col() > col:
		return p.block(col)
	}
	return p.null(nothing)
}

// inline reads a value that begins here and is no block.
func (p *plainReader) inline(col int) *yaml.Node {
	var n *yaml.Node
	switch p.peek() {
	case '|':
		return p.literal(col)
	case '{', '[':
		n = p.bracket()
	default:
		n = p.scalar(false)
	}
	if n == nil || !p.over(col) {
		return nil
	}
	return n
}

// bracket reads a mapping or a list on one line.
func (p *plainReader) bracket() *yaml.Node {
	if !p.deeper() {
		return nil
	}
	n, closes := p.node(yaml.SequenceNode, "!!seq"), byte(']')
	if p.peek() == '{' {
		n.Kind, n.Tag, closes = yaml.MappingNode, "!!map", '}'
	}
	n.Style = yaml.FlowStyle
	bottom := len(p.pile)
	for first := true; ; first = false {
		p.at++ // the bracket, or a comma
		p.spaces()
		if first && p.peek() == closes {
			break
		}
		if n.Kind == yaml.MappingNode && !p.keyInBracket() || !p.inBracket() {
			return nil
		}
		p.spaces()
		if p.peek() == closes {
			break
		}
		if p.peek() != ',' {
			return nil
		}
	}
	p.at++
	return p.fill(n, bottom)
}

// keyInBracket reads a key and its colon.
func (p *plainReader) keyInBracket() bool {
	key := p.scalar(true)
	if key == nil || !p.colon() {
		return false
	}
	p.pile = append(p.pile, key)
	p.at++
	p.spaces()
	return true
}

// inBracket reads a value.
func (p *plainReader) inBracket() bool {
	var n *yaml.Node
	switch p.peek() {
	case '{', '[':
		n = p.bracket()
	default:
		n = p.scalar(true)
	}
	p.pile = append(p.pile, n)
	return n != nil
}

// scalar reads a text on one line.
func (p *plainReader) scalar(inBracket bool) *yaml.Node {
	c := p.peek()
	if c == '"' || c == '\'' {
		return p.quoted(c)
	}
	if !begins(c) && (c != '-' || p.blankBehind() || !begins(p.text[p.at+1]) && p.text[p.at+1] != '-') {
		return nil
	}
	end := p.plainEnd(inBracket)
	if end < 0 {
		return nil
	}
	text := strings.TrimRight(p.text[p.at:end], " ")
	n := p.node(yaml.ScalarNode, PlainTag(text))
	n.Value = text
	p.at += len(text)
	return n
}

// begins reports whether a plain text may begin with a character, and no mark of YAML's does.
func begins(c byte) bool {
	return c > ' ' && c <= '~' && strings.IndexByte("-?:,[]{}#&*!|>'\"%@`<", c) < 0
}

// plainEnd is where a plain text ends, below 0 where that is not plain.
func (p *plainReader) plainEnd(inBracket bool) int {
	for i := p.at; i < len(p.text); i++ {
		switch c := p.text[i]; c {
		case '\n':
			return i
		case ':':
			if i+1 == len(p.text) || p.text[i+1] == ' ' || p.text[i+1] == '\n' {
				return i
			}
			if inBracket && strings.IndexByte(",[]{}", p.text[i+1]) >= 0 {
				return -1
			}
		case '#':
			if p.text[i-1] == ' ' {
				return -1 // a comment
			}
		case ',', '[', ']', '{', '}':
			if inBracket {
				return i
			}
		case '?':
			if inBracket {
				return -1
			}
		}
	}
	return len(p.text)
}

// quoted reads a text in quotes in which nothing is escaped but a single one.
func (p *plainReader) quoted(quote byte) *yaml.Node {
	end := p.at + 1
	for ; ; end++ {
		if end == len(p.text) || p.text[end] == '\n' || p.text[end] == '\\' && quote == '"' {
			return nil
		}
		if p.text[end] != quote {
			continue
		}
		if quote == '"' || end+1 == len(p.text) || p.text[end+1] != quote {
			break
		}
		end++
	}
	n := p.node(yaml.ScalarNode, "!!str")
	n.Value, n.Style = p.text[p.at+1:end], yaml.DoubleQuotedStyle
	if quote == '\'' {
		n.Value, n.Style = strings.ReplaceAll(n.Value, "''", "'"), yaml.SingleQuotedStyle
	}
	p.at = end + 1
	return n
}

// literal reads a text of several lines, the first of which is not empty, below a parent
// in a column.
func (p *plainReader) literal(parent int) *yaml.Node {
	n := p.node(yaml.ScalarNode, "!!str")
	n.Style = yaml.LiteralStyle
	p.at++
	chomped := p.peek() == '-'
	if chomped {
		p.at++
	}
	if p.peek() != '\n' {
		return nil
	}
	text, ok := p.indented(parent)
	if !ok || !p.settle() || p.col() > parent {
		return nil
	}
	if n.Value = text; chomped {
		n.Value = strings.TrimSuffix(text, "\n")
	}
	return n
}

// indented reads the lines below this one that are indented further than a column, as
// far as the first of them is.
func (p *plainReader) indented(parent int) (text string, ok bool) {
	p.newline()
	indent := leading(p.text[p.at:])
	if indent == 0 || indent <= parent {
		return "", false
	}
	var b strings.Builder
	for empty := 0; p.at < len(p.text); p.newline() {
		line, _, ends := strings.Cut(p.text[p.at:], "\n")
		spaces := leading(line)
		if line != "" && spaces < indent && spaces < len(line) {
			break
		}
		switch {
		case line == "":
			empty++
		case spaces == len(line) || !ends:
			return "", false
		default:
			for ; empty > 0; empty-- {
				b.WriteByte('\n')
			}
			b.WriteString(line[indent:])
			b.WriteByte('\n')
		}
		p.at += len(line)
	}
	return b.String(), true
}

// leading is how many spaces a text begins with.
func leading(text string) int { return len(text) - len(strings.TrimLeft(text, " ")) }

// PlainTag is the tag of a text that stands without quotes.
func PlainTag(text string) string {
	switch c := text[0]; {
	case strings.IndexByte("yYnNtTfFoO~<", c) < 0 && (c|0x20 >= 'a' && c|0x20 <= 'z' || c == '/'):
		return "!!str" // by its first letter it is no other word
	case text == "true" || text == "false":
		return "!!bool"
	case Decimal(text):
		return "!!int"
	}
	return (&yaml.Node{Kind: yaml.ScalarNode, Value: text}).ShortTag()
}

// Decimal reports whether a whole number is written the plain way, so that every
// reader shows it as it stands.
func Decimal(s string) bool {
	if s == "0" {
		return true
	}
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) > 0 && len(s) <= 15 && s[0] != '0'
}
