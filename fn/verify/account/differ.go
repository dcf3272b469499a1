package account

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// Difference is a place where two states of an object are not the same.
type Difference struct {
	Change
	Path     []string
	Was, Is  *yaml.Node // what stands there; nil: nothing
	Old, New *yaml.Node // what holds it, where there is something

	Rules [2]*yaml.Node // the rules of a route that it stands in, or that are compared for it
}

// forRouter is the difference as the lines of routers see it.
func (d Difference) forRouter() route.Difference {
	return route.Difference{From: d.From, To: d.To, Path: d.Path, Was: d.Was, Is: d.Is, Old: d.Old, New: d.New}
}

// maxPairs bounds the items of two lists that are compared with one another.
const maxPairs = 1 << 12

// differences are the smallest places where an object differs.
func differences(c Change) []Difference {
	var all []Difference
	Difference{Change: c, Was: c.From.Node, Is: c.To.Node}.walk(&all)
	return all
}

// walk adds the differences at a place and below it.
func (d Difference) walk(all *[]Difference) {
	d.Was, d.Is = resolved(d.Was), resolved(d.Is)
	switch {
	case kube.Equal(d.Was, d.Is):
	case len(content(d.Was))+len(content(d.Is)) == 0:
		*all = append(*all, d)
	case of(d, yaml.MappingNode):
		d.mapping(all)
	case of(d, yaml.SequenceNode):
		d.sequence(all)
	default:
		*all = append(*all, d)
	}
}

// of reports whether two nodes are of a kind, or one is and there is no other.
func of(d Difference, kind yaml.Kind) bool {
	return (d.Was == nil || d.Was.Kind == kind) && (d.Is == nil || d.Is.Kind == kind)
}

// resolved is what an alias stands for. A field that is null is not there.
func resolved(n *yaml.Node) *yaml.Node {
	switch {
	case n != nil && n.Kind == yaml.AliasNode:
		return resolved(n.Alias)
	case n != nil && n.ShortTag() == "!!null":
		return nil
	}
	return n
}

// at is a difference one key further.
func (d Difference) at(key string, was, is *yaml.Node) Difference {
	one := Difference{d.Change, append(slices.Clip(d.Path), key), was, is, d.Was, d.Is, d.Rules}
	if key == item && d.routeRules() {
		one.Rules = [2]*yaml.Node{was, is}
	}
	return one
}

func (d Difference) mapping(all *[]Difference) {
	for key := range pairs(d.Was) {
		d.at(key, kube.Get(d.Was, key), kube.Get(d.Is, key)).walk(all)
	}
	for key, is := range pairs(d.Is) {
		if kube.Get(d.Was, key) == nil {
			d.at(key, nil, is).walk(all)
		}
	}
}

// pairs are the keys of a mapping and what stands there, in order.
func pairs(n *yaml.Node) func(yield func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}

// sequence compares the items that two lists do not have in common: those that are
// known by the same with one another, the rest with nothing, but for rules of a
// route. If the items that they do have in common stand in another order, the list
// differs too.
func (d Difference) sequence(all *[]Difference) {
	was, is := content(d.Was), content(d.Is)
	for len(was) > 0 && len(is) > 0 && kube.Equal(was[0], is[0]) {
		was, is = was[1:], is[1:]
	}
	for len(was) > 0 && len(is) > 0 && kube.Equal(was[len(was)-1], is[len(is)-1]) {
		was, is = was[:len(was)-1], is[:len(is)-1]
	}
	was, is, sorted := unlike(was, is)
	if !sorted {
		*all = append(*all, d.at(item, d.Was, d.Is))
	}
	paired, was, is := partners(was, is)
	for _, p := range paired {
		d.at(item, p[0], p[1]).walk(all)
	}
	for _, w := range was {
		d.at(item, w, d.instead(w, d.Was, was)).walk(all)
	}
	for _, n := range is {
		d.at(item, d.instead(n, d.Is, is), n).walk(all)
	}
}

func content(n *yaml.Node) []*yaml.Node {
	if n == nil {
		return nil
	}
	return n.Content
}

// partners pairs items with what they have become, as long as they are known by the
// same. The others are left in their lists.
func partners(was, is []*yaml.Node) (paired [][2]*yaml.Node, old, now []*yaml.Node) {
	now = slices.Clone(is)
	for _, w := range was {
		i := slices.IndexFunc(now, func(n *yaml.Node) bool { return akin(w, n) })
		if i < 0 {
			old = append(old, w)
			continue
		}
		paired = append(paired, [2]*yaml.Node{w, now[i]})
		now = slices.Delete(now, i, i+1)
	}
	return paired, old, now
}

// known are fields by which an item of a list is told from the others. The first
// that one of two items has decides.
var known = []string{"name", "port", "number", "host", "path", "match", "matches", "destination", "backendRef", "type", "key", "kind"}

// akin reports whether two items are known by the same. Scalars are known by all
// that they say, and are not the same here.
func akin(a, b *yaml.Node) bool {
	if a.Kind != yaml.MappingNode || b.Kind != yaml.MappingNode {
		return false
	}
	for _, field := range known {
		x, y := kube.Get(a, field), kube.Get(b, field)
		if x != nil || y != nil {
			return kube.Equal(x, y)
		}
	}
	return true
}

// routeRules are the lists of rules of which another one takes the requests if one
// comes or goes.
var routeRules = []string{"VirtualService spec http", "HTTPRoute spec rules", "GRPCRoute spec rules"}

// routeRules reports whether a place is a list of rules of a route.
func (d Difference) routeRules() bool {
	return len(d.Path) == 2 && slices.Contains(routeRules, d.Object().Kind+" "+d.Path[0]+" "+d.Path[1])
}

// instead is the rule that has the requests of one that is in a list alone: the first
// behind it that both sides have, or else before it. nil if it is no list of rules.
func (d Difference) instead(one, list *yaml.Node, alone []*yaml.Node) *yaml.Node {
	if !d.routeRules() {
		return nil
	}
	at := slices.Index(list.Content, one)
	before := slices.Clone(list.Content[:at])
	slices.Reverse(before)
	for _, n := range append(slices.Clone(list.Content[at:]), before...) {
		if !slices.Contains(alone, n) {
			return n
		}
	}
	return nil
}

// unlike are the items that two lists do not have in common. sorted is no if those
// that they have stand in another order.
func unlike(was, is []*yaml.Node) (old, now []*yaml.Node, sorted bool) {
	if len(was)*len(is) > maxPairs {
		return was, is, false
	}
	taken := make([]bool, len(is))
	last, sorted := -1, true
	for _, w := range was {
		i := slices.IndexFunc(is, func(n *yaml.Node) bool { return kube.Equal(w, n) })
		for i >= 0 && taken[i] {
			next := slices.IndexFunc(is[i+1:], func(n *yaml.Node) bool { return kube.Equal(w, n) })
			if next < 0 {
				i = -1
				break
			}
			i += 1 + next
		}
		if i < 0 {
			old = append(old, w)
			continue
		}
		taken[i], sorted, last = true, sorted && i > last, i
	}
	for i, n := range is {
		if !taken[i] {
			now = append(now, n)
		}
	}
	return old, now, sorted
}

// Text is the scalar on one side.
func (d Difference) Text(after bool) string {
	if after && d.Is != nil {
		return d.Is.Value
	}
	if d.Was != nil && !after {
		return d.Was.Value
	}
	return ""
}
