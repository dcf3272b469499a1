package route

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Missing compares what an entry, by its index, is asked for with what its provider
// can: one finding (cannot) for each ability that it lacks, which names the providers
// that have it. This is the only place that compares, so that no router ignores what
// it is asked.
func Missing(table []Provider, r *schemas.Release, index int) []schemas.Finding {
	t := r.Spec.Traffic[index]
	at := fmt.Sprintf("spec.traffic[%d]", index)
	p, ok := Lookup(table, t.Provider)
	if !ok {
		return nil // the decoder has said so
	}
	t.Protocol = p.Protocol(t)
	can, ok := p.Can[t.Protocol]
	if !ok {
		return []schemas.Finding{
			r.Find("cannot", at+".protocol", fmt.Sprintf("%s cannot route %s", p.Name, t.Protocol), others(table, t.Protocol, 0)),
		}
	}
	var found []schemas.Finding
	var told Ability
	for _, w := range Wants(r, t, at) {
		if lacks := w.Ability &^ can &^ told; lacks != 0 {
			told |= lacks
			i := slices.IndexFunc(abilities, func(x ability) bool { return x.Ability == w.Ability })
			found = append(found, r.Find("cannot", w.path,
				fmt.Sprintf("%s cannot %s", p.Name, abilities[i].verb)+overProtocol(t.Protocol),
				others(table, t.Protocol, w.Ability)))
		}
	}
	return found
}

// CheckMesh refuses an entry, by the field that says so, for clients in the mesh while a
// track stands in another namespace: what they call is an apex, which is then a name for
// the Service of a track. A mesh takes the routes of that one (Istio 1.31, aliases), or
// knows a Service by the cluster IP that a name has not (GEP-1294, Linkerd 2.19).
func (r Route) CheckMesh(field string) []schemas.Finding {
	if !r.Source.Away() {
		return nil
	}
	return []schemas.Finding{r.Find("cannot", field, fmt.Sprintf("%s cannot share the requests of clients in the mesh while track %s has a "+
		"namespace of its own: they call an apex, which is then another name of one track's Service", r.Provider, r.Release.Away()),
		"a gateway that these clients call too; or both tracks in the workload's namespace")}
}

func overProtocol(protocol string) string {
	if protocol == "http" {
		return ""
	}
	return " over " + protocol
}

// Weighers names the providers that share requests without regard to pods and at once, for
// hints.
func Weighers(table []Provider) string {
	var names []string
	for _, p := range table {
		if p.Needs == nil || p.Needs(schemas.Traffic{}) == (stage.Needs{Weights: true}) {
			names = append(names, p.Name)
		}
	}
	return strings.Join(names, ", ")
}

// others names the providers that can.
func others(table []Provider, protocol string, a Ability) string {
	var names []string
	for _, p := range table {
		if can, ok := p.Can[protocol]; ok && can&a == a {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		return "no provider can; leave it out"
	}
	return strings.Join(names, ", ") + " can"
}
