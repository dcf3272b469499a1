package schemas

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// What one input may cost. Larger input is a finding, not a crash: etcd stores
// at most 1.5 MiB per object, so nothing real comes near.
const (
	MaxFile     = 32 << 20 // bytes in one file or stream
	maxDocument = 4 << 20  // bytes in one document
	maxDocs     = 50_000   // documents in one file or stream
	maxNodes    = 250_000  // YAML nodes in one document, aliases expanded
	maxDepth    = 200      // nested mappings and lists
)

// Limits bound what one parse may cost.
type Limits struct {
	Bytes int // in the text of one document
	Nodes int // YAML nodes, aliases expanded
}

// DocumentLimits are those of a file's documents. ListLimits are those of a
// ResourceList, which holds a whole package.
var (
	DocumentLimits = Limits{maxDocument, maxNodes}
	ListLimits     = Limits{64 << 20, 8_000_000}
)

// Document is one YAML document of a stream. Its Node is shared and must not
// be changed.
type Document struct {
	File  string
	Index int        // position in the file, from 0
	Line  int        // line of the file at which Raw begins, from 1
	Raw   []byte     // the text as written, comments included, separators not
	Node  *yaml.Node // the root value; aliases and merge keys are expanded
}

// Documents splits a YAML stream and parses each document on its own, so that
// one bad document hides no finding in another. Lines and columns are those of
// the file. Documents without content are left out.
func Documents(file string, data []byte) ([]Document, []Finding) {
	if f, ok := refuse(file, data, MaxFile); ok {
		return nil, []Finding{f}
	}
	var docs []Document
	var found []Finding
	chunks := split(bytes.TrimPrefix(data, []byte("\ufeff")))
	if len(chunks) > maxDocs {
		return nil, []Finding{{File: file, Line: chunks[maxDocs].line, ID: "file-size", Message: fmt.Sprintf("more than %d documents in one file", maxDocs), Hint: "split it"}}
	}
	for _, c := range chunks {
		doc := Document{File: file, Index: len(docs), Line: c.line, Raw: c.text}
		node, f := parse(doc, DocumentLimits)
		switch {
		case f != nil:
			found = append(found, *f)
		case node != nil:
			doc.Node = node
			docs = append(docs, doc)
		}
	}
	return docs, found
}

const noObject = "split it; no object that an API server stores is larger than 1.5 MiB"

// One parses a text that is one document.
func One(file string, data []byte, limits Limits) (Document, []Finding) {
	doc := Document{File: file, Line: 1, Raw: data}
	if f, ok := refuse(file, data, limits.Bytes); ok {
		return doc, []Finding{f}
	}
	node, f := parse(doc, limits)
	if f != nil {
		return doc, []Finding{*f}
	}
	doc.Node = node
	return doc, nil
}

// refuse names input that is not worth parsing.
func refuse(file string, data []byte, most int) (Finding, bool) {
	f := Finding{File: file}
	switch {
	case len(data) > most:
		f.ID, f.Message = "file-size", fmt.Sprintf("more than %d MiB in one file", most>>20)
		f.Hint = noObject
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) || bytes.IndexByte(data, 0) >= 0:
		f.ID, f.Message, f.Hint = "file-encoding", "text is not UTF-8", "save it as UTF-8"
	case !utf8.Valid(data):
		f.ID, f.Message, f.Hint = "file-encoding", "text is not UTF-8", "save it as UTF-8"
		f.Line, f.Col = position(data, badRune(data))
	default:
		i := bytes.IndexByte(data, '\r')
		if i < 0 {
			return f, false
		}
		f.ID, f.Message = "file-line-ends", "lines end in CRLF"
		f.Hint = "save it with LF, and keep it so with *.yaml text eol=lf in .gitattributes: what is rendered must be the same bytes on every machine"
		f.Line, f.Col = position(data, i)
	}
	return f, true
}

func badRune(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(data)
}

