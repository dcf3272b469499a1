package generators

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/job"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/track"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Stage is the stage of that name.
func (r Release) Stage(name string) (Stage, bool) {
	i := slices.IndexFunc(r.Stages, func(s Stage) bool { return s.Name == name })
	if i < 0 {
		return Stage{}, false
	}
	return r.Stages[i], true
}

// Generate makes all stages. With an error among the findings the output is
// not to be used. Of one release only, nothing is said of the others, but where they
// claim its objects.
func Generate(in Input) (Output, []schemas.Finding) {
	in = sorted(in)
	var out Output
	works, found := in.works()
	found = slices.Concat(checkReleases(in.Releases), checkSets(in.Releases), checkInput(in.looked(works), in.Rules), found,
		checkClaims(works))
	out.Shared = shared(in.Objects, works)
	grounded(works)
	for _, w := range works {
		if !in.makes(w.release) {
			continue
		}
		r, more := w.render()
		found = append(found, more...)
		out.Releases = append(out.Releases, r)
	}
	if !schemas.Failed(found) && in.Only == nil {
		found = append(found, checkTogether(out)...)
	}
	if !schemas.Failed(found) {
		found = append(found, checkObjects(out)...)
		found = append(found, checkHosts(in, out)...)
	}
	if found = once(found); !schemas.Failed(found) {
		found = append(found, checkRoutes(in, out)...)
	}
	return out, schemas.Sort(found)
}

// makes reports whether a release is to be made.
func (in Input) makes(r *schemas.Release) bool { return in.Only == nil || in.Only == r }

// works are the releases with everything that they name.
func (in Input) works() (works []*work, found []schemas.Finding) {
	for _, r := range in.Releases {
		w, more := newWork(in, r)
		if in.makes(r) {
			found = append(found, more...)
		}
		if !schemas.Failed(more) {
			works = append(works, w)
		}
	}
	return works, found
}

// looked are the objects that are looked at by themselves.
func (in Input) looked(works []*work) []kube.Object {
	if in.Only == nil {
		return in.Objects
	}
	i := slices.IndexFunc(works, func(w *work) bool { return in.makes(w.release) })
	if i < 0 {
		return nil
	}
	taken := works[i].taken()
	return slices.DeleteFunc(slices.Clone(in.Objects), func(o kube.Object) bool { return !slices.Contains(taken, o.Key()) })
}

// sorted puts the input in an order of its own, so that the order of files says nothing.
func sorted(in Input) Input {
	in.Releases, in.Objects = slices.Clone(in.Releases), slices.Clone(in.Objects)
	slices.SortStableFunc(in.Releases, func(a, b *schemas.Release) int {
		return cmp.Compare(a.Metadata.Name, b.Metadata.Name)
	})
	slices.SortStableFunc(in.Objects, func(a, b kube.Object) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Group, b.Group),
			cmp.Compare(a.Name, b.Name))
	})
	in.waved = waved(in.Objects)
	if !in.InPlace {
		in.unmark()
	}
	in.world, in.catalog = route.NewWorld(in.Objects, in.Classes), workload.NewCatalog(in.Objects)
	return in
}

// unmark takes the comments out of all objects by which a program would change the
// copies along with the originals: a bot that sets an image would roll what serves.
func (in *Input) unmark() {
	for i, o := range in.Objects {
		in.Objects[i] = o.Unmarked()
	}
	snapshots := map[string]workload.Snapshots{}
	for release, tracks := range in.Snapshots {
		snapshots[release] = workload.Snapshots{}
		for track, objects := range tracks {
			for _, o := range objects {
				snapshots[release][track] = append(snapshots[release][track], o.Unmarked())
			}
		}
	}
	in.Snapshots = snapshots
}

// shared are the objects that no release takes the place of.
func shared(objects []kube.Object, works []*work) []kube.Object {
	taken := map[kube.ID]bool{}
	for _, w := range works {
		for _, id := range w.taken() {
			taken[id] = true
		}
	}
	var rest []kube.Object
	for _, o := range objects {
		if !taken[o.Key()] {
			rest = append(rest, o)
		}
	}
	return rest
}

