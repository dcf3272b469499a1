package verify

import (
	"fmt"

	"github.com/cutoverdev/cutover/fn/verify/agent"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/request"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Edge is the passage from one state to another by one commit.
type Edge struct {
	Name         string // said in findings: prepare → shift-5
	From, To     cluster.State
	MinAvailable Bound // what a rolling update of a workload that is no track keeps ready
}

// Check checks what holds of a state at rest.
func Check(s cluster.State, name string) []schemas.Finding {
	rep := report{name: name, told: map[string]bool{}}
	for i, rule := range Table {
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
// it lists; what is not judged in its ends is in [State.Unread].
func (e Edge) Judge() Verdict {
	rep := report{name: e.Name, told: map[string]bool{}}
	e.From, e.To = agent.Arrives(e.From, e.To)
	e = e.spelled()
	p := newPassage(e.From, e.To)
	p.supplies.bound = e.MinAvailable
	if len(p.changed) == 0 {
		return Verdict{}
	}
	rep.know(e.From)
	rep.know(e.To)
	order := checkOrder(p)
	for _, rule := range Table {
		if rule.Order {
			rep.add(rule.ID, order)
		}
		if rule.Edge != nil {
			rep.add(rule.ID, rule.Edge(p))
		}
	}
	for _, look := range Unjudged {
		rep.add("", look(p))
	}
	return Verdict{rep.found, rep.unread, p.left(rep)}
}

// passage is an edge as the rules see it.
type passage struct {
	from, to   cluster.State
	changed    map[kube.ID]cluster.Change
	last       []cluster.Pods // see lasting
	rolling    []rollout      // see rollouts
	mixes      *mixes
	supplies   *supplies // on the way
	fromSupply *supplies // at rest, before
	toSupply   *supplies // at rest, after

	sampler *request.Sampler
	any     string // label of a host that no rule names

	attached map[string][]route.Rule // see staying
	paired   *pairer                 // see pairs
	entered  map[kube.ID]bool        // gateways by which requests come in, see Entered
	sent     map[kube.ID]bool        // Services that routes send requests to, see Unsent
}

func newPassage(from, to cluster.State) *passage {
	changed := cluster.Changes(from, to)
	return &passage{
		from: from, to: to, changed: changed,
		mixes: newMixes(from, to, changed), supplies: newSupplies(from, to, changed),
		fromSupply: suppliesAtRest(from), toSupply: suppliesAtRest(to),
		sampler: request.NewSampler(), any: request.StrangeHost(from, to),
	}
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
	for i, rule := range Table {
		for _, p := range problemsAtRest(s)[i] {
			rep.told[p.key(rule.ID)] = true
		}
	}
}

// add reports the problems of a rule that are not known.
func (rep *report) add(id string, problems []Problem) {
	for _, p := range problems {
		if p.ID != "" && p.ID != id || rep.told[p.key(id)] {
			continue
		}
		rep.told[p.key(id)] = true
		rep.note(p)
		if p.Unjudged {
			rep.unread = append(rep.unread, route.Unread{Source: p.Object, Why: p.Message})
			continue
		}
		rep.found = append(rep.found, p.finding(id, rep.name))
	}
}

// key identifies a problem, whatever mix it shows in.
func (p Problem) key(id string) string { return id + " " + p.Object.Key().String() + " " + p.About }

// finding tells a problem.
func (p Problem) finding(id, name string) schemas.Finding {
	message := p.Message
	if s := p.Story; s != nil {
		message = fmt.Sprintf("%s requests to %s %s: %s%s", percent(s.Share), s.Request, suffer(s.Outcome), message, s.When())
	}
	if name != "" {
		message = name + ": " + message
	}
	f := p.Object.Find(id, message, p.Hint, p.Path...)
	f.Severity, f.Story = p.Severity, p.Story
	if f.Severity != schemas.Info && workload.Accepts(p.Object, id) {
		f.Severity, f.Accepted = schemas.Info, true
		f.Expected = p.Object.Text("metadata", "labels", workload.ReleaseLabel) != ""
	}
	return f
}

// problemsAtRest are the problems of a state by themselves, by rule of the table.
func problemsAtRest(s cluster.State) [][]Problem {
	return cluster.Memo(s, "problems", func() [][]Problem {
		all := make([][]Problem, len(Table))
		for i, r := range Table {
			if r.State != nil {
				all[i] = r.State(s)
			}
		}
		return all
	})
}
