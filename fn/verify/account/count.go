package account

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/structure"
)

// Count says how many fields of a kind are judged by a rule, how many are harmless by
// the tables, and how many are listed as not judged. One whose answer depends on the
// states counts for the first of these that may be.
type Count struct {
	Group, Kind              string
	Judged, Harmless, Listed int
	Whole                    bool // its fields are in no table of structures: it is answered for as a whole
}

// Counts are those of all kinds that the tables, or routers, know, in order.
func Counts(routers []route.Provider) []Count {
	structures := map[string]string{}
	for _, name := range structure.Kinds() {
		apiVersion, kind, _ := strings.Cut(name, " ")
		group, _, grouped := strings.Cut(apiVersion, "/")
		if !grouped {
			group = ""
		}
		if key := group + " " + kind; structures[key] == "" { // v1 stands before v1beta1
			structures[key] = apiVersion
		}
	}
	var all []Count
	for _, k := range allKinds(routers) {
		one := Count{Group: k.group, Kind: k.kinds}
		paths := structure.Paths(structures[k.group+" "+k.kinds], k.kinds)
		for _, path := range paths {
			one.add(k, path)
		}
		one.Whole = len(paths) == 0
		all = append(all, one)
	}
	slices.SortStableFunc(all, func(a, b Count) int { return strings.Compare(a.Group, b.Group) })
	return all
}

// allKinds are all kinds, one by one.
func allKinds(routers []route.Provider) []kind {
	var all []kind
	for _, table := range tables {
		for _, k := range table {
			for name := range strings.FieldsSeq(k.kinds) {
				all = append(all, kind{k.group, name, k.lines})
			}
		}
	}
	add := func(p route.Provider, group, name string) {
		lines := p.Lines(kube.Object{ID: kube.ID{Group: group, Kind: name}})
		if lines != nil && !slices.ContainsFunc(all, func(k kind) bool { return k.group == group && k.kinds == name }) {
			all = append(all, kind{group, name, ofRouter(lines)})
		}
	}
	for _, p := range routers {
		for _, k := range p.Kinds {
			add(p, k.Group, k.Kind)
		}
		for _, f := range p.Fields {
			for name := range strings.FieldsSeq(f.Kinds) {
				add(p, f.Group, name)
			}
		}
	}
	return all
}

// add counts a field.
func (c *Count) add(k kind, path []string) {
	fits := func(said func(line) bool) bool {
		return slices.ContainsFunc(k.lines, func(l line) bool { return said(l) && l.fits(path) })
	}
	switch {
	case fits(func(l line) bool { return l.judged != "" && l.judged != listed }):
		c.Judged++
	case fits(func(l line) bool { return l.harmless != "" }):
		c.Harmless++
	default:
		c.Listed++
	}
}

// Promise is what a table says that rules judge: some paths of a kind, as in its line.
type Promise struct {
	kube.ID // its group and kind
	Paths   string
}

// Promises are those of all kinds, each path of a line by itself.
func Promises(routers []route.Provider) []Promise {
	var all []Promise
	for _, k := range allKinds(routers) {
		for _, l := range k.lines {
			for paths := range strings.FieldsSeq(l.paths) {
				if l.judged != "" {
					all = append(all, Promise{kube.ID{Group: k.group, Kind: k.kinds}, paths})
				}
			}
		}
	}
	return all
}

// Kept reports whether a claim on a path of an object is one that the promise makes.
func (p Promise) Kept(o kube.ID, path []string) bool {
	return o.Group == p.Group && o.Kind == p.Kind && fits(p.Paths, path)
}
