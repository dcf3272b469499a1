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

// This file holds what other objects stand on: it takes them along when it goes.

// ground is a kind that others stand on, and what becomes of those when it goes.
type ground struct {
	group, kind string
	holds       func(ground, o kube.Object) bool
	fate        string
}

// grounds are those of Kubernetes' own kinds.
var grounds = []ground{
	{"", "Namespace", stoodIn, "what is in it is deleted with it"},
	{"apiextensions.k8s.io", "CustomResourceDefinition", defined, "objects of its kind are deleted with it"},
	{"apiregistration.k8s.io", "APIService", registered, "the API server no longer knows their kind"},
	{cluster.IngressGroup, "IngressClass", ofIngressClass, "no controller serves an Ingress of a class that is not there"},
}

// classes are the classes of gateways, as their routers say.
func classes(e *edge.Transition) []ground {
	var all []ground
	for _, r := range e.To.Router.Providers {
		for _, g := range r.Gateways {
			if g.ClassKind == "" || g.Class == "" {
				continue
			}
			path := strings.Split(g.Class, ".")
			all = append(all, ground{g.Group, g.ClassKind, func(class, o kube.Object) bool {
				return o.Is(g.Group, g.Kind) && o.Text(path...) == class.Name
			}, "no controller serves a " + g.Kind + " of a class that is not there"})
		}
	}
	return all
}

// CheckGroundGone checks that what others stand on does not go while they stay.
func CheckGroundGone(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	all := append(slices.Clip(grounds), classes(e)...)
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if !c.Gone() {
			continue
		}
		for _, g := range all {
			if !c.From.Is(g.group, g.kind) {
				continue
			}
			on := standing(e, func(o kube.Object) bool { return g.holds(c.From, o) })
			if len(on) > 0 {
				problems = append(problems, edge.Problem{
					Object:  c.From,
					Message: fmt.Sprintf("is removed while %s: %s", staying(on), g.fate),
					Hint: "remove it a commit after the last of those objects; if it is to stay in the cluster, tell the agent not to prune it, a " +
						"commit before",
				})
			}
		}
	}
	return slices.Concat(problems, checkServed(e), checkUnfollowed(e))
}

// standing are the objects that are there after the commit and stand on
// something before it or after it.
func standing(e *edge.Transition, holds func(kube.Object) bool) []kube.ID {
	var on []kube.ID
	for _, is := range e.To.Objects {
		if was := e.From.ByID[is.Key()]; holds(is) || was.Node != nil && holds(was) {
			on = append(on, is.ID)
		}
	}
	return on
}

// staying names the first of some objects, and how many more there are.
func staying(on []kube.ID) string {
	switch len(on) {
	case 1:
		return on[0].String() + " stays"
	case 2:
		return fmt.Sprintf("%s and %s stay", on[0], on[1])
	}
	return fmt.Sprintf("%s and %d other objects stay", on[0], len(on)-1)
}

func stoodIn(namespace, o kube.Object) bool { return o.Namespace == namespace.Name }

// defined reports whether an object is of the kind that a definition defines.
// Its name is the plural of the kind, and the group.
func defined(crd, o kube.Object) bool {
	plural, group, _ := strings.Cut(crd.Name, ".")
	kind := crd.Text("spec", "names", "kind")
	return o.Group == group && (o.Kind == kind || kind == "" && strings.ToLower(o.Kind)+"s" == plural)
}

// registered reports whether an object is of the version of a group that another
// server answers for.
func registered(service, o kube.Object) bool {
	return o.Group == service.Text("spec", "group") && o.Version == service.Text("spec", "version")
}

// checkServed: a definition goes on serving the versions in which objects that stay
// are written, and defines their kind.
func checkServed(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || c.Gone() || !c.To.Is("apiextensions.k8s.io", "CustomResourceDefinition") {
			continue
		}
		var on []kube.ID
		for _, o := range e.To.Objects {
			if defined(c.From, o) && serves(c.From, o) && (!defined(c.To, o) || !serves(c.To, o)) {
				on = append(on, o.ID)
			}
		}
		if len(on) > 0 {
			problems = append(problems, edge.Problem{
				Object: c.To, Path: []string{"spec", "versions"}, About: "served",
				Message: fmt.Sprintf("no longer serves the version in which objects of its kind are written, while %s: no agent can apply them",
					staying(on)),
				Hint: "write the objects in another version a commit before",
			})
		}
		if !kube.Equal(c.From.Get("spec", "conversion"), c.To.Get("spec", "conversion")) {
			problems = append(problems, edge.Unjudged(c, "converts its objects in another way: whether they can be read then is not judged"))
		}
	}
	return problems
}

// serves reports whether a definition serves the version of an object.
func serves(crd, o kube.Object) bool {
	return slices.ContainsFunc(kube.Items(crd.Node, "spec", "versions"), func(v *yaml.Node) bool {
		return kube.Text(v, "name") == o.Version && kube.Text(v, "served") == "true"
	})
}

// ofIngressClass reports whether an Ingress names a class, or none while the
// class is the default, which the API server then writes into it. The older
// annotation is the controller's own: it needs no IngressClass.
func ofIngressClass(class, o kube.Object) bool {
	if cluster.Classless(o) {
		return cluster.IsDefault(class)
	}
	return o.Is(cluster.IngressGroup, "Ingress") && o.Text("spec", "ingressClassName") == class.Name
}
