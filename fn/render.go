package fn

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/generators/track"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

func isRelease(it item) bool { return it.Group == "cutover.dev" }

// releases are those to work on: the function's config, or the Releases among
// the items if the config is none.
func (l list) releases() ([]*schemas.Release, []schemas.Finding) {
	var docs []schemas.Document
	if config := (schemas.Document{Node: l.config}); l.config != nil && config.Mine() {
		config.File = kube.Text(l.config, "metadata", "annotations", pathAnnotated)
		docs = append(docs, config)
	} else {
		for _, it := range l.items {
			if isRelease(it) {
				docs = append(docs, schemas.Document{File: it.File, Node: it.Node})
			}
		}
	}
	var all []*schemas.Release
	var found []schemas.Finding
	for _, doc := range docs {
		releases, more := schemas.Parse(doc, route.Decoding(routers.Table))
		all, found = append(all, releases...), append(found, more...)
	}
	if len(docs) == 0 {
		found = append(found, schemas.Finding{
			ID: "release-missing", Message: "neither the function's config nor any item is a Release",
			Hint: "apiVersion: " + schemas.APIVersion + ", kind: " + schemas.KindRelease,
		})
	}
	return all, found
}

// render makes the items of the answer.
func render(l list) ([]kube.Object, []schemas.Finding) {
	releases, found := l.releases()
	if schemas.Failed(found) {
		return nil, found
	}
	if found = append(found, checkClusters(releases)...); schemas.Failed(found) {
		return nil, found
	}
	found = append(found, l.applied()...)
	out, more := generators.Generate(generators.Input{
		Releases: releases, Objects: l.input(), Snapshots: l.snapshots(releases), InPlace: l.mode() == kptPackage, Providers: routers.Table,
	})
	found = append(found, more...)
	if schemas.Failed(found) {
		return nil, l.explain(found)
	}
	p := newProduct(out)
	switch l.mode() {
	case generator:
		return p.objects, found
	case transformer:
		return l.transform(p), found
	}
	return l.update(p), found
}

// checkClusters: what the function returns is one state, and no item says in which of two
// clusters it is to stand.
func checkClusters(releases []*schemas.Release) []schemas.Finding {
	var found []schemas.Finding
	for _, r := range releases {
		if r.Clusters() != nil {
			found = append(found, r.Find("track-cluster", "spec.tracks", "the tracks are in two clusters, and the function makes the objects of one",
				"cutover render writes a folder for each: rendered/live/"+strings.Join(r.Clusters(), ", rendered/live/")))
		}
	}
	return found
}

// stripped is a copy without what belongs to the item it was copied from: the
// annotations that say which one it was, the comments by which a program would
// change it, and the comment at the head of its file, which kpt loses in a new
// file and would put back a run later.
func stripped(o kube.Object) kube.Object {
	o = o.Unmarked()
	o.Node = kube.Headless(o.Node)
	annotations := o.Get("metadata", "annotations")
	for key := range kube.Pairs(annotations) {
		if isInternal(key) {
			o = o.Without("metadata", "annotations", key)
		}
	}
	if n := o.Get("metadata", "annotations"); n != nil && len(n.Content) == 0 {
		o = o.Without("metadata", "annotations")
	}
	return o
}

// product is what was generated for the stages that the releases stand at.
type product struct {
	releases map[string]bool
	objects  []kube.Object
	byKey    map[kube.ID]kube.Object
	owner    map[kube.ID]string // the release that each was made for
	taken    map[kube.ID]string // input objects that a release took over, with its name
	routes   map[kube.ID]string // those of them that are the user's own routes
}

func newProduct(out generators.Output) product {
	p := product{map[string]bool{}, nil, map[kube.ID]kube.Object{}, map[kube.ID]string{}, map[kube.ID]string{}, map[kube.ID]string{}}
	for _, r := range out.Releases {
		name := r.Metadata.Name
		p.releases[name] = true
		s, _ := r.Stage(r.Spec.Stage) // a stage that does not exist is a finding by now
		for _, o := range r.Objects(s) {
			p.objects = append(p.objects, o)
			p.byKey[o.Key()], p.owner[o.Key()] = o, name
		}
		for _, id := range r.Taken {
			p.taken[id] = name
		}
		for _, id := range r.Own {
			p.routes[id] = name
		}
	}
	return p
}

// explain says more where the caller is the reason.
func (l list) explain(found []schemas.Finding) []schemas.Finding {
	for i, f := range found {
		if f.ID == "workload-unknown" && l.mode() == generator {
			found[i].Hint = "a generator sees nothing but its own config: list the Release under transformers, or describe the workload in spec.app"
		}
	}
	return found
}

// input is the user's own among the items: not the Releases, and not what an
// earlier run made. Services come without the track an earlier run put into them.
func (l list) input() []kube.Object {
	var objects []kube.Object
	for _, it := range l.items {
		if !it.named || it.rendered() || isRelease(it) || it.release() != "" {
			continue
		}
		o := it.Object
		if o.Is("", "Service") {
			o = track.Selecting(o, "")
		}
		objects = append(objects, o)
	}
	return objects
}

