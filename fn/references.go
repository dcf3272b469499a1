package fn

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// The parts of kustomize's nameReference configuration.
type (
	nameReferences struct {
		NameReference []nameReference `yaml:"nameReference"`
	}
	nameReference struct {
		Kind       string      `yaml:"kind"`
		Group      string      `yaml:"group,omitempty"`
		FieldSpecs []fieldSpec `yaml:"fieldSpecs"`
	}
	fieldSpec struct {
		Kind  string `yaml:"kind"`
		Group string `yaml:"group"`
		Path  string `yaml:"path"`
	}
)

// References is the configuration by which kustomize follows the names in
// routes when an overlay changes them with namePrefix or nameSuffix. Kinds of
// Kubernetes' own are left out: kustomize knows their references.
func References(table []route.Provider) []byte {
	var all nameReferences
	for _, p := range table {
		for _, k := range p.Kinds {
			if k.BuiltIn {
				continue
			}
			for _, ref := range k.Refs {
				all.add(ref, fieldSpec{k.Kind, k.Group, ref.Path})
			}
		}
	}
	return kube.Append(nil, kube.Object{Node: kube.Node(all)})
}

func (n *nameReferences) add(ref route.Ref, spec fieldSpec) {
	i := slices.IndexFunc(n.NameReference, func(r nameReference) bool { return r.Kind == ref.Kind && r.Group == ref.Group })
	if i < 0 {
		i = len(n.NameReference)
		n.NameReference = append(n.NameReference, nameReference{Kind: ref.Kind, Group: ref.Group})
	}
	if !slices.Contains(n.NameReference[i].FieldSpecs, spec) {
		n.NameReference[i].FieldSpecs = append(n.NameReference[i].FieldSpecs, spec)
	}
}

// Definition describes the function and its config in the form of KEP-2906: a
// KRMFunctionDefinition.
func Definition(table []route.Provider) []byte {
	d := definition{APIVersion: "config.kubernetes.io/v1alpha1", Kind: "KRMFunctionDefinition"}
	d.Metadata.Name = "cutover.dev"
	d.Spec.Group = "cutover.dev"
	d.Spec.Names.Kind = schemas.KindRelease
	d.Spec.Description = "Generates the objects of a zero-downtime release at the stage it stands at."
	d.Spec.Publisher = "cutover"
	v := definitionVersion{Name: "v1alpha1", Idempotent: true, Usage: "cutover fn --help"}
	v.Schema.OpenAPI = schemas.OpenAPI(route.Decoding(table))
	v.Runtime.Exec.Path, v.Runtime.Exec.Args = "cutover", []string{"fn"}
	d.Spec.Versions = []definitionVersion{v}
	return kube.Append(nil, kube.Object{Node: kube.Node(d)})
}

// The parts of config.kubernetes.io/v1alpha1 KRMFunctionDefinition (kyaml
// v0.21.2, fn/framework/function_definition.go).
type (
	definition struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string `yaml:"kind"`
		Metadata   struct {
			Name string `yaml:"name"`
		} `yaml:"metadata"`
		Spec struct {
			Group string `yaml:"group"`
			Names struct {
				Kind string `yaml:"kind"`
			} `yaml:"names"`
			Description string              `yaml:"description"`
			Publisher   string              `yaml:"publisher"`
			Versions    []definitionVersion `yaml:"versions"`
		} `yaml:"spec"`
	}
	definitionVersion struct {
		Name   string `yaml:"name"`
		Schema struct {
			OpenAPI map[string]any `yaml:"openAPIV3Schema"`
		} `yaml:"schema"`
		Idempotent bool   `yaml:"idempotent"`
		Usage      string `yaml:"usage"`
		Runtime    struct {
			Exec struct {
				Path string   `yaml:"path"`
				Args []string `yaml:"args"`
			} `yaml:"exec"`
		} `yaml:"runtime"`
	}
)
