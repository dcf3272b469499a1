package routes

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// CheckReferences checks that what routers look up by name is there for as long as its name
// stands somewhere, whichever of the two is applied first.
func CheckReferences(e *edge.Transition) []edge.Problem {
	moved := namable(e)
	if len(moved) == 0 {
		return nil
	}
	unmade := e.Unmade()
	var problems []edge.Problem
	for _, is := range e.To.Objects {
		was, there := e.From.ByID[is.Key()]
		if !there {
			continue // nobody is used to it
		}
		before := namings(e.From, was)
		for _, n := range before {
			if id, how, gone := goes(n, moved, unmade); gone {
				problems = append(problems, referenceGone(is, n, fmt.Sprintf("still names %s%s: until the name goes too, %s", id, how, n.Fate),
					"take the name out in a commit before, and remove it in a commit after"))
			}
		}
		if was.Node == is.Node {
			continue
		}
		for _, n := range namings(e.To, is) {
			if id, made := comes(e, n, moved); made && !slices.ContainsFunc(before, func(o route.Dependency) bool { return sameName(n, o) }) {
				problems = append(problems, referenceGone(is, n, fmt.Sprintf("names %s, which the same commit makes: until it is there, "+
					"%s", id, n.Fate),
					"make it in a commit before it is named"))
			}
		}
	}
	return problems
}

func referenceGone(o kube.Object, n route.Dependency, message, hint string) edge.Problem {
	return edge.Problem{Object: o, Path: n.Path, About: n.Namespace + "/" + n.Name, Message: message, Hint: hint}
}

func sameName(a, b route.Dependency) bool {
	return a.Namespace == b.Namespace && a.Name == b.Name && slices.Equal(a.Path, b.Path)
}

// namable are the changed objects that a router may look up, by what Traefik
// calls them too.
func namable(e *edge.Transition) map[kube.ID]cluster.Change {
	all := map[kube.ID]cluster.Change{}
	for id, c := range e.Changed {
		if !c.Made() && !c.Gone() || cluster.RunsPods(cluster.Subject(c)) || id.Kind == "Service" {
			continue
		}
		all[id] = c
		all[crdName(id)] = c
	}
	return all
}

// crdName is an object as annotations for Traefik name it: namespace-name.
func crdName(id kube.ID) kube.ID {
	return kube.ID{Group: id.Group, Kind: id.Kind, Name: id.Namespace + "-" + id.Name}
}

// goes reports whether a named object goes, and how.
func goes(
	n route.Dependency, moved map[kube.ID]cluster.Change, unmade map[kube.ID]kube.ID,
) (id kube.ID, how string, gone bool) {
	for _, id := range n.Candidates() {
		for _, at := range edge.Anywhere(id) {
			if c, changed := moved[at]; changed && c.Gone() {
				return c.From.ID, ", which is removed", true
			}
			if by, made := unmade[at]; made {
				return id, fmt.Sprintf(", which %s makes, and that is removed", by), true
			}
		}
	}
	return id, "", false
}

// comes reports whether a named object is made by the commit, and by no other way
// there before.
func comes(e *edge.Transition, n route.Dependency, moved map[kube.ID]cluster.Change) (id kube.ID, made bool) {
	for _, id := range n.Candidates() {
		for _, at := range edge.Anywhere(id) {
			if c, changed := moved[at]; changed && c.Made() && (id.Kind != "Secret" || !edge.Provides(e.From, at)) {
				return c.To.ID, true
			}
		}
	}
	return id, false
}
