package structure

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// Fault is why an API server refuses an object.
type Fault struct {
	Path    []string
	Message string // what is wrong, without who says so
	Hint    string
	Applied bool // refused only where it is applied on the server's side, as by Flux
	Unknown bool // a field that there is not: dropped, and not refused, without validation
}

// shown is a value as a message has it: text in quotes, long values cut.
func shown(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	text := n.Value
	if len(text) > 60 {
		text = strings.ToValidUTF8(text[:57], "") + "…"
	}
	if text == "" || n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		return `"` + text + `"`
	}
	return text
}

// isNull reports whether a value says nothing: the server takes it for a field left out.
func isNull(n *yaml.Node) bool {
	return n == nil || n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// isTemplated reports whether somebody fills in a value later.
func isTemplated(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && (strings.Contains(n.Value, "$") || strings.Contains(n.Value, "{{"))
}

// get is a field of a mapping, nil if it is not there.
func get(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}
