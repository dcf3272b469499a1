// Package wider says whether a new text lets in all that an old one let in: the schema
// of a definition (apiextensions.k8s.io/v1, Kubernetes v1.37), the rules of a role
// (rbac.authorization.k8s.io/v1). Such a change takes nothing from anybody, whoever has
// objects of the kind, or the role.
package wider

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// Schema reports whether a schema takes every object that another one takes, and
// leaves as much of it.
func Schema(is, was *yaml.Node) bool { return takesAll(is, was, 0) }

// Keeps reports whether a schema leaves as much of every object as another one, though it
// may take fewer: what stands stays as it is, and is not asked again about fields that do
// not change (Kubernetes v1.33, ratcheting).
func Keeps(is, was *yaml.Node) bool {
	return takesAll(withoutConditions(is, 0), withoutConditions(was, 0), 0)
}

// conditions are keywords that say which objects are taken, and nothing of what is left
// of them.
var conditions = strings.Fields("enum required minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength minItems maxItems " +
	"minProperties maxProperties uniqueItems multipleOf pattern format x-kubernetes-validations allOf anyOf oneOf not")

// withoutConditions is a schema without them.
func withoutConditions(n *yaml.Node, depth int) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode || depth > maxSchema {
		return n
	}
	is := *n
	is.Content = nil
	for key, v := range pairs(n) {
		switch {
		case slices.Contains(conditions, key):
			continue
		case key == "properties" && v.Kind == yaml.MappingNode:
			all := *v
			all.Content = nil
			for name, p := range pairs(v) {
				all.Content = append(all.Content, kube.Node(name), withoutConditions(p, depth+1))
			}
			v = &all
		case key == "items" || key == "additionalProperties":
			v = withoutConditions(v, depth+1)
		}
		is.Content = append(is.Content, kube.Node(key), v)
	}
	return &is
}

// Rules reports whether each of the rules that were there is part of one that is.
func Rules(is, was []*yaml.Node) bool {
	return !slices.ContainsFunc(was, func(old *yaml.Node) bool {
		return !slices.ContainsFunc(is, func(n *yaml.Node) bool { return gives(n, old) })
	})
}

// maxSchema bounds how deep a schema is looked at.
const maxSchema = 64

// takesAll reports whether a schema takes every object that another one takes, and
// leaves as much of it.
func takesAll(is, was *yaml.Node, depth int) bool {
	if depth > maxSchema || is == nil || was == nil || is.Kind != yaml.MappingNode || was.Kind != yaml.MappingNode {
		return kube.Equal(is, was)
	}
	for key := range pairs(was) {
		if kube.Get(is, key) == nil && !looser(key, nil, kube.Get(was, key), was, depth) {
			return false
		}
	}
	for key, n := range pairs(is) {
		if !looser(key, n, kube.Get(was, key), was, depth) {
			return false
		}
	}
	return true
}

// looser reports whether a keyword of a schema asks no more than it did; is or was is
// nil where it is not there. A keyword that is not here must stay as it is.
func looser(key string, is, was, before *yaml.Node, depth int) bool {
	switch key {
	case "description", "title", "example", "externalDocs":
		return true
	case "properties":
		return is != nil && knows(is, was, before, depth)
	case "items", "additionalProperties":
		return is != nil && was != nil && takesAll(is, was, depth+1)
	case "enum":
		return is == nil || was != nil && includes(is, was)
	case "required":
		return is == nil || includes(was, is)
	case "minimum", "minLength", "minItems", "minProperties":
		return is == nil || number(is) <= number(was) && was != nil
	case "maximum", "maxLength", "maxItems", "maxProperties":
		return is == nil || was != nil && number(is) >= number(was)
	case "pattern", "format", "x-kubernetes-validations":
		return is == nil || kube.Equal(is, was)
	case "x-kubernetes-list-type", "x-kubernetes-map-type": // written out or left out, the default is the same
		return meaning(key, is) == meaning(key, was)
	case "nullable", "x-kubernetes-preserve-unknown-fields":
		return is != nil && is.Value == "true" || kube.Equal(is, was)
	}
	return kube.Equal(is, was)
}

// meaning is how a list or mapping is merged (apiextensions.k8s.io/v1, JSONSchemaProps).
func meaning(key string, n *yaml.Node) string {
	switch {
	case n != nil:
		return n.Value
	case key == "x-kubernetes-list-type":
		return "atomic"
	}
	return "granular"
}

// knows reports whether a schema has all properties that it had, and fills in no more.
// A new one of a schema that keeps what it does not know asks more than before.
func knows(is, was, before *yaml.Node, depth int) bool {
	for key, n := range pairs(was) {
		if !takesAll(kube.Get(is, key), n, depth+1) {
			return false
		}
	}
	open := kube.Text(before, "x-kubernetes-preserve-unknown-fields") == "true" || kube.Get(before, "additionalProperties") != nil
	for key, n := range pairs(is) {
		if kube.Get(was, key) == nil && (open || fills(n, 0)) {
			return false
		}
	}
	return true
}

// fills reports whether a schema puts something where an object says nothing.
func fills(n *yaml.Node, depth int) bool {
	if depth > maxSchema || kube.Get(n, "default") != nil {
		return true
	}
	for _, p := range pairs(kube.Get(n, "properties")) {
		if fills(p, depth+1) {
			return true
		}
	}
	return false
}

// includes reports whether a list has all items of another one.
func includes(list, all *yaml.Node) bool {
	return !slices.ContainsFunc(kube.Items(all), func(want *yaml.Node) bool {
		return !slices.ContainsFunc(kube.Items(list), func(n *yaml.Node) bool { return kube.Equal(n, want) })
	})
}

// number is a bound of a schema; one that is none bounds nothing here.
func number(n *yaml.Node) float64 {
	if n == nil {
		return 0
	}
	f, _ := strconv.ParseFloat(n.Value, 64)
	return f
}

// gives reports whether a rule gives all that another one gives. Names of objects
// narrow a rule; without them it is for all.
func gives(is, was *yaml.Node) bool {
	for _, field := range []string{"apiGroups", "resources", "verbs", "nonResourceURLs"} {
		if !holds(kube.Items(is, field), kube.Items(was, field)) {
			return false
		}
	}
	names := kube.Items(is, "resourceNames")
	return len(names) == 0 || len(kube.Items(was, "resourceNames")) > 0 && holds(names, kube.Items(was, "resourceNames"))
}

// holds reports whether a list has all that another one has; * is everything.
func holds(list, all []*yaml.Node) bool {
	return !slices.ContainsFunc(all, func(want *yaml.Node) bool {
		return !slices.ContainsFunc(list, func(n *yaml.Node) bool { return n.Value == "*" || n.Value == want.Value })
	})
}

// pairs are the keys of a mapping and what stands there, in order.
func pairs(n *yaml.Node) func(yield func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		for i := 0; n != nil && n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}
