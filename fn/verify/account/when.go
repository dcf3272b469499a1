package account

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/traffic"
	"go.yaml.in/yaml/v3"
)

// This file holds the conditions of lines.

type condition = func(Difference, Facts) bool

func not(c condition) condition {
	return func(d Difference, f Facts) bool { return !c(d, f) }
}

func both(a, b condition) condition {
	return func(d Difference, f Facts) bool { return a(d, f) && b(d, f) }
}

func needed(d Difference, f Facts) bool      { return f.Needed(d.Object()) }
func idle(d Difference, f Facts) bool        { return f.Idle(d.Object()) }
func unnamed(d Difference, f Facts) bool     { return !f.Named(d.Object(), d.Object().Name) }
func namedBefore(d Difference, f Facts) bool { return f.NamedBefore(d.Object()) }

// reordered: the items of a list are the same, or some of them, in another order.
func reordered(d Difference, _ Facts) bool {
	return d.Was != nil && d.Is != nil && d.Was.Kind == yaml.SequenceNode && d.Is.Kind == yaml.SequenceNode
}

// grows: a number does not become less. Where there is none on one side nobody knows.
func grows(d Difference, _ Facts) bool {
	was, err := strconv.Atoi(d.Text(false))
	is, also := strconv.Atoi(d.Text(true))
	return err == nil && also == nil && is >= was
}

// becomes: the field says so from now on.
func becomes(text string) condition {
	return func(d Difference, _ Facts) bool { return d.Is != nil && d.Is.Value == text }
}

// turns: the field said one thing and says another one.
func turns(was, is string) condition {
	return func(d Difference, _ Facts) bool { return d.Text(false) == was && d.Text(true) == is }
}

// preferred: the object says of itself that it stands for all that name none.
func preferred(d Difference, _ Facts) bool {
	o := d.Object()
	return o.Text("globalDefault") == "true" || o.Text("metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true"
}

// has: one of some texts stands in a field beside the place, wherever there is one.
func has(field string, texts ...string) condition {
	fit := func(n *yaml.Node) bool {
		return n == nil || slices.ContainsFunc(texts, func(t string) bool { return strings.EqualFold(t, kube.Text(n, field)) })
	}
	return func(d Difference, _ Facts) bool { return fit(d.Old) && fit(d.New) }
}

// granting: a ReferenceGrant is for objects of one kind alone, before and after.
func granting(kind string) condition {
	only := func(o kube.Object) bool {
		return !slices.ContainsFunc(kube.Items(o.Node, "spec", "to"), func(n *yaml.Node) bool { return kube.Text(n, "kind") != kind })
	}
	return func(d Difference, _ Facts) bool { return only(d.From) && only(d.To) }
}

// plain: a label or annotation that no agent, router or cloud reads.
func plain(d Difference, _ Facts) bool { return !read(d.Path[len(d.Path)-1]) }

// cookie: the header that a key stands for is one that sets a cookie.
func cookie(d Difference, _ Facts) bool {
	return strings.EqualFold(d.Path[len(d.Path)-1], "set-cookie")
}

// Section stands before the name of a part of an object by which another one means
// it, in sectionName.
const Section = "sectionName "

// unattached: nothing names the place by what it says, before or after.
func unattached(d Difference, f Facts) bool {
	for _, text := range []string{d.Text(false), d.Text(true)} {
		if text != "" && f.Named(d.Object(), Section+text) {
			return false
		}
	}
	return true
}

// refusing: the object did nothing but refuse requests.
func refusing(d Difference, _ Facts) bool { return d.From.Text("spec", "action") == "DENY" }

// ofRouters: the annotation tells a router something, which what a rule does to its
// requests is made of (traffic.Rule.Does).
func ofRouters(d Difference, _ Facts) bool { return traffic.RoutersAnnotation(d.Path[len(d.Path)-1]) }
