package interleave

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/generators/route"
)

// treated are requests to which a router does something in a mix that it does at neither
// end, or does not do what it does at both: a route that names an allow list which is not
// widened yet. What differs between the ends is said of these.
func (e *Transition) treated(q route.Request, from, to, rules []route.Rule, m routingView) []problem.Problem {
	if len(m.moves) < 2 || len(from) != 1 || len(to) != 1 || len(rules) != 1 {
		return nil
	}
	r := rules[0]
	if sameEffects(r, from[0]) || sameEffects(r, to[0]) || len(r.Backends) > 0 && r.Backends[0].Broken != "" {
		return nil
	}
	for _, d := range r.Effects {
		was, is := effectOf(from[0], d), effectOf(to[0], d)
		switch {
		case was != nil && (was.Value == d.Value || d.LetsIn(*was)), is != nil && (is.Value == d.Value || is.LetsIn(d) && d.LetsIn(*is)):
		case was == nil && d.SafeToAdd(from[0].Hosts):
		case d.Bars == route.BarsOthers && (was == nil || len(was.Admitted) > 0):
			return []problem.Problem{{
				ID: "access-narrowed", Object: r.Source, About: fmt.Sprint(q.Host, d.Name, d.Value),
				Story:   counterexample(q, 100, "a refusal", m.moves),
				Message: fmt.Sprintf("%s keeps out more meanwhile than before and after", d.Name),
				Hint:    "widen what lets clients in a commit before it is named, and narrow what is not named any more a commit after",
			}}
		default:
			return []problem.Problem{treatedOtherwise(q, r, d.Name)}
		}
	}
	for _, d := range from[0].Effects {
		if effectOf(to[0], d) != nil && effectOf(r, d) == nil && d.Bars == route.BarsNone {
			return []problem.Problem{treatedOtherwise(q, r, d.Name)}
		}
	}
	return nil
}

func treatedOtherwise(q route.Request, r route.Rule, name string) problem.Problem {
	return problem.Problem{
		ID: "access-narrowed", Object: r.Source, About: fmt.Sprint("treated ", q.Via, q.Host, name), Unjudged: true,
		Message: fmt.Sprintf("does something else to requests to %s while only a part of the edge is applied (%s): "+
			"what they get then is not judged", RequestText(q), name),
	}
}

// effectOf is what a rule does of the name of another one's, the very same before others;
// nil: nothing.
func effectOf(r route.Rule, d route.Effect) *route.Effect {
	i := slices.IndexFunc(r.Effects, func(o route.Effect) bool { return o.Name == d.Name && o.Value == d.Value })
	if i < 0 && !d.Repeats {
		i = slices.IndexFunc(r.Effects, func(o route.Effect) bool { return o.Name == d.Name })
	}
	if i < 0 {
		return nil
	}
	return &r.Effects[i]
}

func sameEffects(a, b route.Rule) bool {
	return slices.EqualFunc(a.Effects, b.Effects, func(x, y route.Effect) bool { return x.Name == y.Name && x.Value == y.Value })
}
