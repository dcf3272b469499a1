package route

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Apexes are the names of the Services that offer the route's port.
func (r Route) Apexes() []string { return r.Source.Offering(r.Port, r.main()) }

// main is the track that the apexes select, live before there are stages.
func (r Route) main() string { return cmp.Or(r.Stage.Main, r.Release.Spec.Live) }

// Place is the port at which the tracks take the place of a Service that a route
// names, with what the route calls its port: a number, a name or nothing. It is
// no for a Service that is no apex there. An entry's own objects may name every
// apex of the workload.
func (r Route) Place(service, port string) (workload.Port, bool) {
	p, ok := r.Port, true
	if r.Own != nil {
		p, ok = r.ownPort(service, port)
	}
	_, same := r.Source.Offers(p, service, r.main())
	return p, ok && same
}

// ownPort is what the user's own object calls a port of an apex. Where it says
// none and the Service has several, it is the entry's.
func (r Route) ownPort(service, port string) (workload.Port, bool) {
	p, ok := r.Source.PortOf(service, port)
	if !ok && port == "" {
		return r.Port, true
	}
	return p, ok
}

// CheckPlace checks that where the user's own object names an apex, the tracks can
// take its Place.
func (r Route) CheckPlace(service, port string) []schemas.Finding {
	isApex := slices.ContainsFunc(r.Source.Apexes, func(o kube.Object) bool { return o.Name == service })
	if _, ok := r.Place(service, port); ok || !isApex {
		return nil
	}
	names := fmt.Sprintf("%s names port %s of Service %s, ", r.Own.ID, cmp.Or(port, fmt.Sprint(r.Port.Number)), service)
	p, named := r.ownPort(service, port)
	known, _ := r.Source.Offers(p, service, r.main())
	switch {
	case !named:
		return []schemas.Finding{r.Find("port-unknown", "route", names+"which has no such port", "a port of the Service")}
	case !known:
		return []schemas.Finding{r.Find("port-unknown", "route", names+fmt.Sprintf("which %s knows nothing of", r.main()),
			"name it once both tracks have been made with it")}
	}
	return []schemas.Finding{r.Find("port-clash", "route", names+"which leads elsewhere than that port of the tracks does",
		"another number for one of the two ports")}
}
