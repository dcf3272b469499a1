package verify

import (
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/lint"
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// Bystanders are the ConfigMaps and Secrets among the objects that all releases of a
// folder share of which there is nothing to say: whatever names none of them is judged
// the same without them. In a folder of two hundred releases they are most of what is
// shared.
type Bystanders struct {
	shared []kube.Object
	of     map[string]bool // by name
}

// NewBystanders finds them among shared objects, of which s is the state. Where a finding is
// about a ConfigMap or a Secret there are none.
func NewBystanders(shared []kube.Object, s cluster.State) Bystanders {
	b := Bystanders{shared: shared, of: map[string]bool{}}
	for _, f := range slices.Concat(Check(s, ""), lint.Look(s)) {
		if f.Object.Kind == "ConfigMap" || f.Object.Kind == "Secret" {
			return b
		}
	}
	var rest []kube.Object
	for _, o := range shared {
		if quiet(o) {
			b.of[o.Name] = true
		} else {
			rest = append(rest, o)
		}
	}
	said := b.named(rest)
	maps.DeleteFunc(b.of, func(name string, _ bool) bool { return said[name] })
	return b
}

// quiet reports whether an object does nothing but be named.
func quiet(o kube.Object) bool { return o.Is("", "ConfigMap") || o.Is("", "Secret") }

// Beside is what some objects are looked at with: what is shared, in its order, without
// what neither they nor what is shared name.
func (b Bystanders) Beside(objects []kube.Object) []kube.Object {
	if len(b.of) == 0 {
		return b.shared
	}
	said := b.named(objects)
	return slices.DeleteFunc(slices.Clone(b.shared), func(o kube.Object) bool { return quiet(o) && b.of[o.Name] && !said[o.Name] })
}

// named are the bystanders that words of some objects may be the names of.
func (b Bystanders) named(objects []kube.Object) map[string]bool {
	said := map[string]bool{}
	for _, o := range objects {
		b.read(said, o.Node)
	}
	return said
}

// read takes down which bystanders a node names, wherever in it: a name is a scalar, or
// what stands between characters that no name has.
func (b Bystanders) read(said map[string]bool, n *yaml.Node) {
	if n.Kind != yaml.ScalarNode {
		for _, c := range n.Content {
			b.read(said, c)
		}
		return
	}
	for word := range strings.FieldsFuncSeq(n.Value, func(c rune) bool {
		return c != '-' && c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'z')
	}) {
		if b.of[word] {
			said[word] = true
		}
		if host, _, dotted := strings.Cut(word, "."); dotted && b.of[host] {
			said[host] = true
		}
	}
}
