package verify

import (
	"github.com/cutoverdev/cutover/fn/verify/agent"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/fn/verify/rules"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// Edge is the passage from one state to another by one commit.
type Edge struct {
	Name         string // said in findings: prepare → shift-5
	From, To     cluster.State
	MinAvailable interleave.Bound // what a rolling update of a workload that is no track keeps ready
}

// Check checks what holds of a state at rest.
func Check(s cluster.State, name string) []schemas.Finding {
	if s.Apart != nil {
		return checkApart(s, name)
	}
	rep := report{name: name, told: map[string]bool{}}
	for i, rule := range rules.Table {
		rep.add(rule.ID, problemsAtRest(s)[i])
	}
	return rep.found
}

// Check is what [Edge.Judge] finds.
func (e Edge) Check() []schemas.Finding { return e.Judge().Found }

// Judge proves that an edge drops no request in whatever order its objects are
// applied, or says how it does. The assumption is that its first state has
// arrived. What is wrong with its ends by themselves is said of them, by
// [Check], and not again. What the edge changes and nobody here can judge
// it lists; what is not judged in its ends is in [cluster.State].
func (e Edge) Judge() Verdict {
	if e.From.Apart != nil || e.To.Apart != nil {
		return e.judgeApart()
	}
	rep := report{name: e.Name, told: map[string]bool{}}
	e.From, e.To = agent.Arrives(e.From, e.To)
	for _, o := range e.guessed() {
		rep.unread = append(rep.unread, route.Unread{Source: o, Why: "says its class from now on, and no manifest says which one it had " +
			"by default: whether it is the same is not judged"})
	}
	e = e.normalized()
	p := edge.NewTransition(e.From, e.To, e.MinAvailable)
	if len(p.Changed) == 0 && !p.Endpoints.Moves() {
		return Verdict{Unread: Reaching(rep.unread, e.From, e.To)}
	}
	rep.know(e.From)
	rep.know(e.To)
	order := interleave.CheckRequests(p.Transition)
	for _, rule := range rules.Table {
		if rule.Order {
			rep.add(rule.ID, order)
		}
		if rule.Edge != nil {
			rep.add(rule.ID, rule.Edge(p))
		}
	}
	for _, look := range rules.Unjudged {
		rep.add("", look(p))
	}
	left := left(p, rep)
	return Verdict{rep.found, Reaching(rep.unread, e.From, e.To), left, Reaching(touched(p, left), e.From, e.To)}
}

// report collects findings, each problem once: mixes come smallest first, so
// the story told is the shortest.
type report struct {
	name   string
	told   map[string]bool
	found  []schemas.Finding
	unread []route.Unread
	places []place
}

// know takes down what is wrong with a state itself.
func (rep *report) know(s cluster.State) {
	for i, rule := range rules.Table {
		for _, p := range problemsAtRest(s)[i] {
			rep.told[p.Key(rule.ID)] = true
		}
	}
}

// add reports the problems of a rule that are not known.
func (rep *report) add(id string, problems []problem.Problem) {
	for _, p := range problems {
		if p.ID != "" && p.ID != id || rep.told[p.Key(id)] {
			continue
		}
		rep.told[p.Key(id)] = true
		rep.note(p)
		if p.Unjudged {
			rep.unread = append(rep.unread, route.Unread{Source: p.Object, Why: p.Message})
			continue
		}
		rep.found = append(rep.found, p.Finding(id, rep.name))
	}
}

// problemsAtRest are the problems of a state by themselves, by rule of the table.
func problemsAtRest(s cluster.State) [][]problem.Problem {
	return cluster.Memo(s, "problems", func() [][]problem.Problem {
		all := make([][]problem.Problem, len(rules.Table))
		for i, r := range rules.Table {
			if r.State != nil {
				all[i] = r.State(s)
			}
		}
		return rules.Once(all)
	})
}
