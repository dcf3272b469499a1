// Package fn is the KRM function: the same core as the command line, on a
// ResourceList. It generates the objects of the stage that each Release stands
// at.
//
//	caller                 recognised by                       returns
//	kustomize generator    the only item is the config         the release's objects
//	kustomize transformer  the config is not among the items   all items; those taken over replaced, new ones added
//	kpt mutator            items have paths of files           all items; own ones updated and pruned; sources marked local
//	kustomize validator    mode Check                          no items, only results
//	kpt validator          mode Check                          all items as they came, and results
//
// Facts about the callers are those of kustomize v5.8.2 and kpt v1.0.0-beta.56.
//
// The files, from the top:
//
//	fn.go           Run: a ResourceList in, a ResourceList out
//	check.go        mode Check: is what was built what the Releases say?
//	render.go       the stage that each Release stands at, in the place of its sources
//	local.go        which items a caller applies
//	list.go         the items of a ResourceList, their annotations, the answer
//	references.go   fields that name objects, for kustomize's name prefixes
package fn
