package state

import (
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/structure"
	"github.com/cutoverdev/cutover/schemas"
)

// ObjectRefused is the id of objects that the API server refuses by what they say, where
// no rule of a narrower id says so.
const ObjectRefused = "object-refused"

// CheckStructures checks that the API server takes every object. Flux asks it about all of them
// first, and applies none if it refuses one; Argo CD applies the others.
func CheckStructures(s cluster.State) []edge.Problem {
	judge := s.Router.Judge
	if judge == nil {
		judge = &structure.Judge{}
	}
	var problems []edge.Problem
	defined := structure.Defined(s.Objects)
	for _, o := range s.Objects {
		if defined[o.Group+" "+o.Kind] {
			continue // as the CRD of these manifests has it
		}
		for _, f := range judge.Faults(o) {
			problems = append(problems, refusedFor(s, o, f))
		}
	}
	return problems
}

func refusedFor(s cluster.State, o kube.Object, f structure.Fault) edge.Problem {
	p := edge.Problem{
		Object: o, Path: f.Path, About: strings.Join(f.Path, ".") + " " + f.Message,
		Message: f.Message + ": the API server refuses the object", Whole: true, Hint: f.Hint,
	}
	switch {
	case f.Applied:
		p.Message += " where it is applied on the server's side, as by Flux"
		if !serverSide(s, o) {
			p.Severity = schemas.Warning
		}
	case f.Unknown && agent.Option(o, "Validate=false") && !serverSide(s, o):
		p.Message = f.Message + ": it is applied without validation, and the API server drops the field"
		p.Severity = schemas.Warning
	}
	return p
}
