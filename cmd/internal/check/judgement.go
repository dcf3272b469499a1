package check

import (
	"io"
	"path"
	"slices"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/agent"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/lint"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/schemas"
)

// Options say how states and edges are judged.
type Options struct {
	Classes      map[string]string // ingress class or gateway class → provider
	Agent        string            // one of verify.Agents; "": none is looked at
	Allow        []string          // ids of findings that are meant
	MinAvailable interleave.Bound  // ready pods that a rolling update keeps
	Skip         bool              // also look at an agent that skips stages
	Evidence     *Evidence         // what the cluster holds; nil: nobody has looked
}

// router is how routes are read.
func (o Options) router() cluster.Router {
	return cluster.Router{Providers: routers.Table, Classes: o.Classes, Agent: o.Agent}
}

// state is what some objects come to.
func (o Options) state(objects []kube.Object) cluster.State {
	return cluster.NewState(o.router(), objects)
}

// Evidence is what a cluster holds.
type Evidence struct {
	live  []kube.Object
	found []schemas.Finding
}

// Observe reads what a cluster holds, as kubectl get -o yaml prints it, from a
// file, or from standard input if name is "-".
func Observe(name string, stdin io.Reader) (*Evidence, error) {
	live, found, err := folder.State(".", name, stdin)
	if err != nil {
		return nil, err
	}
	return &Evidence{live, found}, nil
}

// judgement is a report in the making.
type judgement struct {
	Options
	report.Report
}

// end sorts the report and takes what is meant for what it is.
func (j *judgement) end() report.Report {
	j.Accept(j.Allow)
	return j.Report
}

// find adds findings.
func (j *judgement) find(found ...schemas.Finding) { j.Findings = append(j.Findings, found...) }

// unread takes down what no router's reader understands in some states.
func (j *judgement) unread(states ...cluster.State) {
	for _, s := range states {
		j.Unjudged(verify.Reaching(s.Unread, s))
	}
}

// lint adds what of some states needs a person's eye, each once.
func (j *judgement) lint(states ...cluster.State) {
	for _, s := range states {
		for _, f := range lint.Look(s) {
			told := slices.ContainsFunc(j.Findings, func(g schemas.Finding) bool { return g.ID == f.ID && g.Message == f.Message })
			if !told {
				j.find(f)
			}
		}
	}
}

// judged takes down what judging an edge came to, but for its findings.
func (j *judgement) judged(e verify.Verdict) {
	j.Unjudged(e.Ends)
	j.Unjudged(e.Unread)
	for _, left := range e.Left {
		j.Unjudged([]route.Unread{left.Unread()})
	}
}

// edge checks an edge, and says what would save it.
func (j *judgement) edge(e verify.Edge) {
	e.MinAvailable = j.MinAvailable
	judged := e.Judge()
	j.find(judged.Found...)
	j.judged(judged)
	if j.Agent != "" && schemas.Failed(judged.Found) {
		j.Agents = append(j.Agents, report.Advice{Edge: e.Name, Agent: j.Agent, Orders: e.Rescues(j.Agent)})
	}
}

// between checks one commit between any two states. What is wrong with both of
// them is not the commit's doing.
func (j *judgement) between(e verify.Edge) {
	e.From, e.To = agent.Arrives(e.From, e.To)
	known := map[string]bool{}
	for _, f := range verify.Check(e.From, "") {
		known[f.ID+f.Object.String()+f.Message] = true
	}
	for _, f := range verify.Check(e.To, "") {
		if known[f.ID+f.Object.String()+f.Message] && f.Severity == schemas.Error && f.ID != "state-size" { // of which nothing is judged
			f.Severity = schemas.Warning
			f.Message += ", before and after"
		}
		j.find(f)
	}
	j.edge(e)
	j.lint(e.To)
}

// arrived checks that a state is what the cluster holds.
func (j *judgement) arrived(from cluster.State) {
	if j.Evidence == nil {
		return
	}
	j.Observed = true
	j.Findings = slices.Concat(j.Findings, j.Evidence.found, agent.Arrived(from, j.Evidence.live))
}

// delivered looks for what an agent changes in a folder after it is built.
func (j *judgement) delivered(dir string, s cluster.State) {
	if j.Agent == "" {
		return
	}
	d := folder.Deliveries(dir)
	for _, one := range s.Each() {
		at := d.Path(dir)
		if place := one.Router.Place; place != nil {
			at = path.Join(at, place.Cluster)
		}
		j.find(agent.Delivery(d.Agents, at, one)...)
		for _, o := range d.Sources[at] {
			j.find(agent.SourceFile(o, one)...)
		}
	}
}
