package check

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cutoverdev/cutover/cmd/internal/build"
	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/agent"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// This file reads a state that holds orders for agents, Applications and Kustomizations,
// together with what they build in the repository that it stands in. Each is an applier
// of its own: nobody knows which comes first.

// maxAppliers bounds the appliers of one state.
const maxAppliers = 256

// end is a state at one end of an edge.
type end struct {
	own   []kube.Object            // what it says itself
	built map[kube.ID]applied      // what its appliers build, by the applier
	by    map[kube.ID]kube.ID      // the applier of an object, of those that are built
	all   map[string][]kube.Object // by the cluster they are for; "" is that of the agent
}

// applied is an applier and what it builds.
type applied struct {
	agent.Applier
	objects []kube.Object
}

// endOf reads a state with what is behind its appliers, and behind theirs.
func endOf(own []kube.Object, tree folder.Tree) end {
	e := end{own: slices.Clone(own), built: map[kube.ID]applied{}}
	for next := own; len(next) > 0 && len(e.built) < maxAppliers; {
		var more []kube.Object
		for _, a := range agent.Appliers(next) {
			if _, known := e.built[a.Object.Key()]; known || len(e.built) == maxAppliers {
				continue
			}
			if objects, ok := builtBy(a, tree); ok {
				e.built[a.Object.Key()] = applied{a, objects}
				more = append(more, objects...)
			}
		}
		next = more
	}
	return e
}

// builtBy are the objects that an applier applies. ok is no if one of its folders is not
// in the tree, or cannot be built.
func builtBy(a agent.Applier, tree folder.Tree) ([]kube.Object, bool) {
	var all []kube.Object
	for _, p := range a.Paths {
		objects, ok := tree.Folder(p)
		if !ok {
			return nil, false
		}
		all = append(all, objects...)
	}
	var found []schemas.Finding
	if a.Over != nil && len(all) > 0 {
		all, found = build.Over(all, a.Over)
	}
	for i, o := range all {
		if o.Namespace == "" && a.Home != "" && build.Namespaced(o) {
			all[i] = o.In(a.Home)
		}
	}
	return all, !schemas.Failed(found)
}

// settle takes the orders of appliers for judged where both ends build them, or where
// they come or go with what they build. Of all others nothing is looked at but what they
// say.
func settle(from, to *end) {
	for unsettled(from, to) {
	}
	for _, id := range cluster.SortedIDs(from.built) {
		was := from.built[id]
		switch is, both := to.built[id]; {
		case both:
			to.replace(id, agent.Settled(was.Object, is.Object))
		case !was.Orphans:
			from.replace(id)
		}
	}
	for _, id := range cluster.SortedIDs(to.built) {
		if _, both := from.built[id]; !both {
			to.replace(id)
		}
	}
}

// unsettled takes out what only one end builds though both have the order, or what goes
// to another cluster, and reports whether there was such a thing.
func unsettled(from, to *end) bool {
	found := false
	for _, id := range append(cluster.SortedIDs(from.built), cluster.SortedIDs(to.built)...) {
		was, before := from.built[id]
		is, after := to.built[id]
		switch {
		case before && after && was.Cluster == is.Cluster, !before && !after:
		case before && !after && !to.has(id), after && !before && !from.has(id):
		default:
			found = true
			delete(from.built, id)
			delete(to.built, id)
		}
	}
	from.prune()
	to.prune()
	return found
}

// prune takes out what nobody leads to any more.
func (e *end) prune() {
	led := map[kube.ID]bool{}
	for next := e.own; len(next) > 0; {
		var more []kube.Object
		for _, o := range next {
			if a, ok := e.built[o.Key()]; ok && !led[o.Key()] {
				led[o.Key()] = true
				more = append(more, a.objects...)
			}
		}
		next = more
	}
	maps.DeleteFunc(e.built, func(id kube.ID, _ applied) bool { return !led[id] })
}

