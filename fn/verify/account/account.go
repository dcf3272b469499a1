package account

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/account/wider"
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
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
		rest, more := widened(c, f)
		return append(more, claims(k, differences(rest), f)...)
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
	case "Ingress", "VirtualService", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute":
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

// widened is a change of a definition without what its schemas take in addition, or no
// longer take of what nobody has here, and the claim on that.
func widened(c Change, f Facts) (Change, []Claim) {
	if !c.To.Is("apiextensions.k8s.io", "CustomResourceDefinition") {
		return c, nil
	}
	was := map[string]*yaml.Node{}
	for _, v := range kube.Items(c.From.Node, "spec", "versions") {
		was[kube.Text(v, "name")] = v
	}
	more, fewer := false, false
	alone := !f.Holds(c.To.Text("spec", "group"))
	if c.To.Get("spec", "versions") != nil {
		c.To = c.To.Edit(func(versions *yaml.Node) *yaml.Node {
			return kube.Each(versions, func(v *yaml.Node) []*yaml.Node {
				before := kube.Get(was[kube.Text(v, "name")], "schema", "openAPIV3Schema")
				now := kube.Get(v, "schema", "openAPIV3Schema")
				switch {
				case grewWider(before, now):
					more = true
				case alone && before != nil && now != nil && wider.Keeps(now, before):
					fewer = true
				default:
					return []*yaml.Node{v}
				}
				return []*yaml.Node{kube.Put(v, before, "schema", "openAPIV3Schema")}
			})
		}, "spec", "versions")
	}
	before, now := c.From.Get("spec", "validation", "openAPIV3Schema"), c.To.Get("spec", "validation", "openAPIV3Schema")
	if grewWider(before, now) { // v1beta1, gone since Kubernetes 1.22
		more, c.To = true, c.To.With(before, "spec", "validation", "openAPIV3Schema")
	}
	at := []string{"spec", "versions", item, "schema"}
	switch {
	case fewer:
		return c, []Claim{{Path: at, Harmless: "objects that stand stay as they are, and none of the group is here that would be refused"}}
	case more:
		return c, []Claim{{Path: at, Harmless: "the schema takes all objects that it took, and keeps what they say"}}
	}
	return c, nil
}

func grewWider(before, now *yaml.Node) bool {
	return before != nil && now != nil && !kube.Equal(before, now) && wider.Schema(now, before)
}
