package route

import "github.com/cutoverdev/cutover/generators/kube"

// Dependency is an object that another one names, and whose loss breaks requests. The
// rule reference-gone holds it in place for as long as its name stands somewhere.
//
//	spec.routes[].middlewares[0].name: strip
//	{Namespace: shop, Name: strip, Kinds: {traefik.io, Middleware}, Fate: its requests get 404}
type Dependency struct {
	Namespace, Name string    // Namespace "": wherever there is one of the name, or of namespace-name
	Kinds           []kube.ID // Group and Kind of what the name may stand for; one is as good as another
	Path            []string  // of the field that names it, without the items of lists
	Fate            string    // what requests get without it, as the end of a sentence: its requests get 500
}

// Candidates are the objects that the name may stand for.
func (d Dependency) Candidates() []kube.ID {
	all := make([]kube.ID, 0, len(d.Kinds))
	for _, k := range d.Kinds {
		all = append(all, kube.ID{Group: k.Group, Kind: k.Kind, Namespace: d.Namespace, Name: d.Name})
	}
	return all
}

// Grants are objects that let others name what is in their namespace: ReferenceGrants
// of the Gateway API, TLSCertificateDelegations of Contour.
type Grants struct {
	Kind string // of these objects, for people
	// Given reports whether one of the World lets an object name another one, which is
	// in another namespace. nil: no grant is needed.
	Given func(w World, by, named kube.ID) bool
}

// Needed reports whether an object needs a grant to name another one.
func (g Grants) Needed(by, named kube.ID) bool {
	return g.Given != nil && !kube.SameNamespace(by.Namespace, named.Namespace)
}
