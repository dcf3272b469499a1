package kube

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file reads scalars as an API server gets them: kubectl and Argo CD turn
// YAML into JSON (sigs.k8s.io/yaml v1.6.0), kustomize does so itself (kyaml
// v0.21.2), and numbers come out the same: 1e1, 10.0, 0xA and 012 are all 10.

// Meaning is a scalar's tag and text as JSON has it, by whole numbers in decimal.
func Meaning(n *yaml.Node) (tag, text string) {
	tag = n.ShortTag()
	switch tag {
	case "!!int", "!!float":
		if tag == "!!int" && schemas.Decimal(n.Value) {
			return tag, n.Value
		}
		return number(n.Value)
	case "!!bool":
		return tag, strings.ToLower(n.Value)
	case "!!null":
		return tag, ""
	}
	return tag, n.Value
}

var float = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)

// number is Meaning for one: a whole number has tag !!int, whatever it looks like.
func number(s string) (tag, text string) {
	plain := strings.ReplaceAll(s, "_", "")
	if i, err := strconv.ParseInt(plain, 0, 64); err == nil {
		return "!!int", strconv.FormatInt(i, 10)
	}
	f, err := strconv.ParseFloat(plain, 64)
	if err != nil || !float.MatchString(plain) {
		return "!!float", s // .inf, or more than any field holds
	}
	if i := int64(f); float64(i) == f && i > -1<<53 && i < 1<<53 {
		return "!!int", strconv.FormatInt(i, 10)
	}
	return "!!float", strconv.FormatFloat(f, 'g', -1, 64)
}

// isNumber is the whole number that a node is for an API server, if it is one.
// Text in quotes is none: it refuses that.
func isNumber(n *yaml.Node) (int, bool) {
	if n == nil || n.Kind != yaml.ScalarNode {
		return 0, false
	}
	tag, text := Meaning(n)
	if tag != "!!int" {
		return 0, false
	}
	i, err := strconv.Atoi(text)
	return i, err == nil
}

// sameScalar reports whether two scalars are the same for an API server.
func sameScalar(a, b *yaml.Node) bool {
	if a.Value == b.Value && a.Tag == b.Tag {
		return true
	}
	tag, text := Meaning(a)
	other, also := Meaning(b)
	return tag == other && text == also
}
