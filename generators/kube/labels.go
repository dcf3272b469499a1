package kube

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// Selects reports whether a Service's selector (a plain mapping) selects
// labels. An empty or absent selector selects nothing.
func Selects(selector *yaml.Node, labels map[string]string) bool {
	some := false
	for k, v := range Pairs(selector) {
		if got, ok := labels[k]; !ok || got != v {
			return false
		}
		some = true
	}
	return some
}

// LabelSelects reports whether a LabelSelector (matchLabels, matchExpressions)
// selects labels. An empty selector selects everything, an absent one nothing.
func LabelSelects(selector *yaml.Node, labels map[string]string) bool {
	if selector == nil {
		return false
	}
	for k, v := range Pairs(selector, "matchLabels") {
		if got, ok := labels[k]; !ok || got != v {
			return false
		}
	}
	for _, e := range Items(selector, "matchExpressions") {
		if !expression(e, labels) {
			return false
		}
	}
	return true
}

func expression(e *yaml.Node, labels map[string]string) bool {
	got, ok := labels[Text(e, "key")]
	in := slices.ContainsFunc(Items(e, "values"), func(v *yaml.Node) bool { return ok && v.Value == got })
	switch Text(e, "operator") {
	case "In":
		return in
	case "NotIn":
		return !in
	case "Exists":
		return ok
	case "DoesNotExist":
		return !ok
	}
	return false
}

// MaySelect reports whether a LabelSelector can select an object that has some labels, and
// perhaps others that nobody knows.
func MaySelect(selector *yaml.Node, labels map[string]string) bool {
	if selector == nil {
		return false
	}
	for k, v := range Pairs(selector, "matchLabels") {
		if got, ok := labels[k]; ok && got != v {
			return false
		}
	}
	return !slices.ContainsFunc(Items(selector, "matchExpressions"), func(e *yaml.Node) bool {
		_, known := labels[Text(e, "key")]
		return known && !expression(e, labels)
	})
}

// SameNamespace reports whether two objects are in one namespace. Objects
// that name none go wherever the agent puts them all.
func SameNamespace(a, b string) bool { return a == b || a == "" || b == "" }