// grounded leaves what the pods of several releases stand on in one namespace to the first
// of them.
func grounded(works []*work) {
	var made []kube.Object
	for _, w := range works {
		w.maker.Grounded = slices.Clone(made)
		for _, name := range schemas.TrackNames {
			made = append(made, w.maker.Ground(name)...)
		}
	}
}

// newWork finds everything a release names.
func newWork(in Input, r *schemas.Release) (*work, []schemas.Finding) {
	w := &work{in: in, release: r}
	source, found := workload.Find(r, workload.Input{
		Objects: in.Objects, Catalog: in.catalog, Snapshots: in.Snapshots[r.Metadata.Name], InPlace: in.InPlace,
		ServiceAnnotations: serviceAnnotations(in.Providers, r),
	})
	w.source, w.maker = source, track.Maker{Source: source}
	found = append(found, w.maker.Check()...)
	if schemas.Failed(found) {
		return w, found
	}
	found = append(found, w.maker.Filled()...)
	found = append(found, w.checkApart()...)
	if schemas.Failed(found) {
		return w, found
	}
	for i := range r.Spec.Traffic {
		found = append(found, w.entry(i)...)
	}
	found = append(found, workload.CheckApexes(w.source, w.overlap())...)
	return w, append(found, w.checkTold()...)
}

// overlap is how long the apexes stand on both tracks before they move; 0: not at all.
func (w *work) overlap() schemas.Duration {
	if !w.needs.Overlap {
		return 0
	}
	return max(stage.Floor, w.needs.Hold)
}

// serviceAnnotations are the annotations and labels of Services that the routers of a release read.
func serviceAnnotations(table []route.Provider, r *schemas.Release) []string {
	var all []string
	for _, t := range r.Spec.Traffic {
		if p, ok := route.Lookup(table, t.Provider); ok {
			all = append(all, p.ServiceAnnotations...)
		}
	}
	return all
}

// entry resolves one traffic entry.
func (w *work) entry(i int) []schemas.Finding {
	found := route.Missing(w.in.Providers, w.release, i)
	t := w.release.Spec.Traffic[i]
	p, ok := route.Lookup(w.in.Providers, t.Provider)
	if !ok || schemas.Failed(found) {
		return found
	}
	t.Protocol = p.Protocol(t)
	entry := route.Route{
		Traffic: t, Release: w.release, At: fmt.Sprintf("spec.traffic[%d]", i), Name: routeName(w.release, t),
		Source: w.source, Maker: w.maker, World: w.in.world,
	}
	j := slices.IndexFunc(w.release.Spec.Traffic[:i], func(before schemas.Traffic) bool { return previewedBy(t, before) })
	if v := w.release.Spec.Strategy.Preview; j >= 0 && v != nil && len(v.Hosts) > 0 {
		entry.Follows = true
		f := entry.Find("preview-once", "",
			fmt.Sprintf("the preview hosts lead to the port of spec.traffic[%d], which has the same paths, and not to the port of this entry", j),
			"spec.strategy.preview.match, which holds for both")
		f.Severity = schemas.Warning
		found = append(found, f)
	}
	needs := stage.Needs{Weights: true}
	if p.Needs != nil {
		needs = p.Needs(t)
	}
	if !needs.Pods || t.Port != (schemas.Port{}) || len(w.source.Apexes) == 0 { // who counts pods moves Services as a whole
		port, more := w.source.Port(entry.At+".port", t.Port)
		entry.Port, found = port, append(found, more...)
	}
	own, more := w.named(p, t, entry.At)
	found = append(found, more...)
	entry.Own = own
	if schemas.Failed(found) {
		return found
	}
	for j, name := range schemas.TrackNames {
		entry.Tracks[j] = route.Target{Track: name, Service: w.source.Name(name), Namespace: w.source.Home(name)}
	}
	if p.Check != nil {
		found = append(found, p.Check(entry)...)
	}
	shares := func(s schemas.Step) bool { return s.Weight < 100 }
	if needs.Overlap || needs.Pods && slices.ContainsFunc(w.release.Spec.Strategy.Steps, shares) { // the apexes stand on both
		found = append(found, workload.CheckTargets(w.source, entry.At)...)
	}
	if (needs.Overlap || needs.Pods && slices.ContainsFunc(w.release.Spec.Strategy.Steps, shares)) && w.source.Away() {
		found = append(found, entry.Find("cannot", "",
			fmt.Sprintf("%s lets Services stand on both tracks, and none selects pods of two namespaces", p.Name),
			"a router that shares requests by weight and leads to other namespaces; or tracks in the workload's namespace"))
	}
	needs.Others = route.Weighers(w.in.Providers)
	if w.apart() {
		needs.Arrives = w.release.Spec.Arrives
	}
	w.needs = w.needs.And(needs)
	w.providers, w.routes = append(w.providers, p), append(w.routes, entry)
	return found
}

