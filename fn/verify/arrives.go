package verify

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
)

// This file says what the cluster holds at the ends of an edge, where that is not
// what the manifests say: agents leave objects where they are, and put those that
// name no namespace into one.

// Arrives is an edge as it is in the cluster: what agents are told not to prune is
// still there at its end, and an object without a namespace is the one that says
// the namespace at the other end.
func (e Edge) Arrives() Edge { return e.unpruned().housed() }

// unpruned puts what leaves the manifests and stays in the cluster back. The
// annotation is read from the object in the cluster: it must have arrived before.
func (e Edge) unpruned() Edge {
	var kept []kube.Object
	for _, o := range e.From.Objects {
		if _, stays := e.To.byID[o.Key()]; !stays && e.From.keeps(o) {
			kept = append(kept, o)
		}
	}
	if kept != nil {
		e.To = NewState(e.To.router, slices.Concat(e.To.Objects, kept))
	}
	return e
}

// keeps reports whether an agent is told to leave an object in the cluster.
func (s State) keeps(o kube.Object) bool {
	return slices.ContainsFunc(agent.Keeps(o), func(n agent.Note) bool { return n.For(s.router.Agent) })
}

// housed writes the namespace of objects that say it at one end and leave it to
// the agent at the other: they are the same objects if all of them go to one.
func (e Edge) housed() Edge {
	if home := house(e.From, e.To); home != "" {
		e.From = e.From.moved(e.To, home)
	}
	if home := house(e.To, e.From); home != "" {
		e.To = e.To.moved(e.From, home)
	}
	return e
}

// house is the one namespace that objects have in another state and leave out in
// this one; "" if there is none, or several.
func house(s, other State) string {
	if !slices.ContainsFunc(s.Objects, func(o kube.Object) bool { return o.Namespace == "" && other.lacks(o) }) {
		return ""
	}
	home, several := "", false
	for _, o := range other.Objects {
		at := o.Key()
		at.Namespace = ""
		if bare, ok := s.byID[at]; o.Namespace == "" || !ok || !other.lacks(bare) || s.has(o) {
			continue
		}
		several = several || home != "" && home != o.Namespace
		home = o.Namespace
	}
	if several {
		return ""
	}
	return home
}

func (s State) has(o kube.Object) bool {
	_, ok := s.byID[o.Key()]
	return ok
}

func (s State) lacks(o kube.Object) bool { return !s.has(o) }

// moved is a state with the objects in a namespace that another state has there.
func (s State) moved(other State, home string) State {
	objects := slices.Clone(s.Objects)
	for i, o := range objects {
		there := o.Key()
		there.Namespace = home
		if _, ok := other.byID[there]; ok && o.Namespace == "" && other.lacks(o) {
			objects[i] = o.In(home)
		}
	}
	return NewState(s.router, objects)
}
