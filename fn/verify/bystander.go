package check

import (
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/lint"
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// bystanders are the ConfigMaps and Secrets among the objects that all releases of a
// folder share of which there is nothing to say: whatever names none of them is judged
// the same without them. In a folder of two hundred releases they are most of what is
// shared.
type bystanders struct {
	rest []kube.Object            // what is looked at with every release
	of   map[string][]kube.Object // bystanders by name
}

// newBystanders takes shared objects apart. What a finding is about is no bystander, and
// neither is anything where an agent's own changes may name it.
func newBystanders(shared []kube.Object, s cluster.State) bystanders {
	found := slices.Concat(verify.Check(s, ""), lint.Look(s))
	for _, f := range found {
		if f.Object.Kind == "ConfigMap" || f.Object.Kind == "Secret" {
			return bystanders{rest: shared}
		}
	}
	b := bystanders{of: map[string][]kube.Object{}}
	for _, o := range shared {
		if quiet(o) {
			b.of[o.Name] = append(b.of[o.Name], o)
		} else {
			b.rest = append(b.rest, o)
		}
	}
	for _, o := range b.named(b.rest) {
		b.rest = append(b.rest, o)
		delete(b.of, o.Name)
	}
	return b
}

// quiet reports whether an object does nothing but be named.
func quiet(o kube.Object) bool { return o.Is("", "ConfigMap") || o.Is("", "Secret") }

// beside is what some objects are looked at with: what is shared, without what neither
// they nor what is shared name.
func (b bystanders) beside(objects []kube.Object) []kube.Object {
	if len(b.of) == 0 {
		return b.rest
	}
	return slices.Concat(b.rest, b.named(objects))
}

// named are the bystanders that words of some objects may be the names of, in order.
func (b bystanders) named(objects []kube.Object) []kube.Object {
	said := map[string]bool{}
	for _, o := range objects {
		b.read(said, o.Node)
	}
	var all []kube.Object
	for _, name := range slices.Sorted(maps.Keys(said)) {
		all = append(all, b.of[name]...)
	}
	return all
}

// read takes down which bystanders a node names, wherever in it: a name is a scalar, or
// what stands between characters that no name has.
func (b bystanders) read(said map[string]bool, n *yaml.Node) {
	if n.Kind != yaml.ScalarNode {
		for _, c := range n.Content {
			b.read(said, c)
		}
		return
	}
	for word := range strings.FieldsFuncSeq(n.Value, func(c rune) bool {
		return c != '-' && c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'z')
	}) {
		if b.of[word] != nil {
			said[word] = true
		}
		if host, _, dotted := strings.Cut(word, "."); dotted && b.of[host] != nil {
			said[host] = true
		}
	}
}
