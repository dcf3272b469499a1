package workload

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"go.yaml.in/yaml/v3"
)

// Catalog is what the releases of one folder look for among its manifests, sorted out
// once: in a folder of two thousand each would look at what eight thousand objects say.
type Catalog struct {
	objects   []kube.Object
	driving   []kube.Object            // those that may move the traffic of a workload
	naming    []kube.Object            // policies, those for the host of a Service among them
	attaching []kube.Object            // those that may hang on a workload
	running   []kube.Object            // those with a pod template that has labels
	in        map[string][]kube.Object // those in a namespace

	selecting map[label][]int // places in attaching, by a pair of the selector
	loose     []int           // and those that hang on a workload by something else
	labelled  map[label][]int // places in running, by each label of the pods
}

// label is a label of pods, or a pair of a selector.
type label struct{ key, value string }

// NewCatalog sorts manifests out.
func NewCatalog(objects []kube.Object) *Catalog {
	c := &Catalog{
		objects: objects, in: map[string][]kube.Object{}, selecting: map[label][]int{}, labelled: map[label][]int{},
	}
	for _, o := range objects {
		names := len(policy.Targets(o)) > 0
		if names || o.Is(DestinationRules, "DestinationRule") {
			c.naming = append(c.naming, o)
		}
		if names || o.Is("", "Service") || o.Is("policy", "PodDisruptionBudget") || o.Get("spec", "scaleTargetRef") != nil {
			c.attach(o, names)
		}
		if mayDrive(o.Get("spec"), 1) {
			c.driving = append(c.driving, o)
		}
		if o.Get("spec", "template", "metadata", "labels") != nil {
			c.running = append(c.running, o)
			for key, value := range kube.Pairs(o.Node, "spec", "template", "metadata", "labels") {
				c.labelled[label{key, value}] = append(c.labelled[label{key, value}], len(c.running)-1)
			}
		}
	}
	return c
}

// attach takes down what may be for the pods of a workload: by one pair of its selector,
// if that is all that it can be for them by.
func (c *Catalog) attach(o kube.Object, names bool) {
	c.attaching = append(c.attaching, o)
	at := len(c.attaching) - 1
	if pair, ok := firstOf(selectorOf(o)); ok && !names && o.Get("spec", "scaleTargetRef") == nil {
		c.selecting[pair] = append(c.selecting[pair], at)
		return
	}
	c.loose = append(c.loose, at)
}

// selectorOf are the pairs that a Service or a budget selects pods by.
func selectorOf(o kube.Object) *yaml.Node {
	switch {
	case o.Is("", "Service"):
		return o.Get("spec", "selector")
	case o.Is("policy", "PodDisruptionBudget"):
		return o.Get("spec", "selector", "matchLabels")
	}
	return nil
}

// firstOf is the first pair of a mapping.
func firstOf(n *yaml.Node) (label, bool) {
	for key, value := range kube.Pairs(n) {
		return label{key, value}, true
	}
	return label{}, false
}

// attachedTo are those of a namespace that may be for pods with some labels, in order.
func (c *Catalog) attachedTo(namespace string, labels map[string]string) []kube.Object {
	at := slices.Clone(c.loose)
	for key, value := range labels {
		at = append(at, c.selecting[label{key, value}]...)
	}
	slices.Sort(at)
	return inNamespace(each(c.attaching, at), namespace)
}

// selectedBy are those of a namespace whose pods a Service or a budget may select, in order.
func (c *Catalog) selectedBy(namespace string, o kube.Object) []kube.Object {
	pair, ok := firstOf(selectorOf(o))
	if !ok {
		return inNamespace(c.running, namespace)
	}
	return inNamespace(each(c.running, c.labelled[pair]), namespace)
}

// each are the objects at some places.
func each(objects []kube.Object, at []int) []kube.Object {
	var all []kube.Object
	for _, i := range at {
		all = append(all, objects[i])
	}
	return all
}

// within are the objects of a namespace, and those without one.
func (c *Catalog) within(namespace string) []kube.Object {
	all, known := c.in[namespace]
	if !known {
		all = inNamespace(c.objects, namespace)
		c.in[namespace] = all
	}
	return all
}

// inNamespace are those of some objects that may be in a namespace.
func inNamespace(objects []kube.Object, namespace string) []kube.Object {
	return slices.DeleteFunc(slices.Clone(objects), func(o kube.Object) bool { return !kube.SameNamespace(o.Namespace, namespace) })
}

// mayDrive reports whether a node names a workload as [workloadRef] looks for it.
func mayDrive(n *yaml.Node, depth int) bool {
	if n == nil || n.Kind != yaml.MappingNode || depth > maxRefDepth {
		return false
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if slices.Contains(workloadRefs, n.Content[i].Value) || mayDrive(n.Content[i+1], depth+1) {
			return true
		}
	}
	return false
}
