package account

import (
	"slices"
	"strings"
)

// Of are the claims on a change, in the order of its paths.
func Of(c Change, f Facts) []Claim {
	k := kindOf(c.Object(), f)
	whole := made
	switch {
	case c.From.Node == nil:
	case c.To.Node == nil:
		whole = gone
	default:
		return claims(k, differences(c), f)
	}
	one := k.claim(Difference{Change: c, Path: []string{whole}}, f)
	one.Path = nil
	all := []Claim{one}
	if whole == made && !one.Open() {
		all = append(all, claims(k, carried(c, f), f)...)
	}
	return all
}

// carried is what an object that is made may say beside what it is: by labels and
// annotations that somebody reads, and to requests of other routes.
func carried(c Change, f Facts) []Difference {
	var all []Difference
	for _, rival := range f.Rivals(c.To) {
		Difference{Change: c, Was: rival.Node, Is: c.To.Node}.walk(&all)
	}
	if all != nil {
		return slices.DeleteFunc(all, func(d Difference) bool { return d.Path[0] == "metadata" && !toldBy(d) })
	}
	switch c.To.Kind {
	case "Ingress", "VirtualService", "HTTPRoute", "GRPCRoute":
		return nil // nobody's requests yet
	}
	Difference{Change: c, Is: c.To.Node}.walk(&all)
	return slices.DeleteFunc(all, func(d Difference) bool { return !toldBy(d) })
}

// toldBy reports whether a difference is a label or annotation that somebody reads.
func toldBy(d Difference) bool {
	return len(d.Path) == 3 && d.Path[0] == "metadata" && d.Is != nil && read(d.Path[2])
}

func claims(k kind, all []Difference, f Facts) []Claim {
	var found []Claim
	for _, d := range all {
		d.claimed(k, f, &found)
	}
	return found
}

// claimed adds the claim on a difference, each path once.
func (d Difference) claimed(k kind, f Facts, all *[]Claim) {
	one := k.claim(d, f)
	if !slices.ContainsFunc(*all, func(o Claim) bool { return slices.Equal(o.Path, one.Path) && o.Open() == one.Open() }) {
		*all = append(*all, one)
	}
}

// Rules are the ids of rules that the tables name, each once.
func Rules() []string {
	var all []string
	for _, table := range tables {
		for _, k := range table {
			for _, l := range k.lines {
				all = append(all, strings.Fields(l.judged)...)
			}
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(id string) bool { return id == listed })
}
