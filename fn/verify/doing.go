package verify

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/route"
)

// This file holds what routers do to requests beside sending them on.

// checkDoings: who was let in before a commit is let in after it. Of what else a
// router does it is said that it changes: what that is to clients and pods, they
// alone know.
func checkDoings(e *passage) []Problem {
	var problems []Problem
	for _, p := range e.pairs() {
		for _, d := range p.is.Does {
			was, had := doing(p.was, d)
			switch {
			case slices.Contains(entryKeys, d.What): // see checkEntries
			case had && (was.How == d.How || d.LetsIn(was)), !had && d.Eases():
			case d.Bars == route.BarsOthers && (!had || len(was.In) > 0):
				problems = append(problems, p.barred(d, had))
			case had:
				problems = append(problems, p.unjudged(d, "changes"))
			default:
				problems = append(problems, p.unjudged(d, "is new"))
			}
		}
		for _, d := range p.was.Does {
			if _, stays := doing(p.is, d); !stays && (d.Bars == route.BarsNone && !slices.Contains(entryKeys, d.What) || d.Leaves()) {
				problems = append(problems, p.unjudged(d, "ends"))
			}
		}
	}
	return problems
}

// doing is what a rule does that another one does too: the very same, or else one
// of that name. Where a name may stand several times, as that of a range that is
// kept out does, only the same one is.
func doing(r route.Rule, d route.Doing) (route.Doing, bool) {
	for _, same := range []func(route.Doing) bool{
		func(o route.Doing) bool { return o.What == d.What && o.How == d.How },
		func(o route.Doing) bool { return o.What == d.What && !d.Each && !o.Each },
	} {
		if i := slices.IndexFunc(r.Does, same); i >= 0 {
			return r.Does[i], true
		}
	}
	return route.Doing{}, false
}

// barred are requests that a rule does not let in any more.
func (p paired) barred(d route.Doing, had bool) Problem {
	how := "now keeps out"
	if had {
		how = "keeps out more than before"
	}
	return Problem{
		Object: p.is.Source, About: d.What + " " + d.How,
		Message: fmt.Sprintf("%s at %s (%s): clients that came in are refused", how, where(p.is), d),
		Hint:    "let clients know first; if none of them is lost, or that is meant, accept it: annotation cutover.dev/accept: access-narrowed",
	}
}

// unjudged says that a router does something else to requests than before.
func (p paired) unjudged(d route.Doing, how string) Problem {
	return Problem{
		Object: p.is.Source, Path: d.Path, About: d.What + " " + how, Unjudged: true,
		Message: fmt.Sprintf("%s %s at %s: what its requests get then is not judged", d.What, how, where(p.is)),
	}
}
