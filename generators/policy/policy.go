// Package policy finds what hangs on another object by name: policies of
// routers, and controllers that drive a workload.
//
// They are found by their shape (spec.targetRef and the like), not by their
// kinds: what a router makes of a kind that is not known here is not known, but
// that it follows a name is.
package policy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// Target is an object that a policy names, without its version.
type Target struct {
	kube.ID
	Section string     // a port of a Service, a listener of a Gateway, a rule of a route; "" for the whole
	Path    []string   // where the policy names it
	Labels  *yaml.Node // a selector: it is every object of the kind with such labels, in the place of a name
}

// refs are the fields below spec that name what a policy is for.
// targetReference is of AWS (TargetGroupConfiguration), to and from of Kuma.
var refs = []string{"targetRef", "targetRefs", "targetReference", "targetSelectors"}

// Targets are what an object is for, in the order in which it says so.
func Targets(o kube.Object) []Target {
	var all []Target
	all = append(all, below(o, []string{"spec"})...)
	for _, list := range []string{"to", "from"} {
		for i := range kube.Items(o.Node, "spec", list) {
			all = append(all, below(o, []string{"spec", list, strconv.Itoa(i)})...)
		}
	}
	return all
}

func below(o kube.Object, at []string) []Target {
	var all []Target
	for _, field := range refs {
		path := append(slices.Clip(at), field)
		n := o.Get(path...)
		switch {
		case n == nil:
		case n.Kind == yaml.MappingNode:
			all = append(all, target(o, n, path))
		case n.Kind == yaml.SequenceNode:
			for i, item := range n.Content {
				all = append(all, target(o, item, append(slices.Clip(path), strconv.Itoa(i))))
			}
		}
	}
	return all
}

// target reads one reference. Most have a group, those to workloads an
// apiVersion; a namespace is the policy's own as a rule. Kuma's are its
// namespace in a label.
func target(o kube.Object, n *yaml.Node, path []string) Target {
	t := Target{Path: path, Section: kube.Text(n, "sectionName")}
	if kube.Get(n, "matchLabels") != nil || kube.Get(n, "matchExpressions") != nil {
		t.Labels = n
	}
	t.Group, t.Kind, t.Name, t.Namespace = kube.Text(n, "group"), kube.Text(n, "kind"), kube.Text(n, "name"), kube.Text(n, "namespace")
	if group, _, ok := strings.Cut(kube.Text(n, "apiVersion"), "/"); ok && t.Group == "" {
		t.Group = group
	}
	if t.Namespace == "" {
		t.Namespace = o.Namespace
	}
	return t
}

// Names reports whether a target is an object.
func (t Target) Names(o kube.Object) bool {
	switch {
	case t.Kind != o.Kind || t.Group != o.Group && (t.Group != "core" || o.Group != "") || !kube.SameNamespace(t.Namespace, o.Namespace):
		return false
	case t.Labels != nil:
		return kube.LabelSelects(t.Labels, kube.Strings(o.Node, "metadata", "labels"))
	}
	return t.Name == o.Name
}

// Service is the Service that a host names as Istio reads it: by a short name, or
// by one with the namespace and svc behind it.
func Service(host, namespace string) (in, name string, ok bool) {
	parts := strings.Split(host, ".")
	switch {
	case host == "" || host[0] == '*':
		return "", "", false
	case len(parts) == 1:
		return namespace, host, true
	case len(parts) >= 3 && parts[2] == "svc":
		return parts[1], parts[0], true
	}
	return "", "", false
}

// Held reports whether a policy keeps a client where it was once sent, whatever
// the weights are by then, and by which field: session persistence (GEP-1619),
// sticky sessions of Kong (3.11), stickiness of target groups (AWS), and the
// session affinity of GKE that is a kind of its own.
func Held(o kube.Object) (path []string, held bool) {
	if strings.HasPrefix(o.Kind, "GCPSessionAffinity") {
		return []string{"spec"}, true
	}
	if o.Text("spec", "algorithm") == "sticky-sessions" {
		return []string{"spec", "algorithm"}, true
	}
	return holding(o.Get("spec"), []string{"spec"}, 0)
}

// sticky are fields that keep clients wherever they stand.
var sticky = []string{"sessionPersistence", "stickySessions", "targetGroupStickinessConfig"}

// holding looks for them, not deeper than such fields stand.
func holding(n *yaml.Node, at []string, depth int) ([]string, bool) {
	if n == nil || depth > 6 {
		return nil, false
	}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, n.Content[i+1]
		path := append(slices.Clip(at), key)
		if slices.Contains(sticky, key) && kube.Text(value, "enabled") != "false" {
			return path, true
		}
		if p, ok := holding(value, path, depth+1); ok {
			return p, true
		}
	}
	for i := 0; n.Kind == yaml.SequenceNode && i < len(n.Content); i++ {
		if p, ok := holding(n.Content[i], append(slices.Clip(at), strconv.Itoa(i)), depth+1); ok {
			return p, true
		}
	}
	return nil, false
}