// snapshots are what the tracks were made from before: items of the tree that
// the command line writes, or else what an earlier run made.
func (l list) snapshots(releases []*schemas.Release) map[string]workload.Snapshots {
	all := map[string]workload.Snapshots{}
	for _, r := range releases {
		tree, own := workload.Snapshots{}, workload.Snapshots{}
		for _, it := range l.items {
			track := it.Text("metadata", "labels", workload.TrackLabel)
			switch {
			case !it.named || it.release() != r.Metadata.Name || track == "":
			case it.snapshot():
				tree[track] = append(tree[track], stripped(it.Object))
			case !it.rendered():
				own[track] = append(own[track], stripped(it.Object))
			}
		}
		for track, objects := range own {
			if tree[track] == nil {
				tree[track] = objects
			}
		}
		all[r.Metadata.Name] = tree
	}
	return all
}

// transform is what a kustomize transformer returns: items that keep their
// identity are edited in place, with the annotations by which kustomize follows
// references to them; those that became tracks go; new ones come at the end.
func (l list) transform(p product) []kube.Object {
	var items []kube.Object
	placed := map[kube.ID]bool{}
	for _, it := range l.items {
		o, made := p.byKey[it.Key()]
		_, taken := p.taken[it.Key()]
		switch {
		case !it.named:
			items = append(items, it.Object)
		case isRelease(it):
		case made && taken:
			placed[it.Key()] = true
			items = append(items, o)
		case p.releases[it.release()] && it.Text("metadata", "labels", workload.TrackLabel) != "":
			// a snapshot: what the stage has of it comes at the end
		case !taken:
			items = append(items, it.Object)
		}
	}
	for _, o := range p.objects {
		if !placed[o.Key()] {
			items = append(items, stripped(o))
		}
	}
	return items
}

// update is what a kpt mutator returns: every file of the package stays. Own
// objects are updated where they are, or pruned; what a release took over is
// marked as its source, but for apexes, which are edited in place.
func (l list) update(p product) []kube.Object {
	var items []kube.Object
	placed := map[kube.ID]bool{}
	for _, it := range l.items {
		o, made := p.byKey[it.Key()]
		owner, taken := p.taken[it.Key()]
		_, route := p.routes[it.Key()]
		switch mine := it.release(); {
		case !it.named || it.rendered():
			items = append(items, it.Object)
		case isRelease(it):
			items = append(items, asLocal(it.Object))
		case mine != "" && made:
			placed[it.Key()] = true
			items = append(items, inPlace(labelled(stripped(o), mine), it))
		case mine != "" && (p.releases[mine] || !l.knows(mine)):
			// no longer generated
		case taken && (!made || route):
			items = append(items, asSource(it.Object, owner))
		case taken:
			placed[it.Key()] = true
			items = append(items, o)
		default:
			items = append(items, asOwn(it.Object))
		}
	}
	names := map[string]bool{}
	for _, o := range p.objects {
		if placed[o.Key()] {
			continue
		}
		owner := p.owner[o.Key()]
		file := "generated/" + owner + "/" + overlay.FileName(o, names)
		items = append(items, at(labelled(stripped(o), owner), file))
	}
	return items
}

// asLocal marks an object that stays in the package and is not applied.
func asLocal(o kube.Object) kube.Object {
	if o.Text("metadata", "annotations", localConfig) == "true" {
		return o
	}
	return o.With("true", "metadata", "annotations", localConfig)
}

// asOwn gives an object back that no release takes over any more.
func asOwn(o kube.Object) kube.Object {
	if o.Text("metadata", "annotations", sourceAnnotation) == "" {
		return o
	}
	return o.Without("metadata", "annotations", sourceAnnotation).Without("metadata", "annotations", localConfig)
}

// asSource marks an object that a release took over.
func asSource(o kube.Object, release string) kube.Object {
	o = asLocal(o)
	if o.Text("metadata", "annotations", sourceAnnotation) == release {
		return o
	}
	return o.With(release, "metadata", "annotations", sourceAnnotation)
}

// at says which file of the package a new object goes to. kpt v1.0.0-beta.56
// puts two kinds of one name into one file, and fails, unless told.
func at(o kube.Object, file string) kube.Object {
	for _, key := range []string{pathAnnotated, internal + "path"} {
		o = o.With(file, "metadata", "annotations", key)
	}
	for _, key := range []string{"config.kubernetes.io/index", internal + "index"} {
		o = o.With("0", "metadata", "annotations", key)
	}
	return o
}

// inPlace gives an object the orchestrator's annotations of the item it updates.
func inPlace(o kube.Object, it item) kube.Object {
	for key, value := range kube.Pairs(it.Node, "metadata", "annotations") {
		if isInternal(key) && key != localConfig {
			o = o.With(value, "metadata", "annotations", key)
		}
	}
	return o
}

// labelled marks an object as made by a release.
func labelled(o kube.Object, release string) kube.Object {
	if o.Text("metadata", "labels", workload.ReleaseLabel) == release {
		return o
	}
	return o.Labelled(workload.ReleaseLabel, release)
}

// knows reports whether a Release of that name is in the package, if not in
// this call.
func (l list) knows(name string) bool {
	return slices.ContainsFunc(l.items, func(it item) bool { return isRelease(it) && it.Name == name })
}
