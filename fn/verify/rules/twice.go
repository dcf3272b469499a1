package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// checkTwice: no list has two elements of one key. The API server refuses some
// always: Argo CD applies the rest, Flux nothing. Others it refuses only if they are
// applied on the server's side, as Flux does ("failed to create typed patch object",
// apimachinery v0.37.2): then the whole sync stops.
func checkTwice(s cluster.State) []Problem {
	var problems []Problem
	for _, o := range s.Objects {
		for _, t := range kube.Twins(o) {
			p := Problem{
				Object: o, Path: t.Path, About: strings.Join(t.Path, ".") + t.Key,
				Message: fmt.Sprintf("has %s, as another one has: the API server refuses it", t.Key), Hint: "one of the two",
			}
			if !t.Always {
				p.Message += " where it is applied on the server's side, as by Flux"
				if !serverSide(s, o) {
					p.Severity = schemas.Warning
				}
			}
			problems = append(problems, p)
		}
	}
	return problems
}

// serverSide reports whether an object is applied on the server's side: by Flux, or
// by Argo CD if it is told so.
func serverSide(s cluster.State, o kube.Object) bool {
	if n := agent.ServerSide(o); s.Router.Agent == agent.Flux || n.For(s.Router.Agent) {
		return true
	}
	return s.Router.Agent == "" && slices.ContainsFunc(s.Objects, func(o kube.Object) bool {
		return strings.HasSuffix(o.Group, ".toolkit.fluxcd.io") || agent.ServerSide(o).Agent == agent.Flux
	})
}
