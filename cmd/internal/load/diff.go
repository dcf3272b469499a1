package load

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/cutoverdev/cutover/generators/kube"
)

// Diff is a unified diff of every object that is not the same in two states, which
// from and to name.
func Diff(from, to string, before, after []kube.Object) string {
	var b strings.Builder
	label := func(state string, o kube.Object) string { return state + " " + o.ID.String() }
	old := map[kube.ID]string{}
	for _, o := range before {
		old[o.Key()] = string(kube.Append(nil, o))
	}
	for _, o := range after {
		text := old[o.Key()]
		delete(old, o.Key())
		b.WriteString(udiff.Unified(label(from, o), label(to, o), text, string(kube.Append(nil, o))))
	}
	for _, o := range before {
		if text, gone := old[o.Key()]; gone {
			b.WriteString(udiff.Unified(label(from, o), label(to, o), text, ""))
		}
	}
	return b.String()
}
