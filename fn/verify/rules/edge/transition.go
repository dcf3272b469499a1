package edge

import (
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/generators/kube"
)

// Problem is one violation of a rule.
type Problem = problem.Problem

// Transition is an edge as the rules see it, with what several of them ask.
type Transition struct {
	*interleave.Transition
	memo map[string]any // see Memo
}

// NewTransition is an edge of which no rule has asked anything yet.
func NewTransition(from, to cluster.State, bound interleave.Bound) *Transition {
	return &Transition{interleave.NewTransition(from, to, bound), map[string]any{}}
}

// Memo is what somebody works out of an edge, at most once, under a name of their
// own: the edge need not know what. [cluster.Memo] does so of a state.
func Memo[T any](e *Transition, name string, work func() T) T {
	known, ok := e.memo[name]
	if !ok {
		known = work()
		e.memo[name] = known
	}
	return known.(T)
}

// Unjudged is a problem that says of an object of an edge what is not judged.
func Unjudged(c cluster.Change, message string, path ...string) Problem {
	return Problem{Object: cluster.Subject(c), Path: path, About: message, Message: message, Unjudged: true}
}

// Changes reports whether an edge changes an object that both ends have.
func (e *Transition) Changes(o kube.Object) bool {
	c, ok := e.Changed[o.Key()]
	return ok && !c.Made() && !c.Gone()
}

// Find is the change of an object by name, wherever the agent puts it.
func (e *Transition) Find(id kube.ID) (cluster.Change, bool) {
	if c, ok := e.Changed[id]; ok {
		return c, true
	}
	id.Namespace = ""
	c, ok := e.Changed[id]
	return c, ok
}

// Lasting are the workloads that run on both sides of an edge.
func (e *Transition) Lasting() []cluster.Pods {
	return Memo(e, "lasting", func() []cluster.Pods {
		var all []cluster.Pods
		for _, was := range e.From.Pods {
			if e.Lasts(was) {
				all = append(all, was)
			}
		}
		return all
	})
}

// Lasts reports whether a workload runs on both sides.
func (e *Transition) Lasts(was cluster.Pods) bool {
	return was.Count > 0 && e.To.PodsOf[was.Workload.Key()].Count > 0
}

// Hung reports whether requests hang on an object of an edge: it sends them, or
// its pods answer some.
func (e *Transition) Hung(o kube.Object) bool {
	if o.Is("", "Service") || e.From.Router.Routing(o) {
		return true
	}
	return e.answers(o)
}

// answers reports whether a workload has pods that get requests.
func (e *Transition) answers(o kube.Object) bool {
	for _, s := range []cluster.State{e.From, e.To} {
		if pods, ok := s.PodsOf[o.Key()]; ok {
			if _, serves := s.Serves(pods); serves {
				return true
			}
		}
	}
	return false
}
