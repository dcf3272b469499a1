package interleave

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/fn/verify/request"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file finds requests that hang on a condition which is not understood, and did not
// before. A rule with such a condition may fit or not. Where the same condition stands
// before and after, the requests that fulfil it are the same. It knows too where a route
// cannot be read any more.

// guard is what a rule asks of a request and nobody here understands; empty: it fits.
type guard []string

func (g guard) key() string { return strings.Join(g, "\n") }

// guards are those of the rules that may answer a request; nil if one answers it for
// certain.
func guards(rules []route.Rule, q route.Request) []guard {
	var all []guard
	for _, r := range rules {
		if r.Match.Fits(q) == route.Yes {
			return nil
		}
		one := append(guard(slices.Clone(r.Match.Other)), request.Unreadable([]route.Rule{r})...)
		if r.Match.Port != 0 && q.Port == 0 {
			one = append(one, fmt.Sprintf("port %d", r.Match.Port))
		}
		slices.Sort(one)
		all = append(all, slices.Compact(one))
	}
	return all
}

// covered reports whether each of some guards asks for all that one of others asks for:
// who passes the former then passes the latter.
func covered(before, after []guard) bool {
	same := map[string]bool{}
	for _, g := range after {
		same[g.key()] = true
	}
	return !slices.ContainsFunc(before, func(was guard) bool {
		return !same[was.key()] && !slices.ContainsFunc(after, func(is guard) bool {
			return !slices.ContainsFunc(is, func(text string) bool { return !slices.Contains(was, text) })
		})
	})
}

// uncertain is a request that both ends may answer, and that hangs in a mix on a condition
// on which it did not hang before; nil: it hangs on none.
func uncertain(q route.Request, from, rules []route.Rule, m routingView) []problem.Problem {
	before, after := guards(from, q), guards(rules, q)
	if before == nil {
		before = []guard{nil}
	}
	if after == nil || covered(before, after) {
		return nil
	}
	when := "from now on"
	if slices.ContainsFunc(m.moves, func(c AppliedChange) bool { return !c.applied }) {
		when = "while only a part of the edge is applied"
	}
	why := fmt.Sprintf("answers requests to %s only where %s holds %s, and that is not understood: "+
		"whether all of them are answered is not judged", RequestText(q), either(after), when)
	return []problem.Problem{{
		ID: "request-gone", Object: rules[0].Source, Message: why, Unjudged: true,
		About: fmt.Sprint("not understood ", q.Via, q.Host, request.ConditionText(q), either(after)),
	}}
}

// seized is a request that the router itself may answer in a mix, or refuse, by a rule whose
// condition is not understood, and by none such before; nil: there is none.
func seized(q route.Request, from, rules []route.Rule) []problem.Problem {
	for _, r := range rules {
		before := func(was route.Rule) bool { return sameSeizure(was, r) }
		if r.Match.Fits(q) != route.Maybe || !holdsBack(r) || slices.ContainsFunc(from, before) {
			continue
		}
		of := guards([]route.Rule{r}, q)
		why := fmt.Sprintf("answers or refuses requests to %s by itself where %s holds, and that is not understood: "+
			"which ones is not judged", RequestText(q), either(of))
		return []problem.Problem{{
			ID: "request-gone", Object: r.Source, Message: why, Unjudged: true,
			About: fmt.Sprint("seized ", q.Via, q.Host, request.ConditionText(q), either(of)),
		}}
	}
	return nil
}

// holdsBack reports whether a rule keeps requests from all pods, or some.
func holdsBack(r route.Rule) bool {
	return r.Action != route.Forward || slices.ContainsFunc(r.Effects, func(d route.Effect) bool { return d.Bars != route.BarsNone })
}

// sameSeizure reports whether two rules keep the same requests back in the same way.
func sameSeizure(a, b route.Rule) bool {
	return a.Action == b.Action && sameEffects(a, b) && slices.Equal(a.Match.Other, b.Match.Other) &&
		slices.Equal(a.Match.Headers, b.Match.Headers) && slices.Equal(a.Match.Cookies, b.Match.Cookies) &&
		slices.Equal(a.Match.Query, b.Match.Query) && a.Match.Method == b.Match.Method
}

// hidden reports whether what one of some rules comes from cannot be read any more: it
// may answer what it did.
func (e *Transition) hidden(rules []route.Rule) bool {
	return slices.ContainsFunc(e.To.Unread, func(u route.Unread) bool {
		same := func(was route.Unread) bool { return was.Source.Key() == u.Source.Key() && was.Why == u.Why }
		return u.Hides() && !slices.ContainsFunc(e.From.Unread, same) &&
			slices.ContainsFunc(rules, func(r route.Rule) bool { return r.Source.Key() == u.Source.Key() })
	})
}

// maxGuards bounds the guards that are named.
const maxGuards = 3

// either names guards.
func either(all []guard) string {
	var words []string
	for _, g := range all[:min(len(all), maxGuards)] {
		words = append(words, strings.Join(g, " and "))
	}
	if len(all) > maxGuards {
		words = append(words, "another condition")
	}
	return strings.Join(words, " or ")
}
