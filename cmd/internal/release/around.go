package release

import (
	"bytes"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// around is what rendered/ makes an agent apply, by release: to judge what one of two
// thousand does, those that have nothing to do with it need not be looked at.
type around struct {
	reader *overlay.Reader
	shown  func(file string) string // as findings print it
	order  []string                 // of the releases
	shared []kube.Object
	of     map[string][]kube.Object
	parts  *cluster.Parts
	beside func(objects []kube.Object) []kube.Object // what of shared some objects are looked at with
	found  []schemas.Finding
	apart  bool // live/ is these and no more, and no object is there twice
}

// newAround reads a tree.
func newAround(tree overlay.Tree, reader *overlay.Reader, router cluster.Router, shown func(file string) string) *around {
	live := tree[overlay.LiveFile]
	stands, only := overlay.Stands(live)
	a := &around{reader: reader, shown: shown, of: map[string][]kube.Object{}}
	if sharing(live) {
		a.shared = a.read(overlay.Root + "/shared")
	}
	groups := [][]kube.Object{a.shared}
	for _, s := range stands {
		objects := a.read(overlay.StageDir(s.Release, s.Stage))
		a.order, a.of[s.Release], groups = append(a.order, s.Release), objects, append(groups, objects)
	}
	a.apart = tree.Clusters()[0] == "" && only && len(a.order) == len(a.of) && !twice(groups)
	a.parts = cluster.NewParts(router, groups[1:])
	a.beside = verify.NewBystanders(a.shared, cluster.NewState(router, a.shared)).Beside
	return a
}

// read reads a kustomization.
func (a *around) read(dir string) []kube.Object {
	objects, found := a.reader.Read(dir)
	a.found = append(a.found, shownAs(a.shown, objects, found)...)
	return objects
}

// shownAs names files as findings print them.
func shownAs(shown func(file string) string, objects []kube.Object, found []schemas.Finding) []schemas.Finding {
	for i := range objects {
		objects[i].File = shown(objects[i].File)
	}
	for i := range found {
		found[i].File = shown(found[i].File)
	}
	return found
}

// sharing reports whether a text of live/ leads to objects that no release owns.
func sharing(live []byte) bool { return bytes.Contains(live, []byte("\n- ../shared\n")) }

// twice reports whether an object is there twice, which kustomize refuses. It takes no
// namespace and default for one.
func twice(groups [][]kube.Object) bool {
	seen := map[kube.ID]bool{}
	for _, o := range slices.Concat(groups...) {
		key := o.Key()
		if key.Namespace == "default" {
			key.Namespace = ""
		}
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}
