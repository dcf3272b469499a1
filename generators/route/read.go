package route

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
)

// ReadAll reads every routing object of a state with the provider that claims
// it. Rules of different objects are ordered by their providers. What looks
// like a routing object and is nobody's is unread.
func ReadAll(table []Provider, w World) ([]Rule, []Unread) {
	var rules []Rule
	var unread []Unread
	claimed := make([][]kube.Object, len(table))
	for _, o := range w.objects {
		switch i := claimantIndex(table, o, w); {
		case oldIngress(o):
			unread = append(unread, Unread{Source: o, Why: "is of " + o.APIVersion() + ", which Kubernetes since 1.22 does not serve, and not read" +
				WholeUnread})
		case i >= 0:
			claimed[i] = append(claimed[i], o)
		case isUnsupported(o) && !leadsOut(o, w) && !OnlyTells(o):
			unread = append(unread, unclaimed(o))
		}
	}
	for i, p := range table {
		if len(claimed[i]) == 0 && !p.steered(w) {
			continue
		}
		more, left := p.Read(claimed[i], w)
		p.follows(more)
		rules, unread = append(rules, more...), append(unread, left...)
	}
	return rules, unread
}

// follows notes on backends what a router does with Services that are names, where its Read
// has not.
func (p Provider) follows(rules []Rule) {
	for _, r := range rules {
		for _, backends := range [][]Backend{r.Backends, r.Mirrors} {
			for i := range backends {
				if backends[i].Names == nil {
					backends[i].Names = p.Names
				}
			}
		}
	}
}

// steered reports whether an object of a state steers requests of a router that claims none.
func (p Provider) steered(w World) bool {
	return p.Steers != nil && slices.ContainsFunc(w.objects, p.Steers)
}

// claimantIndex is the provider that claims an object, -1 if none does.
func claimantIndex(table []Provider, o kube.Object, w World) int {
	return slices.IndexFunc(table, func(p Provider) bool {
		_, reads := p.KindOf(o)
		return reads && p.Claims(o, w)
	})
}

// Claimant returns the provider that claims an object: the first in the table that
// reads its kind and says so; false if there is none.
func Claimant(table []Provider, o kube.Object, w World) (Provider, bool) {
	i := claimantIndex(table, o, w)
	if i < 0 {
		return Provider{}, false
	}
	return table[i], true
}
