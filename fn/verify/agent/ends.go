package agent

import (
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
)

// This file says what the cluster holds at the ends of an edge, where that is not
// what the manifests say: agents leave objects where they are, and put those that
// name no namespace into one.

// Arrives are the states of an edge as they are in the cluster: what agents are told not to prune is
// still there in the second, and an object without a namespace is the one that says
// the namespace in the other.
func Arrives(from, to cluster.State) (cluster.State, cluster.State) {
	if from.Apart != nil || to.Apart != nil {
		return from, to // each of their clusters does by itself
	}
	e := ends{from, to}.unpruned().housed()
	return e.From, e.To
}

// ends are the states of an edge.
type ends struct{ From, To cluster.State }

// unpruned puts what leaves the manifests and stays in the cluster back. The
// annotation is read from the object in the cluster: it must have arrived before.
func (e ends) unpruned() ends {
	var kept []kube.Object
	for _, o := range e.From.Objects {
		if _, stays := e.To.ByID[o.Key()]; !stays && toldToStay(e.From, o) {
			kept = append(kept, o)
		}
	}
	if kept != nil {
		e.To = cluster.NewState(e.To.Router, slices.Concat(e.To.Objects, kept))
	}
	return e
}

// toldToStay reports whether an agent is told to leave an object in the cluster.
func toldToStay(s cluster.State, o kube.Object) bool {
	return slices.ContainsFunc(agent.Keeps(o), func(n agent.Note) bool { return n.For(s.Router.Agent) })
}

// housed writes the namespace of objects that say it at one end and leave it to
// the agent at the other: they are the same objects if all of them go to one.
func (e ends) housed() ends {
	if home := house(e.From, e.To); home != "" {
		e.From = rehoused(e.From, e.To, home)
	}
	if home := house(e.To, e.From); home != "" {
		e.To = rehoused(e.To, e.From, home)
	}
	return e
}

// house is the one namespace that objects have in another state and leave out in
// this one; "" if there is none, or several.
func house(s, other cluster.State) string {
	if !slices.ContainsFunc(s.Objects, func(o kube.Object) bool { return o.Namespace == "" && lacksObject(other, o) }) {
		return ""
	}
	home, several := "", false
	for _, o := range other.Objects {
		at := o.Key()
		at.Namespace = ""
		if bare, ok := s.ByID[at]; o.Namespace == "" || !ok || !lacksObject(other, bare) || hasObject(s, o) {
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

func hasObject(s cluster.State, o kube.Object) bool {
	_, ok := s.ByID[o.Key()]
	return ok
}

func lacksObject(s cluster.State, o kube.Object) bool { return !hasObject(s, o) }

// rehoused is a state with the objects in a namespace that another state has there.
func rehoused(s cluster.State, other cluster.State, home string) cluster.State {
	objects := slices.Clone(s.Objects)
	for i, o := range objects {
		there := o.Key()
		there.Namespace = home
		if _, ok := other.ByID[there]; ok && o.Namespace == "" && lacksObject(other, o) {
			objects[i] = o.In(home)
		}
	}
	return cluster.NewState(s.Router, objects)
}
