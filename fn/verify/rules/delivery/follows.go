package delivery

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file holds what agents are told by objects of their own: which manifests to
// follow, and how. What stands behind them is not among the objects of a state.

// follows are the kinds that make agents apply something, by group; all kinds of a
// group if none is named (argo-cd 3.6; Flux 2.9 and flux-operator).
var follows = []struct {
	group string
	kinds []string
}{
	{"argoproj.io", []string{"Application", "ApplicationSet", "AppProject"}},
	{"kustomize.toolkit.fluxcd.io", nil},
	{"helm.toolkit.fluxcd.io", nil},
	{"source.toolkit.fluxcd.io", nil},
	{"source.extensions.fluxcd.io", nil},
	{"fluxcd.controlplane.io", nil},
	{"helm.cattle.io", []string{"HelmChart", "HelmChartConfig"}},
	{"fleet.cattle.io", nil},
}

// orders reports whether an object tells an agent what to apply.
func orders(o kube.Object) bool {
	for _, f := range follows {
		if o.Group == f.group {
			return f.kinds == nil || slices.Contains(f.kinds, o.Kind)
		}
	}
	return false
}

// patient are the fields that say how often, how long and how loud an agent looks,
// not at what.
var patient = [][]string{
	{"apiVersion"}, // another version of the same kind
	{"metadata"},
	{"status"},
	{"spec", "interval"},
	{"spec", "retryInterval"},
	{"spec", "timeout"},
	{"spec", "info"},
	{"spec", "revisionHistoryLimit"},
	{"spec", "description"},
	{"spec", "chart", "spec", "interval"},
	{"spec", "maxHistory"},
	{"spec", "install"}, // read when a chart is installed, which it is (helm-controller v1.4)
	{"spec", "upgrade", "timeout"},
	{"spec", "healthChecks"}, // when it is called applied, and what waits for that: every order is looked at
	{"spec", "healthCheckExprs"},
	{"spec", "wait"},
	{"spec", "dependsOn"},
}

// source reports whether an object only says where manifests are. What follows it
// applies them, and keeps what it has applied without it (source-controller v1.7).
func source(o kube.Object) bool { return o.Group == "source.toolkit.fluxcd.io" }

// told are the orders of an agent before and after.
func told(c cluster.Change) (was, is kube.Object) {
	was, is = c.From, c.To
	for _, path := range patient {
		was, is = was.Without(path...), is.Without(path...)
	}
	return was, is
}

// sameOrders reports whether an agent is told the same before and after.
func sameOrders(c cluster.Change) bool {
	was, is := told(c)
	return kube.Equal(was.Node, is.Node)
}

// behind says what an agent is told anew.
func behind(c cluster.Change) edge.Problem {
	was, is := told(c)
	return edge.Unjudged(c, "changes what the agent applies ("+kube.Difference(was.Get("spec"), is.Get("spec"))+
		"): the objects behind it are not judged")
}

// followed reports whether an object of a state says that a source is its own.
func followed(s cluster.State, source kube.Object) bool {
	return slices.ContainsFunc(s.Objects, func(o kube.Object) bool { return orders(o) && refers(o.Node, source.Name) })
}

// refers reports whether there is a reference to a source of a name.
func refers(n *yaml.Node, name string) bool {
	for _, field := range []string{"sourceRef", "chartRef"} {
		if ref := kube.Get(n, field); ref != nil && kube.Text(ref, "name") == name {
			return true
		}
	}
	return n != nil && slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return refers(c, name) })
}

// CheckFollows lists what a commit tells agents to do: what comes of that is not
// among its objects.
func CheckFollows(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if !orders(cluster.Subject(c)) {
			continue
		}
		switch {
		case source(c.From) && c.Gone() && !followed(e.To, c.From), source(c.To) && c.Made() && !followed(e.From, c.To):
		case c.Made():
			problems = append(problems, edge.Unjudged(c, "is new: what the agent applies for it is not judged"))
		case c.Gone() && fate(c.From) == "":
			problems = append(problems, edge.Unjudged(c, "is removed: what it applied may stay or go, and is not judged"))
		case c.Gone() || sameOrders(c):
		default:
			problems = append(problems, behind(c))
		}
	}
	return problems
}

// argoFinalizer makes Argo CD delete what an Application applied along with it
// (argo-cd 3.6); it may end with /background or /foreground.
const argoFinalizer = "resources-finalizer.argocd.argoproj.io"

// fate is what becomes of the objects that an agent applied for something, once
// that goes; "" if they may stay.
func fate(o kube.Object) string {
	switch {
	case o.Is("argoproj.io", "Application") && finalized(o.Get("metadata", "finalizers")):
		return "the finalizer makes the agent delete all that it applied"
	case o.Is("argoproj.io", "ApplicationSet") && o.Text("spec", "syncPolicy", "preserveResourcesOnDeletion") != "true":
		return "its Applications are deleted with it, and all that they applied"
	case o.Is("kustomize.toolkit.fluxcd.io", "Kustomization") && deletes(o):
		return "the agent deletes all that it applied"
	case o.Is("helm.toolkit.fluxcd.io", "HelmRelease") && o.Text("spec", "suspend") != "true":
		return "the agent uninstalls its chart"
	case o.Group == "fluxcd.controlplane.io" && o.Kind == "ResourceSet":
		return "the agent deletes all that it applied"
	}
	return ""
}

// deletes reports whether a Kustomization of Flux's takes along what it applied:
// unless it is suspended, as deletionPolicy says, or else as prune does
// (kustomize-controller v1.7).
func deletes(o kube.Object) bool {
	policy := o.Text("spec", "deletionPolicy")
	pruning := (policy == "" || policy == "MirrorPrune") && o.Text("spec", "prune") == "true"
	return o.Text("spec", "suspend") != "true" && (pruning || policy == "Delete" || policy == "WaitForTermination")
}

func finalized(list *yaml.Node) bool {
	return slices.ContainsFunc(kube.Items(list), func(n *yaml.Node) bool { return strings.HasPrefix(n.Value, argoFinalizer) })
}

// checkUnfollowed: what an agent applied for something is not deleted with it.
func checkUnfollowed(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		if c := e.Changed[id]; c.Gone() && orders(c.From) && fate(c.From) != "" {
			problems = append(problems, edge.Problem{
				ID: "ground-gone", Object: c.From,
				Message: fmt.Sprintf("is removed: %s", fate(c.From)),
				Hint: "tell the agent a commit before to leave them (no finalizer; prune: false or deletionPolicy: Orphan); if nobody calls " +
					"them any more, accept it: --allow ground-gone",
			})
		}
	}
	return problems
}
