package verify

import (
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
)

// Agents are those whose orders are known.
var Agents = []string{"argocd", "flux"}

// Rescue is an order in which an agent can be told to apply a commit.
type Rescue struct {
	How    string `json:"how"`    // what to write
	Saves  bool   `json:"saves"`  // the commit then drops nothing
	Blocks bool   `json:"blocks"` // an abort would wait for the health of what it aborts
}

// Rescues says of an edge that is unsafe whether an order of the agent's own
// would save it. Each order is taken apart into commits that arrive one after
// the other, which are checked like any edge (facts of argo-cd 3.6,
// kustomize-controller of mid 2026).
func (e Edge) Rescues(agent string) []Rescue {
	if e.From.Apart != nil || e.To.Apart != nil {
		return nil // no order of one agent reaches another
	}
	pods, routes := e.reroutes()
	switch agent {
	case "argocd":
		// Waves apply, wait for health, apply. What is pruned goes in the first of
		// them unless told to go last.
		const waves = "argocd.argoproj.io/sync-wave: \"1\" on the routes"
		last := Rescue{waves + " and PruneLast=true", e.safe(e.applied(pods), e.applied(append(pods, routes...))), len(routes) > 0}
		first := Rescue{waves + " without PruneLast", e.safe(e.withPruned(nil), e.withPruned(pods)), len(routes) > 0}
		if first.Saves {
			return []Rescue{first}
		}
		return []Rescue{first, last}
	case "flux":
		// A Kustomization prunes as soon as it has applied.
		return []Rescue{
			{"two Kustomizations: workloads (wait: true), and routes that dependsOn them", e.safe(e.split(routes)), len(routes) > 0},
		}
	}
	return nil
}

// reroutes are the identities of the changed objects: what answers requests,
// and what sends them there.
func (e Edge) reroutes() (pods, routes []kube.ID) {
	changed := cluster.Changes(e.From, e.To)
	for _, id := range cluster.SortedIDs(changed) {
		if o := cluster.Subject(changed[id]); e.From.Router.Routing(o) {
			routes = append(routes, id)
			continue
		}
		pods = append(pods, id)
	}
	return pods, routes
}

// applied is the first state with some objects as they will be, and nothing
// pruned.
func (e Edge) applied(ids []kube.ID) cluster.State {
	var objects []kube.Object
	for _, o := range e.From.Objects {
		if now, ok := e.To.ByID[o.Key()]; ok && slices.Contains(ids, o.Key()) {
			o = now
		}
		objects = append(objects, o)
	}
	for _, o := range e.To.Objects {
		if _, old := e.From.ByID[o.Key()]; !old && slices.Contains(ids, o.Key()) {
			objects = append(objects, o)
		}
	}
	return cluster.NewState(e.From.Router, objects)
}

// withPruned is the first state with some objects as they will be, and all that
// is to go gone.
func (e Edge) withPruned(ids []kube.ID) cluster.State {
	s := e.applied(ids)
	objects := slices.DeleteFunc(slices.Clone(s.Objects), func(o kube.Object) bool {
		_, stays := e.To.ByID[o.Key()]
		return !stays
	})
	return cluster.NewState(e.From.Router, objects)
}

// split is the state between two Kustomizations: all but the routes is as it
// will be, and pruned.
func (e Edge) split(routes []kube.ID) cluster.State {
	var objects []kube.Object
	for _, o := range e.From.Objects {
		if slices.Contains(routes, o.Key()) || e.From.Router.Routing(o) {
			objects = append(objects, o)
		}
	}
	for _, o := range e.To.Objects {
		if !e.To.Router.Routing(o) {
			objects = append(objects, o)
		}
	}
	return cluster.NewState(e.From.Router, objects)
}

// safe reports whether every step of a way drops nothing.
func (e Edge) safe(between ...cluster.State) bool {
	at := e.From
	for _, next := range append(between, e.To) {
		for _, f := range (Edge{From: at, To: next, MinAvailable: e.MinAvailable}).Check() {
			if f.Severity == 0 {
				return false
			}
		}
		at = next
	}
	return true
}
