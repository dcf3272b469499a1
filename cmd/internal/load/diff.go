package load

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/cutoverdev/cutover/generators/kube"
)

// place is where an object stands: another cluster may have one as well.
type place struct {
	cluster string
	key     kube.ID
}

func at(o kube.Object) place { return place{o.Cluster, o.Key()} }

// Diff is a unified diff of every object that is not the same in two states, which
// from and to name.
func Diff(from, to string, before, after []kube.Object) string {
	var b strings.Builder
	label := func(state string, o kube.Object) string {
		if o.Cluster != "" {
			return state + " " + o.Cluster + " " + o.ID.String()
		}
		return state + " " + o.ID.String()
	}
	old := map[place]string{}
	for _, o := range before {
		old[at(o)] = string(kube.Append(nil, o))
	}
	for _, o := range after {
		text := old[at(o)]
		delete(old, at(o))
		b.WriteString(udiff.Unified(label(from, o), label(to, o), text, string(kube.Append(nil, o))))
	}
	for _, o := range before {
		if text, gone := old[at(o)]; gone {
			b.WriteString(udiff.Unified(label(from, o), label(to, o), text, ""))
		}
	}
	return b.String()
}
