package rules

import (
	"maps"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
)

// Unjudged lists what is looked at beside the [Table] because nobody here can
// judge it: what an edge changes there is listed, never taken for safe.
var Unjudged = []func(*Transition) []Problem{
	checkNodes, checkUnpaired,
	checkUnskipped, checkRemadeAnyway, checkHeld, checkFollows,
}

// unjudged is a problem that says of an object of an edge what is not judged.
func unjudged(c cluster.Change, message string, path ...string) Problem {
	return Problem{Object: cluster.Subject(c), Path: path, About: message, Message: message, Unjudged: true}
}

// sameSpec reports whether a change is one of metadata alone.
func sameSpec(c cluster.Change) bool {
	if c.Made() || c.Gone() {
		return false
	}
	a, b := cluster.Fields(c.From.Node), cluster.Fields(c.To.Node)
	delete(a, "metadata")
	delete(b, "metadata")
	return maps.EqualFunc(a, b, kube.Equal)
}
