// Package account says of every path that an edge changes whether somebody
// judges it. Each is claimed by a rule that looks at it, or called harmless by a
// line of a table that says why. What neither does is left over, and is listed:
// never taken for safe because nobody has heard of it.
//
//	account.go   a change → its claims
//	differ.go    two nodes → the paths that differ
//	line.go      the lines of tables, and how a path is looked up
//	metadata.go  labels and annotations, of any kind
//	core.go …    the kinds, by whose they are
//	groups.go    kinds that nobody knows, by their groups
package account

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// Change is an object that an edge changes. The Node of one that is not there is
// nil.
type Change struct{ From, To kube.Object }

// Object is the object as it will be, or as it was if it goes.
func (c Change) Object() kube.Object {
	if c.To.Node == nil {
		return c.From
	}
	return c.To
}

// Claim says who answers for a path that differs: rules that judge it, or a table
// that calls it harmless. If neither is given it is not judged.
type Claim struct {
	Path     []string // as in the object, "[]" for an item of a list; none: the whole object
	Judged   []string // ids of rules
	Harmless string   // why
	Left     string   // what is known of it, if it is not judged: ""
}

// Open reports whether nobody answers for the path.
func (c Claim) Open() bool { return len(c.Judged) == 0 && c.Harmless == "" }

// Facts are what the two states know about an object.
type Facts interface {
	// Named reports whether another object of either state has a name in it.
	Named(o kube.Object, name string) bool
	// NamedBefore reports whether another object that stood before has the name of
	// this one in it.
	NamedBefore(kube.Object) bool
	// Needed reports whether pods of a workload that the rules look at do not
	// start without the object.
	Needed(kube.Object) bool
	// Idle reports whether all that names the object are pods that nobody sends
	// requests.
	Idle(kube.Object) bool
	// Entered reports whether requests of routes come in by a gateway.
	Entered(kube.Object) bool
	// Any reports whether there is an object of a kind before.
	Any(group, kind string) bool
	// Backed reports whether pods stand behind a Service before or after.
	Backed(kube.Object) bool
	// Hung reports whether requests hang on an object: it sends them, or its pods
	// answer some.
	Hung(kube.Object) bool
	// Joins reports whether pods of a workload that is made come to stand behind a
	// Service beside others.
	Joins(kube.Object) bool
	// Unsent reports whether nobody is sent to a Service before or after, or to any
	// Service that a policy is for.
	Unsent(kube.Object) bool
	// Read are the paths of an object that the reader of its router understands, as a
	// line of a table has them; "" if no router reads it.
	Read(kube.Object) string
	// Rivals are the routes before of the same kind that have a host in common with
	// the object: some of their requests may become its own.
	Rivals(kube.Object) []kube.Object
}

// Of are the claims on a change, in the order of its paths.
func Of(c Change, f Facts) []Claim {
	k := kindOf(c.Object(), f)
	whole := made
	switch {
	case c.From.Node == nil:
	case c.To.Node == nil:
		whole = gone
	default:
		return claims(k, differences(c), f)
	}
	one := k.claim(Difference{Change: c, Path: []string{whole}}, f)
	one.Path = nil
	all := []Claim{one}
	if whole == made && !one.Open() {
		all = append(all, claims(k, carried(c, f), f)...)
	}
	return all
}

// carried is what an object that is made may say beside what it is: by labels and
// annotations that somebody reads, and to requests of other routes.
func carried(c Change, f Facts) []Difference {
	var all []Difference
	for _, rival := range f.Rivals(c.To) {
		Difference{Change: c, Was: rival.Node, Is: c.To.Node}.walk(&all)
	}
	if all != nil {
		return slices.DeleteFunc(all, func(d Difference) bool { return d.Path[0] == "metadata" && !toldBy(d) })
	}
	switch c.To.Kind {
	case "Ingress", "VirtualService", "HTTPRoute", "GRPCRoute":
		return nil // nobody's requests yet
	}
	Difference{Change: c, Is: c.To.Node}.walk(&all)
	return slices.DeleteFunc(all, func(d Difference) bool { return !toldBy(d) })
}

// toldBy reports whether a difference is a label or annotation that somebody reads.
func toldBy(d Difference) bool {
	return len(d.Path) == 3 && d.Path[0] == "metadata" && d.Is != nil && read(d.Path[2])
}

func claims(k kind, all []Difference, f Facts) []Claim {
	var found []Claim
	for _, d := range all {
		d.claimed(k, f, &found)
	}
	return found
}

// claimed adds the claim on a difference, each path once.
func (d Difference) claimed(k kind, f Facts, all *[]Claim) {
	one := k.claim(d, f)
	if !slices.ContainsFunc(*all, func(o Claim) bool { return slices.Equal(o.Path, one.Path) && o.Open() == one.Open() }) {
		*all = append(*all, one)
	}
}

// Text is a path in words: spec.ports[].name.
func Text(path []string) string {
	var b strings.Builder
	for i, key := range path {
		switch {
		case key == item:
			b.WriteString(item)
		case strings.ContainsAny(key, "./ "):
			b.WriteString("[" + key + "]")
		case i > 0:
			b.WriteString("." + key)
		default:
			b.WriteString(key)
		}
	}
	return b.String()
}

// Rules are the ids of rules that the tables name, each once.
func Rules() []string {
	var all []string
	for _, table := range tables {
		for _, k := range table {
			for _, l := range k.lines {
				all = append(all, strings.Fields(l.judged)...)
			}
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(id string) bool { return id == listed })
}
