package applier

import (
	"maps"
	"slices"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// sorted are the objects of an inventory by identity.
func sorted(has map[string]cluster.Object) []cluster.Object {
	var all []cluster.Object
	for _, key := range slices.Sorted(maps.Keys(has)) {
		all = append(all, has[key])
	}
	return all
}
