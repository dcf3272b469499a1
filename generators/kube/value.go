package kube

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Node turns a Go value into a YAML node: structs by their yaml tags (with
// omitempty and inline), maps in order of their keys, slices, pointers,
// scalars. A node stands for itself.
func Node(v any) *yaml.Node { return node(reflect.ValueOf(v)) }

func node(v reflect.Value) *yaml.Node {
	switch n := v.Interface().(type) {
	case *yaml.Node:
		return n
	case yaml.Node:
		return &n
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return node(v.Elem())
	case reflect.Struct:
		return mapping(v)
	case reflect.Map:
		return sorted(v)
	case reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for i := range v.Len() {
			n.Content = append(n.Content, node(v.Index(i)))
		}
		return empty(n)
	case reflect.String:
		return word(v.String())
	case reflect.Int:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(v.Int(), 10)}
	case reflect.Float64:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatFloat(v.Float(), 'f', -1, 64)}
	case reflect.Bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v.Bool())}
	}
	panic(fmt.Sprintf("no rule writes %s", v.Type()))
}

func mapping(v reflect.Value) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for i := range v.NumField() {
		name, flags, _ := strings.Cut(tagOf(v.Type().Field(i).Tag), ",")
		f := v.Field(i)
		switch {
		case flags == "inline" && f.Kind() == reflect.Struct:
			n.Content = append(n.Content, mapping(f).Content...)
		case flags == "inline":
			n.Content = append(n.Content, sorted(f).Content...)
		case name == "-" || flags == "omitempty" && isEmpty(f):
		default:
			n.Content = append(n.Content, word(name), node(f))
		}
	}
	return empty(n)
}

// tagOf is the yaml tag of a field, which as a rule is its only one.
func tagOf(tag reflect.StructTag) string {
	rest, is := strings.CutPrefix(string(tag), `yaml:"`)
	if text, only := strings.CutSuffix(rest, `"`); is && only && !strings.ContainsAny(text, `"\`) {
		return text
	}
	return tag.Get("yaml")
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Interface:
		return v.IsNil()
	}
	return v.IsZero()
}

func sorted(v reflect.Value) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	values := map[string]reflect.Value{}
	for it := v.MapRange(); it.Next(); {
		values[it.Key().String()] = it.Value()
	}
	for _, k := range slices.Sorted(maps.Keys(values)) {
		n.Content = append(n.Content, word(k), node(values[k]))
	}
	return empty(n)
}

// empty gives a list or mapping without content the style it must be written in.
func empty(n *yaml.Node) *yaml.Node {
	if len(n.Content) == 0 {
		n.Style = yaml.FlowStyle
	}
	return n
}

// notText are words that a YAML 1.1 reader, kubectl among them, takes for a
// boolean or a number in base 60 although YAML 1.2 calls them text.
var notText = regexp.MustCompile(`^([yYnN]|[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)$`)

func word(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if (len(s) <= len("off") || strings.IndexByte(s, ':') > 0) && notText.MatchString(s) { // most need no expression
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}
