package reach

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"go.yaml.in/yaml/v3"
)

// names are who names whom in a state: objects by their name, and where each text
// stands that may be one.
type names struct {
	called map[string][]int
	words  map[string][]int
}

func namesOf(s cluster.State) names {
	return cluster.Memo(s, "reach", func() names {
		n := names{map[string][]int{}, map[string][]int{}}
		for i, o := range s.Objects {
			n.called[o.Name] = append(n.called[o.Name], i)
			for _, word := range wordsOf(o) {
				n.words[word] = append(n.words[word], i)
			}
		}
		return n
	})
}

// wordsOf are the texts in an object that may be names of others, each once: the whole
// of a text, or what follows its last slash. Its own name, its labels and what stands for
// a namespace are none.
func wordsOf(o kube.Object) []string {
	seen := map[string]bool{}
	var all []string
	var walk func(n *yaml.Node, field string)
	walk = func(n *yaml.Node, field string) {
		switch n.Kind {
		case yaml.ScalarNode:
			word := n.Value[strings.LastIndexAny(n.Value, "/=@")+1:]
			if word != "" && !seen[word] {
				seen[word] = true
				all = append(all, word)
			}
		case yaml.SequenceNode:
			for _, item := range n.Content {
				walk(item, field)
			}
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				key := n.Content[i].Value
				own := key == "name" && slices.Contains([]string{"metadata", "containers", "initContainers", "ports"}, field)
				if !own && !slices.Contains([]string{"labels", "matchLabels", "namespace", "apiVersion", "kind", "image"}, key) {
					walk(n.Content[i+1], key)
				}
			}
		}
	}
	walk(o.Node, "")
	return all
}

// namers are the objects that name another one, from its own namespace.
func namers(s cluster.State, o kube.Object) []kube.Object {
	return near(s, o, namesOf(s).words[o.Name])
}

// namedBy are the objects that an object names, in its own namespace.
func namedBy(s cluster.State, o kube.Object) []kube.Object {
	var all []kube.Object
	for _, word := range wordsOf(o) {
		all = append(all, near(s, o, namesOf(s).called[word])...)
	}
	return all
}

func near(s cluster.State, o kube.Object, positions []int) []kube.Object {
	var all []kube.Object
	for _, i := range positions {
		if by := s.Objects[i]; by.Key() != o.Key() && by.Kind != "Namespace" && kube.SameNamespace(by.Namespace, o.Namespace) {
			all = append(all, by)
		}
	}
	return all
}

// meant are the objects that a policy, autoscaler or binding says it is for. ok is no if
// it says nothing of the kind.
func meant(s cluster.State, o kube.Object) (all []kube.Object, ok bool) {
	targets := policy.Targets(o)
	if ref := o.Get("spec", "scaleTargetRef"); ref != nil {
		t := policy.Target{}
		t.Group, _, _ = strings.Cut(kube.Text(ref, "apiVersion"), "/")
		t.Kind, t.Name, t.Namespace = kube.Text(ref, "kind"), kube.Text(ref, "name"), o.Namespace
		if t.Kind == "" { // KEDA's default
			t.Group, t.Kind = "apps", "Deployment"
		}
		targets = append(targets, t)
	}
	for _, n := range kube.Items(o.Node, "subjects") {
		t := policy.Target{}
		t.Kind, t.Name, t.Namespace = kube.Text(n, "kind"), kube.Text(n, "name"), kube.Text(n, "namespace")
		targets = append(targets, t)
	}
	for _, t := range targets {
		for _, by := range s.Objects {
			if t.Names(by) {
				all = append(all, by)
			}
		}
	}
	selects, said := selectors(o)
	for _, p := range s.Pods {
		if kube.SameNamespace(p.Workload.Namespace, o.Namespace) && slices.ContainsFunc(selects, func(n *yaml.Node) bool {
			return kube.Selects(n, p.Labels)
		}) {
			all = append(all, p.Workload)
		}
	}
	return all, len(targets) > 0 || said
}

// selectors are the labels by which an object that runs no pods means pods.
func selectors(o kube.Object) (all []*yaml.Node, ok bool) {
	if o.Is("", "Service") || cluster.RunsPods(o) {
		return nil, false
	}
	for _, field := range []string{"selector", "podSelector", "workloadSelector", "endpointSelector", "instanceSelector"} {
		at := o.Get("spec", field)
		if at == nil || len(at.Content) == 0 {
			continue
		}
		switch labels, match := kube.Get(at, "labels"), kube.Get(at, "matchLabels"); {
		case match != nil:
			all = append(all, match)
		case labels != nil:
			all = append(all, labels)
		default:
			all = append(all, at)
		}
	}
	return all, len(all) > 0
}
