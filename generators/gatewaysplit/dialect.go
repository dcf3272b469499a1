package gatewaysplit

import "github.com/cutoverdev/cutover/generators/route"

// Dialect is what routers that read routes of the Gateway API differ in.
type Dialect struct {
	// Parents are where requests come in, for an entry without a route of the user's own.
	Parents func(route.Route) []Parent
	// APIVersion is the one in which a kind of route is written.
	APIVersion func(r route.Route, kind string) string
	// Regex reports whether headers are matched by expression, which is up to the
	// implementation; one that cannot refuses the whole route.
	Regex func(route.Route) bool
	// Core is another word for the group of Services, in any case of letters; "": there is none.
	Core string
}

// Services are the apexes as parents: the route is for clients inside of a mesh, who
// call them by name.
func Services(r route.Route) []Parent {
	var all []Parent
	for _, apex := range r.Apexes() {
		all = append(all, Parent{Kind: "Service", Name: apex, Port: r.Port.Number})
	}
	return all
}

// entry is one traffic entry at one stage, in the words of a router.
type entry struct {
	route.Route
	Dialect
}
