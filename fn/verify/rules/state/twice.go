package state

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// CheckTwice checks that no list has two elements of one key. The API server refuses
// some always: Argo CD applies the rest, Flux nothing. Others it refuses only if they
// are applied on the server's side, as Flux does ("failed to create typed patch
// object", apimachinery v0.37.2): then the whole sync stops.
func CheckTwice(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, o := range s.Objects {
		for _, t := range kube.Twins(o) {
			p := edge.Problem{
				Object: o, Path: t.Path, About: strings.Join(t.Path, ".") + t.Key,
				Message: fmt.Sprintf("has %s at %s, as another element of the list has: the API server refuses it", t.Key, kube.PathText(t.Path)),
				Hint:    "keep one of the two elements",
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

// CheckIdentities checks that a state has one object of each identity. Of two, the
// later one counts for kubectl, and Argo CD refuses the sync (RepeatedResourceWarning).
func CheckIdentities(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	first := make(map[kube.ID]kube.Object, len(s.Objects))
	for _, o := range s.Objects {
		other, twice := first[o.Key()]
		if !twice {
			first[o.Key()] = o
			continue
		}
		if o.Name == "" || kube.Equal(other.Node, o.Node) {
			continue // generateName, or the same said again
		}
		problems = append(problems, edge.Problem{
			Object: o,
			Message: fmt.Sprintf("stands twice among the manifests, and differs from the one at %s:%d: which of the two is applied depends on "+
				"the tool",
				other.File, other.Node.Line),
			Hint: "keep one of the two",
		})
	}
	return problems
}
