package traefik

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/cutoverdev/cutover/generators/kube"
)

// This file finds things that Traefik calls by one name, of which it keeps one: nobody
// knows which. Without safeNaming a name is made of words with dashes between them (v3.7,
// pkg/provider/kubernetes/crd/name_builder.go, fullServiceName, addToConfig).

// normal is a name as Traefik writes it (pkg/provider, Normalize).
func normal(name string) string {
	words := strings.FieldsFunc(name, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsNumber(c) })
	return strings.Join(words, "-")
}

// name takes down that an object gives something a name.
func (rd *reader) name(o kube.Object, name, is string) {
	if name = normal(name); !slices.ContainsFunc(rd.names[name], func(b bearer) bool { return b.is == is && b.Key() == o.Key() }) {
		rd.names[name] = append(rd.names[name], bearer{o, is})
	}
}

// nameService takes down a Service that shares requests with others: it is called by
// itself, and says how it is spoken to.
func (rd *reader) nameService(o kube.Object, namespace string, s service) {
	if s.Kind != "" && s.Kind != "Service" || strings.Contains(s.Name, "@") {
		return
	}
	in := cmp.Or(s.Namespace, namespace)
	rd.name(o, in+"-"+s.Name+"-"+s.Port.Value, fmt.Sprint("Service ", in, "/", s.Name, " ", s.Scheme, optionEffects(s)))
}

// sameNames lists those who share a name.
func (rd *reader) sameNames() {
	for _, id := range slices.SortedFunc(maps.Keys(rd.services), func(a, b kube.ID) int { return cmp.Compare(a.String(), b.String()) }) {
		rd.name(rd.services[id].Object, id.Namespace+"-"+id.Name, id.String())
	}
	for _, name := range slices.Sorted(maps.Keys(rd.names)) {
		all := rd.names[name]
		for _, b := range all {
			i := slices.IndexFunc(all, func(o bearer) bool { return o.is != b.is })
			if i < 0 {
				continue
			}
			where := all[i].ID.String()
			if all[i].Key() == b.Key() {
				where = "it"
			}
			rd.NotJudged(b.Object, "names something that Traefik calls %s, and %s names something else that it calls so: "+
				"without safeNaming only one of the two is there, and which of them is not judged", name, where)
		}
	}
}
