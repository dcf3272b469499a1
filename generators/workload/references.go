package workload

import (
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// configRef is a place in a pod spec that names an object.
type configRef struct {
	kind string
	path []string // * for every element
}

// configRefs are the places where a pod names its configuration (core/v1 PodSpec).
var configRefs = func() []configRef {
	refs := []configRef{
		{"ConfigMap", strings.Fields("volumes * configMap name")},
		{"ConfigMap", strings.Fields("volumes * projected sources * configMap name")},
		{"Secret", strings.Fields("volumes * secret secretName")},
		{"Secret", strings.Fields("volumes * projected sources * secret name")},
		{"PersistentVolumeClaim", strings.Fields("volumes * persistentVolumeClaim claimName")},
	}
	for _, list := range []string{"containers", "initContainers", "ephemeralContainers"} {
		refs = append(refs,
			configRef{"ConfigMap", strings.Fields(list + " * env * valueFrom configMapKeyRef name")},
			configRef{"ConfigMap", strings.Fields(list + " * envFrom * configMapRef name")},
			configRef{"Secret", strings.Fields(list + " * env * valueFrom secretKeyRef name")},
			configRef{"Secret", strings.Fields(list + " * envFrom * secretRef name")},
		)
	}
	return refs
}()

// Referenced are the objects of a kind that a pod spec names, each once, in order of name.
func Referenced(spec *yaml.Node, kind string) []string {
	var all []string
	for _, ref := range configRefs {
		if ref.kind != kind {
			continue
		}
		kube.EditAll(spec, func(n *yaml.Node) *yaml.Node {
			all = append(all, n.Value)
			return n
		}, ref.path...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// RenameReferences is a pod spec with other names for objects of a kind.
func RenameReferences(spec *yaml.Node, kind string, names map[string]string) *yaml.Node {
	for _, ref := range configRefs {
		if ref.kind != kind {
			continue
		}
		spec = kube.EditAll(spec, func(n *yaml.Node) *yaml.Node {
			if to, ok := names[n.Value]; ok {
				return kube.Node(to)
			}
			return n
		}, ref.path...)
	}
	return spec
}

// ExternalTarget is the name of the Secret that an ExternalSecret makes: its own if
// spec.target.name is silent (external-secrets.io/v1).
func ExternalTarget(o kube.Object) string {
	if name := o.Text("spec", "target", "name"); name != "" {
		return name
	}
	return o.Name
}

// mention is what the first scalar below a node holds of a word: what an
// expression with one group finds there.
func mention(n *yaml.Node, word *regexp.Regexp) string {
	if m := word.FindStringSubmatch(n.Value); m != nil {
		return m[1]
	}
	for _, c := range n.Content {
		if m := mention(c, word); m != "" {
			return m
		}
	}
	return ""
}

// CommaList is names in order, with commas between them; at most 12, then an ellipsis.
func CommaList(names []string) string {
	slices.Sort(names)
	const most = 12
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
