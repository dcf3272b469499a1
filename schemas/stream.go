package schemas

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// This file cuts a stream into documents where kubectl, Argo CD, Flux and
// kustomize cut it (k8s.io/apimachinery v0.37.2, util/yaml; kyaml v0.21.2, kio):
// at lines that begin with ---, with nothing but a comment behind it. Each piece
// is then one YAML text, of which they read the first document and nothing else.

// chunk is the text between two separators.
type chunk struct {
	text []byte // up to the end of its document
	line int    // of its first line

	behind    int    // line of what stands behind the separator, on its line; 0: nothing does
	rest      int    // line of what stands behind the end of the document; 0: nothing does
	directive int    // line of a directive, or an end, with no document before it; 0: there is none
	shown     string // the text of that line
}

// StreamTorn is the id of what agents do not read of a file.
const StreamTorn = "yaml-stream"

// torn says what agents lose of a chunk, or refuse.
func (c chunk) torn(file string) []Finding {
	at := func(line int, message, hint string) []Finding {
		return []Finding{{File: file, Line: line, Col: 1, ID: StreamTorn, Message: message, Hint: hint}}
	}
	switch {
	case c.behind > 0:
		return at(c.behind, fmt.Sprintf("%q is not a separator: kubectl and kustomize allow nothing but a comment after ---", c.shown),
			"begin the document on the next line")
	case c.directive > 0:
		return at(c.directive, fmt.Sprintf("%q comes where a document should begin: kubectl and kustomize refuse it", c.shown), "leave it out")
	case c.rest > 0:
		return at(c.rest, "stands behind the end of its document: kubectl, Argo CD, Flux and kustomize do not read it, and an object that "+
			"they do not read is removed", "a line --- before it")
	}
	return nil
}

// split cuts a stream, which begins at a line of its file, at its separators.
func split(data []byte, line int) []chunk {
	var chunks []chunk
	now := chunk{line: line}
	start, end := 0, -1 // of the text of now; end is where ... ends it
	cut := func(at int) {
		if end < 0 {
			end = at
		}
		now.text = data[start:end]
		if !blank(now.text) || now.behind+now.rest+now.directive > 0 {
			chunks = append(chunks, now)
		}
	}
	for at := 0; at < len(data); line++ {
		text := firstLine(data[at:])
		next := at + len(text)
		rest, separates := bytes.CutPrefix(text, []byte("---"))
		switch {
		case separates:
			cut(at)
			now, start, end = chunk{line: line + 1}, next, -1
			if !blank(rest) || line == 1 && len(rest) > 0 && rest[0] == '#' { // which kustomize takes for text there
				now.behind, now.shown = line, shorten(text)
			}
		case end < 0 && now.directive == 0 && ends(text) && blank(data[start:at]):
			now.directive, now.shown = line, shorten(text)
		case end < 0 && ends(text):
			end = at
			if tail := text[3:]; !blank(tail) {
				now.rest = line
			}
		case end >= 0 && now.rest == 0 && !blank(text):
			now.rest = line
		case text[0] == '%' && now.directive == 0 && blank(data[start:at]):
			now.directive, now.shown = line, shorten(text)
		}
		at = next
	}
	cut(len(data))
	return chunks
}

// firstLine is the first line of a text, with its end.
func firstLine(data []byte) []byte {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return data[:i+1]
	}
	return data
}

// ends reports whether a line ends the document before it.
func ends(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("..."))
	return ok && (len(rest) == 0 || bytes.IndexByte([]byte(" \t\n"), rest[0]) >= 0)
}

// shorten is the beginning of a line, as findings show it.
func shorten(line []byte) string {
	const most = 40
	line = bytes.TrimSpace(line)
	if len(line) <= most {
		return string(line)
	}
	return string(bytes.ToValidUTF8(line[:most], nil)) + "…"
}

// blank reports whether text holds nothing but space and comments.
func blank(text []byte) bool {
	for line := range bytes.Lines(text) {
		if t := bytes.TrimSpace(line); len(t) > 0 && t[0] != '#' {
			return false
		}
	}
	return true
}

// alone parses a text that is to be one document. More of them, as JSON is often
// put one behind the other, agents do not read.
func alone(doc Document) (root yaml.Node, f *Finding) {
	if n, ok := plainly(doc.Raw); ok {
		return yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{n}}, nil
	}
	d := yaml.NewDecoder(bytes.NewReader(doc.Raw))
	if err := d.Decode(&root); errors.Is(err, io.EOF) {
		return root, nil
	} else if err != nil {
		return root, syntaxFinding(doc, err)
	}
	for {
		var more yaml.Node
		err := d.Decode(&more)
		line := doc.Line
		switch {
		case errors.Is(err, io.EOF):
			return root, nil
		case err != nil:
			line = syntaxFinding(doc, err).Line
		case len(more.Content) == 0 || more.Content[0].ShortTag() == "!!null":
			continue
		default:
			line += more.Content[0].Line - 1
		}
		at := chunk{rest: line}.torn(doc.File)[0]
		return root, &at
	}
}

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

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

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
