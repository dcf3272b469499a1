package route

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
)

// Doing is something that a router does to the requests of a rule beside sending
// them on: a filter of a route, an annotation of an Ingress.
type Doing struct {
	What string   // the field or annotation
	Path []string // where it stands, without the items of lists
	How  string   // its value
	Bars Bars
	In   []string // of [BarsOthers]: who is let in; none: nobody knows
	Each bool     // several may stand beside each other under one name

	Most   float64 // how much it lets in, in a unit of its own; 0: it is no number
	Unsaid float64 // how much of that comes in where nothing is said; 0: all
}

func (d Doing) String() string {
	if d.How == "" {
		return d.What
	}
	return d.What + ": " + d.How
}

// Bars says which requests something keeps out. What ends with it, comes in again.
type Bars string

// The bars.
const (
	BarsNone   Bars = ""       // it changes what a request or its answer is, and so does its end
	BarsSome   Bars = "some"   // those that it does not like, which no manifest tells: its end is harmless
	BarsOthers Bars = "others" // all but those that it lets in
)

// SortedDoings puts what a rule does into a fixed order.
func SortedDoings(all []Doing) []Doing {
	slices.SortFunc(all, func(a, b Doing) int { return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.How, b.How)) })
	return all
}

// LetsIn reports whether all that another value of a doing let in still come in.
func (d Doing) LetsIn(was Doing) bool {
	if was.Most > 0 && d.Most >= was.Most {
		return true
	}
	return len(was.In) > 0 && !slices.ContainsFunc(was.In, func(one string) bool {
		return !slices.ContainsFunc(d.In, func(all string) bool { return covers(all, one) })
	})
}

// Eases reports whether something that was not said before lets in all that came in.
func (d Doing) Eases() bool { return d.Unsaid > 0 && d.Most >= d.Unsaid }

// Leaves reports whether the end of something keeps out what it let in.
func (d Doing) Leaves() bool { return d.Unsaid > 0 && d.Most > d.Unsaid }

// covers reports whether a range of addresses holds all of another one.
func covers(all, one string) bool {
	a, okA := prefixOf(all)
	b, okB := prefixOf(one)
	return all == one || okA && okB && a.Bits() <= b.Bits() && a.Contains(b.Addr())
}

// CommaList are the parts of a list with commas between them.
func CommaList(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
}

// prefixOf is a range of addresses, be it written as one or as an address.
func prefixOf(text string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, a.BitLen()), true
}
