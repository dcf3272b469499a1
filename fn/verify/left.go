package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/account"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/fn/verify/reach"
	"github.com/cutoverdev/cutover/fn/verify/rules"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// This file lists what an edge changes and nobody answers for, see package account.

// Verdict is what is known of an edge.
type Verdict struct {
	Found  []schemas.Finding
	Unread []route.Unread // what it changes and a rule cannot judge
	Left   []Left         // what it changes and no rule looks at
	Ends   []route.Unread // what of its ends is not judged, and it has to do with
}

// touched are the lines of the ends that an edge has to do with. Where it changes
// nothing, nothing changes. Of objects of which paths are left, these say more.
func touched(p *edge.Transition, left []Left) []route.Unread {
	f := rules.Facts{Transition: p}
	return slices.DeleteFunc(slices.Concat(p.From.Unread, p.To.Unread), func(u route.Unread) bool {
		closer := func(l Left) bool {
			return l.Object.Key() == u.Source.Key() && strings.HasSuffix(u.Why, route.WholeUnread)
		}
		return !f.Touches(u.Source) || slices.ContainsFunc(left, closer)
	})
}

// Reaching are lines of what is not judged with the requests that each may touch in some
// states.
func Reaching(lines []route.Unread, states ...cluster.State) []route.Unread {
	var each []cluster.State
	for _, s := range states {
		each = append(each, s.Each()...)
	}
	states = each
	all := slices.Clone(lines)
	for i, u := range all {
		if u.ID == "" {
			all[i].Requests = reach.Requests(u.Source, states...)
		}
	}
	return all
}

// Left are the paths of an object that an edge changes and that neither a rule
// judges nor a table calls harmless.
type Left struct {
	Object kube.Object
	How    string   // changed, made or removed
	Paths  []string // none: the whole object
	About  []string // what is known of them

	Requests []string // that they may touch, in words; none: nobody knows
}

// maxNamed bounds the paths that are named of one object.
const maxNamed = 4

// Unread is what is left, in words.
func (l Left) Unread() route.Unread {
	why := "is " + l.How
	if len(l.Paths) > 0 {
		named := l.Paths[:min(len(l.Paths), maxNamed)]
		if more := len(l.Paths) - len(named); more > 0 {
			named = append(slices.Clip(named), fmt.Sprintf("%d more", more))
		}
		why = "changes " + schemas.And(named)
	}
	about := strings.TrimSuffix("what that does to requests "+reach.Text(l.Requests), " ")
	if len(l.About) > 0 {
		about += " (" + strings.Join(l.About, "; ") + ")"
	}
	return route.Unread{Source: l.Object, Why: why + ": " + about + " is not judged"}
}

// left are the paths of an edge that nobody answers for, but for those that
// something is said of already.
func left(p *edge.Transition, rep report) []Left {
	var all []Left
	for _, id := range cluster.SortedIDs(p.Changed) {
		c := p.Changed[id]
		one := Left{Object: cluster.Subject(c), How: howChanged(c)}
		whole := false
		for _, claim := range account.Of(account.Change{From: c.From, To: c.To}, rules.Facts{Transition: p}) {
			if !claim.Open() || rep.said(one.Object, claim.Path) || isListed(p, one.Object, claim) {
				continue
			}
			whole = whole || len(claim.Path) == 0
			if text := account.Text(claim.Path); text != "" && !slices.Contains(one.Paths, text) {
				one.Paths = append(one.Paths, text)
			}
			if claim.Left != "" && !slices.Contains(one.About, claim.Left) {
				one.About = append(one.About, claim.Left)
			}
		}
		if whole || len(one.Paths) > 0 {
			one.Requests = reach.Requests(one.Object, p.From, p.To)
			all = append(all, one)
		}
	}
	return all
}

// howChanged says what an edge does to an object.
func howChanged(c cluster.Change) string {
	switch {
	case c.Made():
		return "made"
	case c.Gone():
		return "removed"
	}
	return "changed"
}

// place is a field of an object of which something is said.
type place struct {
	object kube.ID
	path   string
}

// note takes down what a problem is about. One that only tells leaves the rest to others.
func (rep *report) note(p problem.Problem) {
	if p.Severity == schemas.Info {
		return
	}
	rep.places = append(rep.places, place{p.Object.Key(), fieldsOnly(p.Path)})
}

// fieldsOnly is a path without the items of lists.
func fieldsOnly(path []string) string {
	keys := slices.DeleteFunc(slices.Clone(path), func(key string) bool {
		return strings.Trim(key, "0123456789[]") == ""
	})
	return strings.Join(keys, ".")
}

// said reports whether a problem is about a path of an object.
func (rep *report) said(o kube.Object, path []string) bool {
	at := fieldsOnly(path)
	return slices.ContainsFunc(rep.places, func(p place) bool {
		return p.object == o.Key() && (at == "" || p.path != "" && (under(at, p.path) || under(p.path, at)))
	})
}

func under(a, b string) bool { return a == b || strings.HasPrefix(a, b+".") }

// isListed reports whether a state at one of the ends says of an object, or of a path
// in it, that it is not judged. Where a table knows what the path is, the object as a
// whole says less.
func isListed(p *edge.Transition, o kube.Object, claim account.Claim) bool {
	last := ""
	for _, key := range claim.Path {
		if key != "[]" {
			last = key
		}
	}
	return slices.ContainsFunc(slices.Concat(p.From.Unread, p.To.Unread), func(u route.Unread) bool {
		if u.Source.Key() != o.Key() || u.ID != "" {
			return false
		}
		if strings.HasSuffix(u.Why, route.WholeUnread) {
			return claim.Left == ""
		}
		return len(claim.Path) == 0 || strings.Contains(u.Why, last)
	})
}
