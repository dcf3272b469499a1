package kube

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// Unbuildable is a part of an object that kustomize refuses, and why: a key that is
// no text, an empty place in a list (v5.8.2). at is nil if there is none.
func Unbuildable(n *yaml.Node) (at *yaml.Node, why string) {
	for i, c := range n.Content {
		switch {
		case n.Kind == yaml.MappingNode && i%2 == 0 && c.ShortTag() != "!!str":
			return c, fmt.Sprintf("the key %s is no text", c.Value)
		case n.Kind == yaml.SequenceNode && c.ShortTag() == "!!null":
			return c, "an item of a list is empty"
		case c.Kind != yaml.ScalarNode:
			if at, why = Unbuildable(c); at != nil {
				return at, why
			}
		}
	}
	return nil, ""
}