// has reports whether a state says an object, or builds it.
func (e *end) has(id kube.ID) bool {
	is := func(o kube.Object) bool { return o.Key() == id }
	if slices.ContainsFunc(e.own, is) {
		return true
	}
	for _, a := range e.built {
		if slices.ContainsFunc(a.objects, is) {
			return true
		}
	}
	return false
}

// replace puts others in the place of an object, wherever it stands.
func (e *end) replace(id kube.ID, others ...kube.Object) {
	change := func(objects []kube.Object) []kube.Object {
		var all []kube.Object
		for _, o := range objects {
			if o.Key() == id {
				all = append(all, others...)
				continue
			}
			all = append(all, o)
		}
		return all
	}
	e.own = change(e.own)
	for at, a := range e.built {
		a.objects = change(a.objects)
		e.built[at] = a
	}
}

// spread sorts the objects of a state by the clusters they are for. One that several
// appliers build is looked at once.
func (e *end) spread() {
	e.by, e.all = map[kube.ID]kube.ID{}, map[string][]kube.Object{"": slices.Clone(e.own)}
	seen := map[string]bool{}
	for _, o := range e.own {
		seen[o.Key().String()] = true
	}
	for _, id := range cluster.SortedIDs(e.built) {
		a := e.built[id]
		for _, o := range a.objects {
			if key := a.Cluster + o.Key().String(); !seen[key] {
				seen[key], e.by[o.Key()] = true, id
				e.all[a.Cluster] = append(e.all[a.Cluster], o)
			}
		}
	}
}

// left adds what stays in the cluster though nobody builds it any more.
func (to *end) left(from end) {
	for _, id := range cluster.SortedIDs(from.built) {
		was := from.built[id]
		is, there := to.built[id]
		if there && !is.Keeps || !there && !was.Orphans {
			continue
		}
		for _, o := range was.objects {
			if !slices.ContainsFunc(to.all[was.Cluster], func(n kube.Object) bool { return n.Key() == o.Key() }) {
				to.all[was.Cluster] = append(to.all[was.Cluster], o)
			}
		}
	}
}

// appliers checks an edge with all that is built behind both ends.
func (j *judgement) appliers(from, to end) {
	settle(&from, &to)
	from.spread()
	to.spread()
	to.left(from)
	names := slices.Sorted(maps.Keys(from.all))
	for name := range to.all {
		if _, known := from.all[name]; !known {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		e := verify.Edge{From: j.state(from.all[name]), To: j.state(to.all[name])}
		if name != "" {
			e.Name = "in cluster " + name
		}
		j.between(e)
		j.handedOver(e, from, to)
	}
}

// handedOver: an object that one applier no longer builds and another one builds from
// now on is removed by the first, if that comes before the second: it does not know of
// it. What the second has applied the first leaves (kustomize-controller v1.7 deletes
// what has its own labels; argo-cd 3.6 what has its own tracking).
func (j *judgement) handedOver(e verify.Edge, from, to end) {
	var moved []kube.Object
	rest := slices.DeleteFunc(slices.Clone(e.To.Objects), func(o kube.Object) bool {
		was, before := from.by[o.Key()]
		is, after := to.by[o.Key()]
		if !before || !after || was == is || from.built[was].Keeps {
			return false
		}
		moved = append(moved, o)
		return true
	})
	if len(moved) == 0 || schemas.Failed(verify.Edge{From: e.From, To: e.To, MinAvailable: j.MinAvailable}.Check()) {
		return
	}
	for _, f := range (verify.Edge{From: e.From, To: cluster.NewState(e.From.Router, rest), MinAvailable: j.MinAvailable}).Check() {
		if f.Severity != schemas.Error {
			continue
		}
		o := moved[0]
		j.find(o.Find("handed-over", fmt.Sprintf("passes from %s to %s, which may come second: until then %s",
			from.by[o.Key()], to.by[o.Key()], f.Message),
			"tell the first one to leave it (prune: false, or the annotation that says so of the object) a commit before; then hand it over"))
		return
	}
}
