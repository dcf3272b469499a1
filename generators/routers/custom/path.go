package custom

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// path is where something stands in an object: keys, of which some hold lists.
//
//	spec.http[].backends[]    keys spec, http, *, backends, *
//
// A * stands for every item of the list before it, as in [kube.EditAll].
type path []string

// maxPath bounds the keys of a path, and maxText its characters: deeper, no CRD goes.
const (
	maxPath = 24
	maxText = 256
)

// each is the step into every item of a list.
const each = "*"

// parsePath reads a path below the object or below another place. It is nil for what
// is none.
//
//	labels[kuma.io/display-name]    a key with dots in it
func parsePath(text string) path {
	if len(text) > maxText {
		return nil
	}
	var p path
	for rest := text; rest != "" || p == nil; {
		if p != nil && rest[0] == '.' {
			if rest = rest[1:]; rest == "" || rest[0] == '[' {
				return nil
			}
		}
		key, after := plainKey(rest)
		if strings.HasPrefix(rest, "[") && p != nil {
			key, after = bracketed(rest)
		}
		if key == "" || key == each && p.isList() || len(p) == maxPath {
			return nil
		}
		p, rest = append(p, key), after
		if rest != "" && rest[0] != '.' && rest[0] != '[' {
			return nil
		}
	}
	return p
}

// plainKey is the key that a text begins with, "" if there is none.
func plainKey(text string) (key, after string) {
	end := len(text) - len(strings.TrimLeft(text, keyChars))
	return text[:end], text[end:]
}

// bracketed is the key in brackets that a text begins with: [] is every item.
func bracketed(text string) (key, after string) {
	key, after, ok := strings.Cut(text[1:], "]")
	switch {
	case ok && key == "":
		return each, after
	case !ok || strings.Trim(key, keyChars+"./") != "" || strings.Trim(key, "0123456789") == "":
		return "", ""
	}
	return key, after
}

// keyChars are what the fields of a CRD are made of.
const keyChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-$"

// ofObject reads a path from the top of an object, which is below what every object
// has: names, labels and status say nothing of where requests go.
func ofObject(text string) path {
	p := parsePath(text)
	if p == nil || slices.Contains([]string{"apiVersion", "kind", "metadata", "status", each}, p[0]) {
		return nil
	}
	return p
}

// isList reports whether a path is that of the items of a list.
func (p path) isList() bool { return len(p) > 0 && p[len(p)-1] == each }

// list is the place of the list whose items a path is for.
func (p path) list() path { return p[:len(p)-1] }

// rule is the part of a path up to the last list that it goes through: one rule of a
// router. The rest is where its backends stand, a list of them or a single one.
func (p path) rule() (rule, rest path) {
	end := len(p)
	if p.isList() {
		end--
	}
	i := end
	for i > 0 && p[i-1] != each {
		i--
	}
	return p[:i], p[i:]
}

// places are the places that a path leads to in a node, each with the indexes of its
// items; none that is not there. At most so many are looked for.
func (p path) places(n *yaml.Node, most int) []path {
	all := []path{nil}
	for _, key := range p {
		var next []path
		for _, at := range all {
			here := kube.Get(n, at...)
			if key != each {
				if kube.Get(here, key) != nil {
					next = append(next, append(slices.Clip(at), key))
				}
				continue
			}
			for i := range kube.Items(here) {
				if len(next) >= most {
					break
				}
				next = append(next, append(slices.Clip(at), index(i)))
			}
		}
		all = next
	}
	return all
}

func index(i int) string { return strconv.Itoa(i) }

// within is a path whose lists are those of a place, as far as both go the same way:
// spec.to[].hosts[] at spec.to.1.rules.0 is spec.to.1.hosts[].
func (p path) within(rule, place path) path {
	bound := slices.Clone(p)
	for i := range p {
		if i >= len(rule) || p[i] != rule[i] {
			break
		}
		bound[i] = place[i]
	}
	return bound
}

// String is the path as people write it.
func (p path) String() string {
	var b strings.Builder
	for i, key := range p {
		switch {
		case key == each:
			b.WriteString("[]")
		case strings.ContainsAny(key, "./"), strings.Trim(key, "0123456789") == "":
			b.WriteString("[" + key + "]")
		case i > 0:
			b.WriteString("." + key)
		default:
			b.WriteString(key)
		}
	}
	return b.String()
}

// slashed is the path as kustomize writes it, lists passed through.
func (p path) slashed() string {
	return strings.Join(slices.DeleteFunc(slices.Clone(p), func(key string) bool { return key == each }), "/")
}
