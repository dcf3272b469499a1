package release

import (
	"cmp"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// ends are the states before and after a move, with what the release has to do with.
type ends struct {
	from, to cluster.State
	whole    func() cluster.State // to, with all that is shared
	names    []string             // of the release and of those that it may meet; nil: all
	found    []schemas.Finding
}

// ends reads them. Where live/ is not as it is generated it is looked at as a whole.
func (co checkout) ends(m move) ends {
	a := co.around()
	if !a.apart {
		from, found := co.present()
		to, more := co.state(co.source(m), clustersOf(m.release.Release))
		return ends{from: from, to: to, whole: func() cluster.State { return to }, found: slices.Concat(found, more)}
	}
	e := ends{found: slices.Clone(a.found)}
	var was, own, others []kube.Object
	after := a.reader.Over(co.source(m))
	for i, part := range m.each() {
		name := co.subjects()[i].Metadata.Name
		objects, found := after.Read(overlay.StageDir(name, part.to.Name))
		e.names, e.found = append(e.names, name), append(e.found, shownAs(co.Shown, objects, found)...)
		was, own = append(was, a.of[name]...), append(own, objects...)
	}
	mine := slices.Clone(e.names)
	near, all := a.parts.Near(slices.Concat(was, own))
	for i, name := range a.order {
		if !slices.Contains(mine, name) && (all || slices.Contains(near, i)) {
			e.names, others = append(e.names, name), append(others, a.of[name]...)
		}
	}
	shared := a.beside(slices.Concat(was, own, others))
	e.from = cluster.NewState(co.router(), slices.Concat(shared, was, others))
	e.to = cluster.NewState(co.router(), slices.Concat(shared, own, others))
	e.whole = func() cluster.State { return cluster.NewState(co.router(), slices.Concat(a.shared, own, others)) }
	return e
}

// at is what stood at a revision of some releases, and of shared/; nil: of all.
func (co checkout) at(rev string, names []string) (cluster.State, []schemas.Finding, error) {
	var failed error
	read := func(name string) ([]byte, bool) {
		data, ok, err := co.repo.File(rev, name)
		failed = cmp.Or(failed, err)
		return data, ok
	}
	tree, err := co.liveAt(rev)
	if err != nil {
		return cluster.State{}, nil, err
	}
	live := tree[overlay.LiveFile]
	stands, only := overlay.Stands(live)
	if names == nil || !only || tree.Clusters()[0] != "" {
		s, found := co.state(read, tree.Clusters())
		return s, found, failed
	}
	reader := co.around().reader.Over(read)
	var dirs []string
	if sharing(live) {
		dirs = append(dirs, overlay.Root+"/shared")
	}
	for _, s := range stands {
		if slices.Contains(names, s.Release) {
			dirs = append(dirs, overlay.StageDir(s.Release, s.Stage))
		}
	}
	var all []kube.Object
	var found []schemas.Finding
	for _, dir := range dirs {
		objects, more := reader.Read(dir)
		all, found = append(all, objects...), append(found, shownAs(co.Shown, objects, more)...)
	}
	return cluster.NewState(co.router(), all), found, failed
}
