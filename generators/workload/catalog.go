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
}

// NewCatalog sorts manifests out.
func NewCatalog(objects []kube.Object) *Catalog {
	c := &Catalog{objects: objects, in: map[string][]kube.Object{}}
	for _, o := range objects {
		names := len(policy.Targets(o)) > 0
		if names || o.Is(DestinationRules, "DestinationRule") {
			c.naming = append(c.naming, o)
		}
		if names || o.Is("", "Service") || o.Is("policy", "PodDisruptionBudget") || o.Get("spec", "scaleTargetRef") != nil {
			c.attaching = append(c.attaching, o)
		}
		if mayDrive(o.Get("spec"), 1) {
			c.driving = append(c.driving, o)
		}
		if o.Get("spec", "template", "metadata", "labels") != nil {
			c.running = append(c.running, o)
		}
	}
	return c
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
