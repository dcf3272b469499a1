package delivery

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file holds what a client-side apply makes of lists: not always what is
// written (see [kube.MergesPorts]).

const mergedHint = "name the container ports, so that the targetPort never changes; or make a Service of another name; where it is " +
	"applied server-side (Flux; in Argo CD the sync option ServerSideApply=true on the object), accept it: annotation " +
	"cutover.dev/accept: ports-merged"

// CheckMerged checks that two protocols on one number of a Service, or of a container
// whose ports have names, stay as they are. Whether somebody calls them now says
// nothing: what is left behind stays.
func CheckMerged(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || c.Gone() || e.To.Router.Agent == agent.Flux || agent.Option(c.To, "ServerSideApply=true") ||
			!agent.Replaces(c.To, c.From).Empty() {
			continue
		}
		switch {
		case c.To.Is("", "Service"):
			if number, ok := kube.MergesPorts(kube.Items(c.From.Node, "spec", "ports"), kube.Items(c.To.Node, "spec", "ports"), "port"); !ok {
				problems = append(problems, merged(c.To, number, "spec", "ports"))
			}
		case cluster.RunsPods(c.To):
			problems = append(problems, mergedContainers(c)...)
		}
	}
	return problems
}

func merged(o kube.Object, number string, path ...string) edge.Problem {
	return edge.Problem{
		Object: o, Path: path, About: number,
		Message: fmt.Sprintf("lists port %s for two protocols, and changes one of them: a client-side apply (kubectl, and Argo CD by default) "+
			"merges ports by number alone, and drops or misroutes one of the two", number),
		Hint: mergedHint,
	}
}

// mergedContainers are containers by whose ports' names Services and probes find
// them.
func mergedContainers(c cluster.Change) []edge.Problem {
	var problems []edge.Problem
	at := []string{"spec", "template", "spec", "containers"}
	before := kube.Items(c.From.Node, at...)
	for i, now := range kube.Items(c.To.Node, at...) {
		j := slices.IndexFunc(before, func(n *yaml.Node) bool { return kube.Text(n, "name") == kube.Text(now, "name") })
		named := func(p *yaml.Node) bool { return kube.Text(p, "name") != "" }
		if j < 0 || !slices.ContainsFunc(kube.Items(now, "ports"), named) {
			continue
		}
		if number, ok := kube.MergesPorts(kube.Items(before[j], "ports"), kube.Items(now, "ports"), "containerPort"); !ok {
			problems = append(problems, merged(c.To, number, append(at, fmt.Sprint(i), "ports")...))
		}
	}
	return problems
}
