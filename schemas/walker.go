package schemas

import (
	"fmt"

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
		w.fail(n, "yaml-depth", fmt.Sprintf("the document has more than %d levels of nesting", maxDepth), "")
	case w.nodes > w.limits.Nodes:
		w.fail(n, "yaml-size", fmt.Sprintf("the document has more than %d values", w.limits.Nodes), "an alias counts as all that it stands for")
	}
	return w.err == nil
}

// Limits bound what one parse may cost.
type Limits struct {
	Bytes int // in the text of one document
	Nodes int // YAML nodes, aliases expanded
}
