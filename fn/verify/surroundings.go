package verify

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file holds what a namespace does with the pods in it: what they may do, how
// many may start, and what is put into them.

// checkRights: pods that run keep the rights of their ServiceAccount. What they do
// without some of them nobody here knows.
func checkRights(e *passage) []Problem {
	var problems []Problem
	for _, id := range sortedIDs(e.changed) {
		c := e.changed[id]
		if id.Group != "rbac.authorization.k8s.io" || c.made() {
			continue
		}
		for _, subject := range e.deprived(c) {
			if pods, ok := e.runsUnder(subject); ok {
				problems = append(problems, unjudged(c, "takes rights from the ServiceAccount of "+pods.Workload.ID.String()+": what its pods do without them is not judged"))
				break
			}
		}
	}
	return problems
}

// account is a ServiceAccount; without a name all of a namespace, without either all.
type account struct{ namespace, name string }

// deprived are those from whom a change of a role or binding takes rights.
func (p *passage) deprived(c change) []account {
	if strings.HasSuffix(c.from.Kind, "Binding") {
		left := subjects(c.to)
		return slices.DeleteFunc(subjects(c.from), func(a account) bool { return slices.Contains(left, a) })
	}
	if !c.gone() && rulesStay(c) {
		return nil
	}
	var all []account
	for _, o := range p.from.Objects {
		bound := o.Group == c.from.Group && strings.HasSuffix(o.Kind, "Binding") && o.Text("roleRef", "kind") == c.from.Kind && o.Text("roleRef", "name") == c.from.Name
		if bound && (c.from.Kind == "ClusterRole" || kube.SameNamespace(o.Namespace, c.from.Namespace)) {
			all = append(all, subjects(o)...)
		}
	}
	return all
}

// rulesStay reports whether a role keeps all of its rules.
func rulesStay(c change) bool {
	now := kube.Items(c.to.Node, "rules")
	for _, rule := range kube.Items(c.from.Node, "rules") {
		if !slices.ContainsFunc(now, func(other *yaml.Node) bool { return kube.Equal(rule, other) }) {
			return false
		}
	}
	return true
}

// subjects are the ServiceAccounts of a binding.
func subjects(o kube.Object) []account {
	var all []account
	for _, s := range kube.Items(o.Node, "subjects") {
		name := kube.Text(s, "name")
		namespace, group := strings.CutPrefix(name, "system:serviceaccounts:")
		switch kind := kube.Text(s, "kind"); {
		case kind == "ServiceAccount":
			all = append(all, account{kube.Text(s, "namespace"), name})
		case kind == "Group" && group:
			all = append(all, account{namespace: namespace})
		case kind == "Group" && (name == "system:serviceaccounts" || name == "system:authenticated"):
			all = append(all, account{})
		}
	}
	return all
}

// runsUnder are pods that run under a ServiceAccount.
func (p *passage) runsUnder(a account) (Pods, bool) {
	for _, pods := range p.from.Pods {
		if pods.Count > 0 && kube.SameNamespace(a.namespace, pods.Workload.Namespace) && (a.name == "" || a.name == accountName(pods.Workload)) {
			return pods, true
		}
	}
	return Pods{}, false
}

// injected are the beginnings of a Namespace's labels and annotations that decide what
// is put into its pods, and which of them are let in.
var injected = []string{"istio-injection", "istio.io/", "topology.istio.io/", "linkerd.io/", "config.linkerd.io/", "kuma.io/", "pod-security.kubernetes.io/", "elbv2.k8s.aws/", "scheduler.alpha.kubernetes.io/"}

// checkNamespaces: a Namespace goes on doing with pods that start anew what it did,
// and no bound comes for how many of them may start, and how large.
func checkNamespaces(e *passage) []Problem {
	var problems []Problem
	for _, id := range sortedIDs(e.changed) {
		c := e.changed[id]
		o := cmpObject(c)
		switch {
		case (o.Is("", "ResourceQuota") || o.Is("", "LimitRange")) && !c.gone() && !sameSpec(c):
			problems = append(problems, unjudged(c, "bounds the pods of its namespace: whether those that start from now on are let in is not judged"))
		case o.Is("", "Namespace") && !c.made() && !c.gone():
			for _, key := range notesChanged(c) {
				problems = append(problems, unjudged(c, key+" changes: what becomes of pods that start from now on is not judged"))
			}
		}
	}
	return problems
}

// notesChanged are the labels and annotations of a Namespace that change and count.
func notesChanged(c change) []string {
	var all []string
	for _, field := range []string{"labels", "annotations"} {
		for _, key := range keysOf(c.from.Get("metadata", field), c.to.Get("metadata", field)) {
			path := []string{"metadata", field, key}
			if c.from.Text(path...) != c.to.Text(path...) && slices.ContainsFunc(injected, func(begin string) bool { return strings.HasPrefix(key, begin) }) {
				all = append(all, key)
			}
		}
	}
	return all
}