// position is the line and column of a byte offset, both from 1.
func position(data []byte, offset int) (line, col int) {
	before := data[:offset]
	return bytes.Count(before, []byte("\n")) + 1, offset - bytes.LastIndexByte(before, '\n')
}

// chunk is the text of one document of a stream.
type chunk struct {
	text []byte
	line int
}

// split cuts a stream at its document markers. Content behind a marker on the
// same line stays with its document.
func split(data []byte) []chunk {
	var chunks []chunk
	start, startLine, line := 0, 1, 1
	cut := func(end int) {
		if text := data[start:end]; !blank(text) {
			chunks = append(chunks, chunk{text, startLine})
		}
	}
	for at := 0; at < len(data); line++ {
		end := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		if rest, ok := marker(data[at:end]); ok {
			cut(at)
			start, startLine = end-len(rest), line
			if blank(rest) {
				start, startLine = end, line+1
			}
		}
		at = end
	}
	cut(len(data))
	return chunks
}

// marker reports whether a line begins or ends a document, and what follows the mark.
func marker(line []byte) (rest []byte, ok bool) {
	for _, m := range []string{"---", "..."} {
		rest, ok := bytes.CutPrefix(line, []byte(m))
		if ok && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\n') {
			return rest, true
		}
	}
	return nil, false
}

// blank reports whether text holds nothing but space, comments and directives.
func blank(text []byte) bool {
	for line := range bytes.Lines(text) {
		if t := bytes.TrimSpace(line); len(t) > 0 && t[0] != '#' && t[0] != '%' {
			return false
		}
	}
	return true
}

// parse reads one document. A nil node without a finding is an empty document.
func parse(doc Document, limits Limits) (*yaml.Node, *Finding) {
	if len(doc.Raw) > limits.Bytes {
		return nil, &Finding{
			File: doc.File, Line: doc.Line, ID: "file-size",
			Message: fmt.Sprintf("more than %d MiB in one document", limits.Bytes>>20), Hint: noObject,
		}
	}
	var root yaml.Node
	if err := yaml.Unmarshal(doc.Raw, &root); err != nil {
		return nil, syntaxFinding(doc, err)
	}
	if len(root.Content) == 0 {
		return nil, nil
	}
	w := walker{doc: doc, limits: limits}
	w.walk(root.Content[0], 0)
	if w.err != nil {
		return nil, w.err
	}
	return root.Content[0], nil
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// syntaxFinding translates an error of the YAML library, whose lines count
// from the document's start and which knows no columns.
func syntaxFinding(doc Document, err error) *Finding {
	f := &Finding{File: doc.File, ID: "yaml-syntax", Line: doc.Line}
	m := yamlLine.FindStringSubmatch(strings.SplitN(err.Error(), "\n", 2)[0])
	if m == nil {
		f.Message = "not YAML: " + err.Error()
		return f
	}
	if n, err := strconv.Atoi(m[1]); err == nil {
		f.Line = doc.Line + n - 1
	}
	f.Message = "not YAML: " + m[2]
	if line, col := tab(doc.Raw); line > 0 && strings.Contains(m[2], "cannot start any token") {
		f.Line, f.Col, f.ID = doc.Line+line-1, col, "yaml-tab"
		f.Message, f.Hint = "a tab indents this line", "indent YAML with spaces"
	}
	return f
}

// tab finds the first line that is indented with a tab.
func tab(text []byte) (line, col int) {
	for l := range bytes.Lines(text) {
		line++
		indent := l[:len(l)-len(bytes.TrimLeft(l, " \t"))]
		if i := bytes.IndexByte(indent, '\t'); i >= 0 {
			return line, i + 1
		}
	}
	return 0, 0
}

// walker makes a document safe to work with: lines of the file instead of the
// document, no alias, no merge key, no key twice, bounded size and depth.
type walker struct {
	doc    Document
	limits Limits
	nodes  int
	err    *Finding
}

func (w *walker) fail(n *yaml.Node, id, message, hint string) {
	if w.err == nil {
		w.err = &Finding{File: w.doc.File, Line: n.Line, Col: n.Column, ID: id, Message: message, Hint: hint}
	}
}

// spend counts a value against the budget and reports whether there is any left.
func (w *walker) spend(n *yaml.Node, depth int) bool {
	w.nodes++
	switch {
	case depth > maxDepth:
		w.fail(n, "yaml-depth", fmt.Sprintf("more than %d levels of nesting", maxDepth), "")
	case w.nodes > w.limits.Nodes:
		w.fail(n, "yaml-size", fmt.Sprintf("more than %d values in one document", w.limits.Nodes), "an alias counts as all that it stands for")
	}
	return w.err == nil
}

// walk changes the tree below n in place. It stops at the first thing it refuses.
func (w *walker) walk(n *yaml.Node, depth int) {
	n.Line += w.doc.Line - 1
	if !w.spend(n, depth) {
		return
	}
	if n.Kind == yaml.AliasNode {
		w.expand(n, depth)
		return
	}
	n.Anchor = ""
	for _, child := range n.Content {
		w.walk(child, depth+1)
	}
	if n.Kind == yaml.MappingNode && w.err == nil {
		w.merge(n)
		w.unique(n)
	}
}

// expand puts a copy of the anchored value, which has been walked before,
// where the alias stands.
func (w *walker) expand(n *yaml.Node, depth int) {
	c := w.copy(n.Alias, depth+1)
	c.Line, c.Column = n.Line, n.Column
	c.HeadComment, c.LineComment, c.FootComment = n.HeadComment, n.LineComment, n.FootComment
	*n = *c
}

func (w *walker) copy(n *yaml.Node, depth int) *yaml.Node {
	c := *n
	c.Anchor = ""
	if !w.spend(n, depth) {
		return &c
	}
	if n.Kind == yaml.AliasNode { // an anchor that contains itself: the depth ends it
		return w.copy(n.Alias, depth+1)
	}
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		c.Content[i] = w.copy(child, depth+1)
	}
	return &c
}

