package fn

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// Mode is what a function is asked for.
type Mode int

// The modes.
const (
	Render Mode = iota
	Check       // say what is wrong, change nothing
)

// Run answers a ResourceList. With an error among the findings the answer holds
// the items as they came, and the results.
func Run(in []byte, m Mode) (out []byte, found []schemas.Finding) {
	l, found := read(in)
	if len(found) > 0 {
		return l.answer(nil, found), shown(found)
	}
	if m == Check {
		found = shown(check(l))
		return l.answer(l.checked(), found), found
	}
	items, found := render(l)
	found = shown(found)
	if schemas.Failed(found) {
		items = l.objects()
	}
	return l.answer(items, found), found
}

// checked are the items that a validator returns. kustomize takes any for a
// change, since it adds annotations itself (kustomize#5036); kpt fn eval deletes
// the files of those that are missing.
func (l list) checked() []kube.Object {
	if l.mode() == kptPackage {
		return l.objects()
	}
	return nil
}

func (l list) objects() []kube.Object {
	var all []kube.Object
	for _, it := range l.items {
		all = append(all, it.Object)
	}
	return all
}