// previewedBy reports whether an entry's preview hosts would claim the requests
// that those of an entry before it claim.
func previewedBy(t, before schemas.Traffic) bool {
	return t.Provider == before.Provider && t.Route == nil && before.Route == nil &&
		reflect.DeepEqual(t.Options, before.Options) && slices.Equal(t.Paths, before.Paths)
}

// named finds the user's own object that an entry names.
func (w *work) named(p route.Provider, t schemas.Traffic, at string) (*kube.Object, []schemas.Finding) {
	if t.Route == nil {
		return nil, nil
	}
	fail := func(id, field, message, hint string) (*kube.Object, []schemas.Finding) {
		return nil, []schemas.Finding{w.release.Find(id, at+".route."+field, message, hint)}
	}
	if p.Describe != nil && t.Route.APIVersion == "" {
		return fail("required", "apiVersion", "apiVersion is missing",
			"the one at the top of the object: provider "+p.Name+" serves kinds of every group")
	}
	kinds := p.OwnKinds(t)
	if !slices.ContainsFunc(kinds, func(k route.Kind) bool { return k.Kind == t.Route.Kind }) {
		var names []string
		for _, k := range kinds {
			names = append(names, k.Kind)
		}
		return fail("route-kind", "kind", fmt.Sprintf("kind %q is not one that provider %s can change", t.Route.Kind, p.Name),
			"one of "+strings.Join(names, ", "))
	}
	var names []string
	for _, o := range w.in.Objects {
		if o.Kind != t.Route.Kind || !slices.ContainsFunc(kinds, func(k route.Kind) bool { return o.Is(k.Group, k.Kind) }) {
			continue
		}
		names = append(names, o.Name)
		if o.Name != t.Route.Name || !kube.SameNamespace(o.Namespace, cmp.Or(t.Route.Namespace, w.source.Namespace())) {
			continue
		}
		if v := t.Route.APIVersion; v != "" && v != o.APIVersion() {
			return fail("route-kind", "apiVersion", fmt.Sprintf("%s is of apiVersion %s, not %s", o.ID, o.APIVersion(), v),
				"apiVersion: "+o.APIVersion())
		}
		if other, known := knownBy(w.in.Providers, o); known && p.Describe != nil {
			return fail("route-kind", "kind", fmt.Sprintf("%s knows kind %s, and reads it whatever is said of it here", other, o.Kind),
				"provider: "+other)
		}
		return &o, nil
	}
	hint := "the manifests have " + strings.Join(names, ", ")
	if len(names) == 0 {
		hint = "there is no " + t.Route.Kind + " among the manifests"
	}
	return fail("route-unknown", "name", fmt.Sprintf("no %s is called %q", t.Route.Kind, t.Route.Name), hint)
}