// merge replaces "<<" keys by what they bring; keys written out win.
func (w *walker) merge(m *yaml.Node) {
	var own, merged []*yaml.Node
	for i := 0; i+1 < len(m.Content); i += 2 {
		k, v := m.Content[i], m.Content[i+1]
		if k.ShortTag() != "!!merge" {
			own = append(own, k, v)
			continue
		}
		sources := []*yaml.Node{v}
		if v.Kind == yaml.SequenceNode {
			sources = v.Content
		}
		for _, s := range sources {
			if s.Kind != yaml.MappingNode {
				w.fail(v, "yaml-merge", "a merge key takes mappings only", "")
				return
			}
			merged = append(merged, s.Content...)
		}
	}
	if merged == nil {
		return
	}
	m.Content = own
	seen := map[string]bool{}
	for i := 0; i < len(own); i += 2 {
		seen[own[i].Value] = true
	}
	for i := 0; i+1 < len(merged); i += 2 {
		if key := merged[i].Value; !seen[key] {
			seen[key] = true
			m.Content = append(m.Content, merged[i], merged[i+1])
		}
	}
}

// unique refuses a key that stands twice in one mapping, and keys that are not scalars.
func (w *walker) unique(m *yaml.Node) {
	var seen map[string]*yaml.Node
	if len(m.Content) > 16 {
		seen = make(map[string]*yaml.Node, len(m.Content)/2)
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		k := m.Content[i]
		if k.Kind != yaml.ScalarNode {
			w.fail(k, "yaml-key", "a key must be a plain word", "")
			return
		}
		if first := earlier(m, i, seen); first != nil {
			w.fail(k, "yaml-duplicate", fmt.Sprintf("%q stands twice, first in line %d", k.Value, first.Line), "keep one of the two")
			return
		}
	}
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
