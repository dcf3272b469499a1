package route

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
)

// Effect is something that a router does to the requests of a rule beside sending
// them on: a filter of a route, an annotation of an Ingress.
type Effect struct {
	Name     string   // the field or annotation
	Path     []string // where it stands, without the items of lists
	Value    string   // its value
	Bars     Bars
	Admitted []string // of [BarsOthers]: who is let in; none: nobody knows
	Repeats  bool     // several may stand beside each other under one name

	Limit   float64 // how much it lets in, in a unit of its own; 0: it is no number
	Default float64 // how much of that comes in where nothing is said; 0: all
}

func (d Effect) String() string {
	if d.Value == "" {
		return d.Name
	}
	return d.Name + ": " + d.Value
}

// Bars says which requests something keeps out. What ends with it, comes in again.
type Bars string

// The bars.
const (
	BarsNone   Bars = ""       // it changes what a request or its answer is, and so does its end
	BarsSome   Bars = "some"   // those that it does not like, which no manifest tells: its end is harmless
	BarsOthers Bars = "others" // all but those that it lets in
)

// SortEffects puts what a rule does into a fixed order.
func SortEffects(all []Effect) []Effect {
	slices.SortFunc(all, func(a, b Effect) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value)) })
	return all
}

// LetsIn reports whether all that another value of a doing let in still come in.
func (d Effect) LetsIn(was Effect) bool {
	if was.Limit > 0 && d.Limit >= was.Limit {
		return true
	}
	return len(was.Admitted) > 0 && !slices.ContainsFunc(was.Admitted, func(one string) bool {
		return !slices.ContainsFunc(d.Admitted, func(all string) bool { return covers(all, one) })
	})
}

// SafeToAdd reports whether something that was not said before lets in all that came in.
func (d Effect) SafeToAdd() bool { return d.Default > 0 && d.Limit >= d.Default }

// UnsafeToDrop reports whether the end of something keeps out what it let in.
func (d Effect) UnsafeToDrop() bool { return d.Default > 0 && d.Limit > d.Default }

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
