package route

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// Effect is something that a router does to the requests of a rule beside sending
// them on: a filter of a route, an annotation of an Ingress.
type Effect struct {
	Name     string   // the field or annotation
	Path     []string // where it stands, without the items of lists
	Value    string   // its value, or a hash of it
	Bars     Bars     // whom it keeps out
	Admitted []string // of [BarsOthers]: who is let in; none: nobody knows
	Repeats  bool     // several may stand beside each other under one name

	// Wildcard is a host, such as *.example.com: it lets in those with one label there.
	Wildcard string

	// Pods are the labels of the pods that a load balancer knows, and Drains says that those
	// which it knows no more end their requests first.
	Pods   map[string]string
	Drains bool

	Limit   float64 // how much it lets in, in seconds, bytes or requests: more is harmless; 0: it is no number
	Default float64 // how much of that comes in where nothing is said; 0: all
}

func (e Effect) String() string {
	if e.Value == "" {
		return e.Name
	}
	return e.Name + ": " + e.Value
}

// Bars says which requests an effect keeps out, until it ends.
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

// LetsIn reports whether all requests that the effect let in with the value it had
// still come in: the limit is as high, the ranges cover those of before, or the load
// balancer keeps pods that it knows.
func (e Effect) LetsIn(was Effect) bool {
	if was.Limit > 0 && e.Limit >= was.Limit || within(e.Pods, was.Pods) || e.Drains && within(was.Pods, e.Pods) {
		return true
	}
	return len(was.Admitted) > 0 && !slices.ContainsFunc(was.Admitted, func(one string) bool {
		return !slices.Contains(e.Admitted, one) && !covered(one, e.Admitted)
	})
}

// SafeToAdd reports whether an effect that is new lets in all requests for some hosts that
// came in without it: its limit is no lower than the router's default, or they have one
// label in the place of its wildcard.
func (e Effect) SafeToAdd(hosts []string) bool {
	if suffix, wild := strings.CutPrefix(e.Wildcard, "*"); wild && len(hosts) > 0 {
		return !slices.ContainsFunc(hosts, func(h string) bool {
			label, fits := strings.CutSuffix(h, suffix)
			return !fits || label == "" || strings.ContainsAny(label, ".*")
		})
	}
	return e.Default > 0 && e.Limit >= e.Default
}

// UnsafeToDrop reports whether the end of an effect keeps requests out: its limit was
// higher than the router's default.
func (e Effect) UnsafeToDrop() bool { return e.Default > 0 && e.Limit > e.Default }

// covered reports whether some ranges of addresses hold all of another one together.
func covered(one string, by []string) bool {
	p, ok := prefixOf(one)
	if !ok {
		return false
	}
	var all []netip.Prefix
	for _, text := range by {
		if q, ok := prefixOf(text); ok {
			all = append(all, q)
		}
	}
	return holds(all, p)
}

// holds looks for a range in some others, and else for its halves.
func holds(all []netip.Prefix, p netip.Prefix) bool {
	if slices.ContainsFunc(all, func(q netip.Prefix) bool { return q.Bits() <= p.Bits() && q.Contains(p.Addr()) }) {
		return true
	}
	all = slices.DeleteFunc(slices.Clone(all), func(q netip.Prefix) bool { return !p.Contains(q.Addr()) })
	if len(all) == 0 || p.Bits() == p.Addr().BitLen() {
		return false
	}
	low := netip.PrefixFrom(p.Addr(), p.Bits()+1)
	bytes := p.Addr().AsSlice()
	bytes[p.Bits()/8] |= 0x80 >> (p.Bits() % 8)
	middle, _ := netip.AddrFromSlice(bytes)
	return holds(all, low) && holds(all, netip.PrefixFrom(middle, p.Bits()+1))
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

// LoadBalancerEffect is that a load balancer of a cloud sends requests to the pods of a
// Service by itself. It takes minutes until it does so for one that it is told of for the
// first time, or whose pods become others: their readiness probes do not wait for it. It
// does not matter where pods come to those that it knows, and drains says that some may
// go. Of a Service that is not there nothing is said.
func LoadBalancerEffect(svc kube.Object, drains bool) []Effect {
	if svc.Node == nil {
		return nil
	}
	return []Effect{{
		Name: "the load balancer's way to Service " + svc.Name, Value: kube.Hash(svc.Get("spec", "selector")), Bars: BarsSome,
		Pods: kube.Strings(svc.Node, "spec", "selector"), Drains: drains,
	}}
}

// within reports whether all pods with some labels are among those with fewer of them:
// without any, nobody knows which they are.
func within(fewer, labels map[string]string) bool {
	for key, value := range fewer {
		if labels[key] != value {
			return false
		}
	}
	return len(fewer) > 0
}
