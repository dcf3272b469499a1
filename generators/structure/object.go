package structure

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// Faults are the reasons why an API server refuses an object, in the order of the
// object, none if it takes it or if nobody here knows its kind.
func (j *Judge) Faults(o kube.Object) []Fault {
	if j.known == nil {
		j.known, j.blocks = map[*yaml.Node][]Fault{}, blocks{}
	}
	faults, known := j.known[o.Node]
	if !known {
		faults = j.judged(o)
		j.known[o.Node] = faults
	}
	return faults
}

// judged are the faults of an object that nobody has looked at yet.
func (j *Judge) judged(o kube.Object) []Fault {
	ref, custom := kindAt(o.APIVersion(), o.Kind)
	if ref == "" || o.Text("metadata", "annotations", localConfig) == "true" || o.Get("sops") != nil {
		return nil // and what is encrypted is another thing when it is applied
	}
	if j.rules == nil {
		j.rules = &Rules{}
	}
	n := o.Node
	if custom {
		n = j.blocks.filled(n, ref)
	}
	w := walk{rules: j.rules, blocks: j.blocks}
	w.value(n, ref)
	w.metadata(get(n, "metadata"))
	return w.faults
}

// localConfig is the annotation of objects that nobody applies.
const localConfig = "config.kubernetes.io/local-config"

// Knows reports whether the kind of an object is in the table.
func Knows(o kube.Object) bool {
	ref, _ := kindAt(o.APIVersion(), o.Kind)
	return ref != ""
}

// Defined are the groups and kinds, with a space between, that CRDs among some objects
// define: what these say is what the server has.
func Defined(objects []kube.Object) map[string]bool {
	all := map[string]bool{}
	for _, o := range objects {
		if o.Is("apiextensions.k8s.io", "CustomResourceDefinition") {
			all[o.Text("spec", "group")+" "+o.Text("spec", "names", "kind")] = true
		}
	}
	return all
}
