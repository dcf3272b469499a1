package verdict

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// operation applies an object, or deletes it.
type operation struct {
	object cluster.Object
	gone   bool
	wait   bool // afterwards, until routers have heard
}

func (o operation) String() string {
	verb := "apply "
	if o.gone {
		verb = "delete "
	}
	text := verb + o.object.String()
	if o.wait {
		text += ", wait"
	}
	return text
}

// operations are what there is to do on an edge: only what changes.
func operations(from, to []cluster.Object) []operation {
	var all []operation
	was, is := map[string]string{}, map[string]bool{}
	for _, o := range from {
		was[o.Key()] = string(o.JSON)
	}
	for _, o := range to {
		is[o.Key()] = true
		if was[o.Key()] != string(o.JSON) {
			all = append(all, operation{object: o})
		}
	}
	for _, o := range from {
		if !is[o.Key()] {
			all = append(all, operation{object: o, gone: true})
		}
	}
	return all
}

// shuffled is an order of chance, with a wait somewhere.
func shuffled(r *rand.Rand, all []operation) []operation {
	all = slices.Clone(all)
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if len(all) > 1 {
		all[r.IntN(len(all)-1)].wait = true
	}
	return all
}

// told is the order of a counterexample: what it says is applied, a wait, and what it says
// is waiting at the end. Where nothing is said to be applied, all that is not waiting is.
func (p place) told(s Story, all []operation) []operation {
	var first, second, last []operation
	for _, op := range all {
		switch {
		case p.names(s.Applied, op.object):
			first = append(first, op)
		case p.names(s.Waiting, op.object):
			last = append(last, op)
		default:
			second = append(second, op)
		}
	}
	if len(first) == 0 {
		first, second = second, nil
	}
	if len(first) > 0 {
		first[len(first)-1].wait = true
	}
	return slices.Concat(first, second, last)
}

// names reports whether words of a story, as in Deployment/shop/blue (removed), are of an
// object.
func (p place) names(words []string, o cluster.Object) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		word, _, _ = strings.Cut(word, " (")
		return word == o.Kind+"/"+o.Name || word == o.Kind+"/"+p.original(o.Namespace)+"/"+o.Name
	})
}
