package route

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// Fields say who answers for what changes in objects of some kinds.
type Fields struct {
	Group string
	Kinds string // with spaces between them
	Lines []Line // the first that fits counts; what none fits is listed as not judged
}

// Has reports whether an object is of one of the kinds.
func (f Fields) Has(id kube.ID) bool {
	if f.Group != id.Group {
		return false
	}
	for kind := range strings.SplitSeq(f.Kinds, " ") {
		if kind == id.Kind {
			return true
		}
	}
	return false
}

// Line says who answers for some paths. A path has dots between its keys, and [] for
// the items of a list; * is any key, and ** at the end is all that is below, and the
// place itself. + is an object that is made, - one that goes; [] alone at the end is a
// list whose items change their order. One of Judged, Harmless and Left is given.
//
//	{Paths: "+ - spec.hosts[] spec.backends[].**", Judged: "request-gone route-gap backend-missing"}
//	{Paths: "spec.description", Harmless: "is for people"}
//	{Paths: "spec.tls.options.*", Left: "how clients and gateway agree on TLS"}
type Line struct {
	Paths    string // several have spaces between them
	Judged   string // ids of rules that look at it, with spaces between them
	Harmless string // why it takes requests from nobody, with the upstream version where that is not obvious
	Left     string // what it is, if nobody judges it

	Absent string                // what the field means that is not there: written out it is the same
	When   When                  // what the states must say of the object, else the line is passed over
	If     func(Difference) bool // what the difference itself must be, else the line is passed over; nil: anything
}

// When is what the two states of an edge must say of an object.
type When string

// The conditions. Named is an object whose name stands in another one.
const (
	Always         When = ""
	Reordered      When = "reordered"        // the items of a list are the same, or some of them, in another order
	Plain          When = "plain"            // the label or annotation is one that no agent, router or cloud reads
	Named          When = "named"            // before or after
	NotNamed       When = "not named"        // neither before nor after
	NotNamedBefore When = "not named before" // nobody waits for it
	NotEntered     When = "not entered"      // no route of the manifests comes in by it
	Unattached     When = "unattached"       // nobody means a part of it by what the field says (sectionName)
	SameRewrites   When = "same rewrites"    // the paths that both rules are for become the same ones
)

// Difference is a place where an object before and after an edge is not the same.
type Difference struct {
	From, To kube.Object // the Node of one that is not there is nil
	Path     []string
	Was, Is  *yaml.Node // what stands there; nil: nothing
	Old, New *yaml.Node // what holds it, where there is something
}

// Object is the object as it will be, or as it was if it goes.
func (d Difference) Object() kube.Object {
	if d.To.Node == nil {
		return d.From
	}
	return d.To
}
