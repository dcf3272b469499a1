package cel

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

type unknown struct{}

// valueOf is the value of a node; that of a scalar as an API server reads it.
func valueOf(n *yaml.Node) any {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		return n
	case yaml.SequenceNode:
		all := make([]any, len(n.Content))
		for i, item := range n.Content {
			all[i] = valueOf(item)
		}
		return all
	case yaml.ScalarNode:
		return scalar(n)
	}
	return unknown{}
}

func scalar(n *yaml.Node) any {
	if strings.Contains(n.Value, "$") || strings.Contains(n.Value, "{{") {
		return unknown{} // may be filled in later
	}
	switch tag, text := kube.Meaning(n); tag {
	case "!!str", "!!timestamp":
		return n.Value
	case "!!bool":
		return text == "true"
	case "!!null":
		return nil
	case "!!int":
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			return i
		}
	}
	return unknown{}
}

// equal compares scalars of one type, or nothing at all.
func equal(a, b any) (same, ok bool) {
	switch a.(type) {
	case string, int64, bool, time.Duration:
	default:
		return false, false
	}
	switch b.(type) {
	case string, int64, bool, time.Duration:
		return a == b, true
	}
	return false, false
}

func within(a, b any) any {
	switch b := b.(type) {
	case []any:
		found := any(false)
		for _, v := range b {
			switch same, ok := equal(a, v); {
			case ok && same:
				return true
			case !ok:
				found = unknown{}
			}
		}
		return found
	case *yaml.Node:
		if key, ok := a.(string); ok {
			return kube.Get(b, key) != nil
		}
	}
	return unknown{}
}

// measured compares or adds numbers, or text, or times.
func measured(op string, a, b any) any {
	switch x := a.(type) {
	case int64:
		if y, ok := b.(int64); ok {
			switch op {
			case "+":
				return x + y
			case "-":
				return x - y
			}
			return compared(op, x, y)
		}
	case float64: // of quantities, which are not compared closely
		if y, ok := b.(float64); ok && op == "<=" {
			return x <= y*(1+1e-9)
		}
	case time.Duration:
		if y, ok := b.(time.Duration); ok && op != "+" && op != "-" {
			return compared(op, int64(x), int64(y))
		}
	case string:
		if y, ok := b.(string); ok && op == "+" {
			return x + y
		}
	}
	return unknown{}
}

func compared(op string, x, y int64) any {
	switch op {
	case "<":
		return x < y
	case "<=":
		return x <= y
	case ">":
		return x > y
	case ">=":
		return x >= y
	}
	return unknown{}
}

func field(of any, name string) any {
	n, ok := of.(*yaml.Node)
	if !ok || n == nil {
		return unknown{}
	}
	v := kube.Get(n, name)
	if v == nil || valueOf(v) == nil {
		return unknown{} // the server says: no such key
	}
	return valueOf(v)
}

func index(of, at any) any {
	switch list := of.(type) {
	case []any:
		if i, ok := at.(int64); ok && i >= 0 && i < int64(len(list)) {
			return list[i]
		}
	case *yaml.Node:
		if key, ok := at.(string); ok {
			return field(list, key)
		}
	}
	return unknown{}
}

// amount is a quantity as a number.
func amount(v any) any {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	text, ok := v.(string)
	number := strings.TrimRight(text, "numkKMGTPEi")
	n, err := strconv.ParseFloat(number, 64)
	factor, known := map[string]float64{
		"": 1, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
		"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40, "Pi": 1 << 50, "Ei": 1 << 60,
	}[text[len(number):]]
	if !ok || err != nil || !known {
		return unknown{}
	}
	return n * factor
}

func size(v any) any {
	switch v := v.(type) {
	case string:
		return int64(utf8.RuneCountInString(v))
	case []any:
		return int64(len(v))
	case *yaml.Node:
		return int64(len(v.Content) / 2)
	}
	return unknown{}
}

// from is text without its first characters.
func from(text string, at int64) any {
	runes := []rune(text)
	if at < 0 || at > int64(len(runes)) {
		return unknown{}
	}
	return string(runes[at:])
}
