package delivery

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

// This file holds what objects tell the agent that applies them, so that a commit
// does something else to them than it says.

// note is what an object tells the agent at work, or nothing.
func note(e *edge.Transition, n agent.Note) agent.Note {
	if n.For(e.From.Router.Agent) {
		return n
	}
	return agent.Note{}
}

// CheckSkipped checks that what a commit changes is applied. Of what requests hang on,
// and of autoscalers, whose floors they rest on.
func CheckSkipped(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if n := note(e, agent.LeavesOut(c.To)); !n.Empty() && !c.Made() && agent.LeavesOut(c.From).Empty() && e.Hung(c.To) {
			problems = append(problems, leftOut(c.To, n))
			continue
		}
		if c.Gone() || !c.Made() && onlyTold(c) || !e.Hung(c.To) && !cluster.Autoscales(c.To) {
			continue
		}
		n, once := agent.Skips(c.To)
		if n = note(e, n); n.Empty() || once && c.Made() {
			continue
		}
		problems = append(problems, edge.Problem{
			Object: c.To, Path: n.Path, About: n.Text,
			Message: fmt.Sprintf("is not applied, because of %s: the cluster keeps the object that it has", n.Text),
			Hint:    "remove that annotation a commit before; an object that somebody else writes does not belong among these manifests",
		})
	}
	return problems
}

// leftOut is an object that becomes a hook of no phase: the agent prunes it.
func leftOut(o kube.Object, n agent.Note) edge.Problem {
	return edge.Problem{
		Object: o, Path: n.Path, About: n.Text,
		Message: fmt.Sprintf("is left out of the sync and pruned: %s makes it a hook, and names no phase that a sync runs", n.Text),
		Hint:    "remove the annotation; the phases are PreSync, Sync and PostSync",
	}
}

// unspoken is an object without what it tells agents.
func unspoken(o kube.Object) kube.Object {
	for _, field := range []string{"annotations", "labels"} {
		for key := range kube.Pairs(o.Node, "metadata", field) {
			if slices.ContainsFunc(cluster.AgentPrefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) }) {
				o = o.Without("metadata", field, key)
			}
		}
		if n := o.Get("metadata", field); n != nil && len(n.Content) == 0 {
			o = o.Without("metadata", field)
		}
	}
	return o
}

// onlyTold reports whether a commit changes nothing of an object but what it tells
// agents.
func onlyTold(c cluster.Change) bool { return kube.Equal(unspoken(c.From).Node, unspoken(c.To).Node) }

// CheckUnskipped lists what was not applied before and is from now on: nobody
// knows what the cluster had.
func CheckUnskipped(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || c.Gone() || !e.Hung(c.To) && !cluster.Autoscales(c.To) {
			continue
		}
		was, _ := agent.Skips(c.From)
		is, _ := agent.Skips(c.To)
		if !note(e, was).Empty() && note(e, is).Empty() {
			problems = append(problems, edge.Unjudged(c, "was not applied until now ("+was.Text+"): what the cluster has of it is not judged",
				was.Path...))
		}
	}
	return problems
}

// CheckRemade checks that what answers requests is not deleted and made anew. An agent
// reads that from the manifest and from what the cluster has (argo-cd 3.6,
// applyObject).
func CheckRemade(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || c.Gone() || !e.Hung(c.To) {
			continue
		}
		if n := note(e, agent.Remakes(c.To, c.From)); !n.Empty() {
			problems = append(problems, edge.Problem{
				Object: c.To, Path: n.Path, About: n.Text,
				Message: fmt.Sprintf("is deleted and created again (%s): until it is back, requests that need it fail", n.Text),
				Hint: "remove the annotation: nothing that answers requests needs it; the one in the cluster counts too, and kubectl annotate " +
					"removes it there first",
			})
			continue
		}
		problems = append(problems, replaced(e, c)...)
	}
	return problems
}

// replaced looks at an object that is put as a whole, or forced. A workload that is
// put without replicas has one pod until its autoscaler looks. What is forced is
// deleted only if the API server refuses the change, which no manifest shows.
func replaced(e *edge.Transition, c cluster.Change) []edge.Problem {
	if n := note(e, agent.Replaces(c.To, c.From)); !n.Empty() && cluster.RunsPods(c.To) && c.To.Get("spec", "replicas") == nil &&
		e.To.PodsOf[c.To.Key()].Count > 1 {
		return []edge.Problem{{
			Object: c.To, Path: n.Path, About: n.Text,
			Message: fmt.Sprintf("is replaced as a whole (%s), and sets no replicas: it falls to one pod until its autoscaler acts", n.Text),
			Hint:    "remove the annotation",
		}}
	}
	n := note(e, agent.Forces(c.To, c.From))
	if n.Empty() {
		return nil
	}
	told := edge.Problem{
		Object: c.To, Path: n.Path, About: n.Text,
		Message: fmt.Sprintf("is deleted and created again if the API server refuses the change (%s)", n.Text),
		Hint:    "remove the annotation: nothing that answers requests needs it",
	}
	if e.From.Router.Agent == "" {
		told.Severity = schemas.Warning
	}
	return []edge.Problem{told}
}

// CheckRemadeAnyway lists what a commit does not change and every sync makes anew.
func CheckRemadeAnyway(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, o := range e.To.Objects {
		n := note(e, agent.Remakes(o, o))
		if n.Empty() || !e.Hung(o) {
			continue
		}
		if c, changed := e.Changed[o.Key()]; !changed || c.Made() {
			problems = append(problems, edge.Unjudged(cluster.Change{From: o, To: o},
				"is deleted and made anew at every sync ("+n.Text+"): what it answers meanwhile is not judged", n.Path...))
		}
	}
	return problems
}

// CheckHeld lists, and does not judge, that a commit that removes what is pruned only
// when somebody confirms it is held up as a whole, and those behind it, an abort among
// them (argo-cd 3.6, runTasks: pruning comes first).
func CheckHeld(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Gone() && slices.Contains(agent.Words(c.From, agent.ArgoOptions), "Prune=confirm") && e.From.Router.Agent != agent.Flux {
			problems = append(problems, edge.Unjudged(c, "is removed only once somebody confirms it (Prune=confirm): until then neither this "+
				"commit nor one behind it is applied", "metadata", "annotations", agent.ArgoOptions))
		}
	}
	return problems
}
