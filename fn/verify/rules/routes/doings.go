package routes

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file holds what routers do to requests beside sending them on.

// CheckDoings checks that who was let in before a commit is let in after it. Of what
// else a router does it is said that it changes: what that is to clients and pods, they
// alone know.
func CheckDoings(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, p := range pairs(e) {
		before := len(problems)
		for _, d := range p.is.Effects {
			was, had := doing(p.was, d)
			switch {
			case entryKey(e, d.Name): // see checkEntries
			case had && (was.Value == d.Value || d.LetsIn(was)), !had && d.SafeToAdd(p.was.Hosts):
			case d.Bars == route.BarsOthers && (!had || len(was.Admitted) > 0):
				problems = append(problems, p.barred(d, had))
			case had:
				problems = append(problems, p.unjudged(d, "changes"))
			default:
				problems = append(problems, p.unjudged(d, "is new"))
			}
		}
		for _, d := range p.was.Effects {
			if _, stays := doing(p.is, d); !stays && (d.Bars == route.BarsNone && !entryKey(e, d.Name) || d.UnsafeToDrop()) {
				problems = append(problems, p.unjudged(d, "ends"))
			}
		}
		if how := by[p.is.Action]; len(problems) == before && p.was.Action == route.Forward && how != "" {
			problems = append(problems, edge.Problem{
				Object: p.is.Source, About: how, Unjudged: true,
				Message: fmt.Sprintf("the router "+how+" from now on: what its clients make of that is not judged", where(p.is)),
			})
		}
	}
	return problems
}

// by is what a router does that sends requests on no longer.
var by = map[route.Action]string{
	route.Respond:  "answers requests to %s by itself",
	route.Redirect: "redirects requests to %s",
}

// entryKey reports whether an effect is an annotation that chooses where clients come in.
func entryKey(e *edge.Transition, name string) bool {
	a, _ := route.AnnotationByKey(e.To.Router.Providers, name)
	return a.Moves || a.Listens
}

// doing is what a rule does that another one does too: the very same, or else one
// of that name. Where a name may stand several times, as that of a range that is
// kept out does, only the same one is.
func doing(r route.Rule, d route.Effect) (route.Effect, bool) {
	for _, same := range []func(route.Effect) bool{
		func(o route.Effect) bool { return o.Name == d.Name && o.Value == d.Value },
		func(o route.Effect) bool { return o.Name == d.Name && !d.Repeats && !o.Repeats },
	} {
		if i := slices.IndexFunc(r.Effects, same); i >= 0 {
			return r.Effects[i], true
		}
	}
	return route.Effect{}, false
}

// barred are requests that a rule does not let in any more.
func (p paired) barred(d route.Effect, had bool) edge.Problem {
	how := "now keeps out"
	if had {
		how = "keeps out more than before"
	}
	return edge.Problem{
		Object: p.is.Source, About: d.Name + " " + d.Value,
		Message: fmt.Sprintf("%s at %s (%s): clients that came in are refused", how, where(p.is), d),
		Hint:    "let clients know first; if none of them is lost, or that is meant, accept it: annotation cutover.dev/accept: access-narrowed",
	}
}

// unjudged says that a router does something else to requests than before.
func (p paired) unjudged(d route.Effect, how string) edge.Problem {
	return edge.Problem{
		Object: p.is.Source, Path: d.Path, About: d.Name + " " + how, Unjudged: true,
		Message: fmt.Sprintf("%s %s at %s: what its requests get then is not judged", d.Name, how, where(p.is)),
	}
}