// knownBy is the provider that has the kind of an object in its table.
func knownBy(table []route.Provider, o kube.Object) (name string, ok bool) {
	for _, p := range table {
		if slices.ContainsFunc(p.Kinds, func(k route.Kind) bool { return o.Is(k.Group, k.Kind) }) {
			return p.Name, true
		}
	}
	return "", false
}

// render makes the stages.
func (w *work) render() (Release, []schemas.Finding) {
	r := Release{Release: w.release, Taken: w.taken()}
	for _, entry := range w.routes {
		if entry.Own != nil {
			r.Own = append(r.Own, entry.Own.Key())
		}
	}
	r.Measured = w.measured()
	tracks, found := w.maker.Tracks()
	found = append(found, r.checkPresets()...)
	r.Tracks = tracks
	if !schemas.Failed(found) {
		jobs, more := job.Make(w.source, tracks)
		r.Jobs, found = jobs, append(found, more...)
	}
	plan, more := stage.Plan(w.release, w.maker.Size(), w.needs)
	found = append(found, more...)
	if schemas.Failed(found) {
		return r, found
	}
	found = slices.Concat(found, w.maker.CheckBudgets(plan), w.maker.CheckFrozen(tracks), w.maker.CheckAdoption(tracks))
	for _, s := range plan {
		next := Stage{Stage: s, Manifests: w.maker.Plain(s), Apexes: w.apexes(s)}
		next.Routes, more = w.routed(s, tracks)
		found = append(found, more...)
		r.Stages = append(r.Stages, next)
	}
	w.watched(&r)
	return r, schemas.Sort(found)
}

// routed are the routing objects of a stage.
func (w *work) routed(s stage.Stage, tracks [2]track.Track) (all []kube.Object, found []schemas.Finding) {
	plain := s.Main == schemas.Plain
	if plain {
		s.Main = w.release.Spec.Live
	}
	for i, entry := range w.routes {
		p := w.providers[i]
		made := w.placed(p, entry, p.Render(aim(entry, s, tracks)))
		objects, clash := upsert(all, made, p.Join, entry)
		all, found = objects, append(found, clash...)
	}
	switch {
	case plain:
		all = w.unrouted(all, s)
	case s.Plain > 0:
		all = w.returning(all)
	}
	return all, found
}

// apexes are the user's Services as they select at a stage.
func (w *work) apexes(s stage.Stage) []kube.Object {
	switch {
	case s.Main == schemas.Plain:
		return w.source.Apexes
	case s.Both:
		return w.maker.At("")
	case s.Apart:
		return slices.Concat(homed(w.home(schemas.Blue), w.maker.At(schemas.Blue)), homed(w.home(schemas.Green), w.maker.At(schemas.Green)))
	}
	return w.maker.At(s.Main)
}

// aim sets what a route knows of a stage.
func aim(entry route.Route, s stage.Stage, tracks [2]track.Track) route.Route {
	entry.Stage = s
	for i, t := range tracks {
		entry.Tracks[i].Weight, entry.Tracks[i].Revision = s.Weight(t.Name), t.Revision
	}
	return entry
}

// upsert adds the objects of an entry. Two entries may write the same object
// only if they write the same into it, or what can be joined.
func upsert(all, more []kube.Object, join func(a, b kube.Object) (kube.Object, bool),
	entry route.Route,
) ([]kube.Object, []schemas.Finding) {
	var found []schemas.Finding
	for _, o := range more {
		i := slices.IndexFunc(all, func(p kube.Object) bool { return p.Key() == o.Key() })
		switch {
		case i < 0:
			all = append(all, o)
			continue
		case kube.Equal(all[i].Node, o.Node):
			continue
		case join != nil:
			if joined, ok := join(all[i], o); ok {
				all[i] = joined
				continue
			}
		}
		hint := "name: sets the entries apart"
		if entry.Own != nil && entry.Own.Key() == o.Key() {
			hint = "one entry for an object: it moves every backend that leads to the workload, whatever the port"
		}
		found = append(found, entry.Find("object-clash", "", fmt.Sprintf("two entries write %s, and write different things into it", o.ID), hint))
	}
	return all, found
}
