package account

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
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
	// NeededBefore reports whether pods of a workload that stood before do not start
	// without the object.
	NeededBefore(kube.Object) bool
	// BoundBefore reports whether a binding that stood before gives somebody the rights
	// of a role.
	BoundBefore(kube.Object) bool
	// Idle reports whether all that names the object are pods that nobody sends
	// requests.
	Idle(kube.Object) bool
	// Entered reports whether requests of routes come in by a gateway.
	Entered(kube.Object) bool
	// Any reports whether there is an object of a kind before.
	Any(group, kind string) bool
	// Holds reports whether there is an object of a group before or after.
	Holds(group string) bool
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
	// Lines are what the router of an object says of its fields; nil if no router does.
	Lines(kube.Object) []route.Line
	// Speaks reports whether an annotation of Services says to a router how to speak to
	// their pods.
	Speaks(annotation string) bool
	// Shares reports whether an annotation of Services says to a router how to share
	// requests, and that router reads it on an object as it is at either end.
	Shares(annotation string, ends ...kube.Object) bool
	// Pickers are objects before or after that choose others by a label, be it by what it
	// was or is: policies that say so, and kinds of which nobody here knows the structure.
	Pickers(o kube.Object, label, was, is string) []kube.Object
	// Rivals are the routes before of the same kind that have a host in common with
	// the object: some of their requests may become its own.
	Rivals(kube.Object) []kube.Object
}

// item stands for any item of a list in a path.
const item = "[]"

// Text is a path in words: spec.ports[].name.
func Text(path []string) string { return kube.PathText(path) }
