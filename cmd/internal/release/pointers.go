package release

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// This file reads where releases stand: rendered/live, or the folder in it of each cluster.
// A move changes all of them in one commit.

// pointers is where releases stand at a commit, or in a tree.
type pointers struct {
	clusters []string          // one without a name where there is but one
	stages   map[string]string // by release; where clusters differ that of the first by name
	apart    map[string]string // releases of which two clusters say different stages, in words
}

// pointersIn reads them in a tree.
func pointersIn(tree overlay.Tree) pointers {
	p := pointers{clusters: tree.Clusters(), stages: map[string]string{}, apart: map[string]string{}}
	for _, c := range p.clusters {
		here := standsIn(tree[overlay.LiveFileOf(c)])
		if c == p.clusters[0] {
			p.stages = here
			continue
		}
		for _, name := range slices.Concat(slices.Sorted(maps.Keys(p.stages)), slices.Sorted(maps.Keys(here))) {
			if a, b := p.stages[name], here[name]; a != b && p.apart[name] == "" {
				p.apart[name] = fmt.Sprintf("%s leads to %s, and %s to %s", overlay.LiveFileOf(p.clusters[0]), stageOrNone(a), overlay.LiveFileOf(c),
					stageOrNone(b))
			}
		}
		for name, stage := range here {
			if p.stages[name] == "" {
				p.stages[name] = stage
			}
		}
	}
	return p
}

func stageOrNone(name string) string {
	if name == "" {
		return "no stage"
	}
	return name
}

// clustersOf are those of a release; one without a name where there is but one.
func clustersOf(r *schemas.Release) []string {
	if all := r.Clusters(); all != nil {
		return all
	}
	return []string{""}
}

// standsIn are the stages that a text of live/ leads to.
func standsIn(live []byte) map[string]string {
	stages := map[string]string{}
	all, _ := overlay.Stands(live)
	for _, s := range slices.Backward(all) { // of two the first
		stages[s.Release] = s.Stage
	}
	return stages
}
