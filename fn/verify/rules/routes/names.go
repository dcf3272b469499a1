package routes

import (
	"fmt"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file knows routers that follow a Service which is a name (ExternalName) only where
// they are told to.

// CheckNames lists routes that lead to a name from now on, where no manifest tells whether
// their router follows it. One that leads requests to some name already does.
func CheckNames(p *edge.Transition) []edge.Problem {
	follows := map[*route.Names]bool{}
	eachName(p.From, func(_ route.Rule, b route.Backend, _ string) { follows[b.Names] = b.Weight > 0 || follows[b.Names] })
	var problems []edge.Problem
	eachName(p.To, func(r route.Rule, b route.Backend, host string) {
		if follows[b.Names] {
			return
		}
		c := cluster.Change{From: r.Source, To: r.Source}
		title := "its router"
		if provider, ok := route.Claimant(p.To.Router.Providers, r.Source, p.To.World); ok {
			title = provider.Title
		}
		why := fmt.Sprintf("leads to Service %s, a name for %s: %s %s, and what its requests get is not judged",
			b.Service, host, title, b.Names.Maybe)
		problems = append(problems, edge.Unjudged(c, why))
	})
	return problems
}

// eachName calls do with each backend of a state that is a name which its router may follow
// or not.
func eachName(s cluster.State, do func(r route.Rule, b route.Backend, host string)) {
	for _, r := range s.Rules {
		for _, b := range cluster.Backends(r) {
			if b.Names == nil || b.Names.Maybe == "" {
				continue
			}
			if svc, ok := s.Service(b); ok && svc.Text("spec", "type") == "ExternalName" {
				do(r, b, svc.Text("spec", "externalName"))
			}
		}
	}
}
