package schemas

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// lookup is the value of a key in a mapping, nil if there is none.
func lookup(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func join(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}

// show prints a scalar as the user wrote it; text in quotes.
func show(n *yaml.Node) string {
	const most = 60
	value := masked(n.Value)
	if len(value) > most {
		value = strings.ToValidUTF8(value[:most], "") + "…"
	}
	switch n.ShortTag() {
	case "!!str":
		return strconv.Quote(value)
	case "!!null":
		return "null"
	}
	return value
}

func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	return show(n)
}

// masked is a text without the name and the password that a URL in it may have.
func masked(text string) string {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		return text
	}
	host, path, sub := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = "…" + host[i:]
	}
	if sub {
		host += "/"
	}
	return scheme + "://" + host + path
}
