package fn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

type yamlNode = yaml.Node

// Annotations of orchestrators (kustomize cmd/config/docs/api-conventions).
const (
	localConfig   = "config.kubernetes.io/local-config" // kept in the package, never applied
	pathAnnotated = "config.kubernetes.io/path"
	kustomizeID   = "kustomize.config.k8s.io/id"
	internal      = "internal.config.kubernetes.io/"
)

// internals are annotations that say which item of the orchestrator's an item
// is. Copies must not bear them: kustomize then finds two originals for one
// name (v5.8.2: "found multiple possible referrals").
func isInternal(key string) bool {
	return strings.HasPrefix(key, internal) || slices.Contains([]string{
		pathAnnotated, "config.kubernetes.io/index", "config.kubernetes.io/origin", "config.kubernetes.io/function",
		"config.k8s.io/id", kustomizeID, "alpha.config.kubernetes.io/transformations", localConfig, sourceAnnotation,
	}, key)
}

// list is a ResourceList.
type list struct {
	node   *yamlNode
	config *yamlNode // functionConfig; nil if there is none
	items  []item
}

// item is one resource of a list. What has no name is passed through.
type item struct {
	kube.Object
	named bool
}

func (it item) annotation(key string) string { return it.Text("metadata", "annotations", key) }

// rendered reports whether the item is of the tree that the command line
// writes: that holds every stage, and is nobody's input.
func (it item) rendered() bool {
	return strings.HasPrefix(it.File, overlay.Root+"/") || strings.Contains(it.File, "/"+overlay.Root+"/")
}

// snapshot reports whether the item is of a track in that tree.
func (it item) snapshot() bool { return it.rendered() && strings.Contains(it.File, "/tracks/") }

// release is the release that made the item, "" if none did.
func (it item) release() string { return it.Text("metadata", "labels", workload.ReleaseLabel) }

// read parses a ResourceList. Lines are those of the list, which nobody wrote:
// they order findings and are not shown.
func read(data []byte) (list, []schemas.Finding) {
	doc, found := schemas.One("<stdin>", data, schemas.ListLimits)
	if len(found) > 0 {
		return list{}, found
	}
	l := list{node: doc.Node, config: kube.Get(doc.Node, "functionConfig")}
	fail := func(message, hint string) (list, []schemas.Finding) {
		return list{}, []schemas.Finding{{ID: "resource-list", Message: message, Hint: hint}}
	}
	const want = "apiVersion: config.kubernetes.io/v1, kind: ResourceList, as kustomize and kpt send it"
	apiVersion, kind := kube.Text(doc.Node, "apiVersion"), kube.Text(doc.Node, "kind")
	items := kube.Get(doc.Node, "items")
	switch {
	case kind != "ResourceList":
		return fail(fmt.Sprintf("%q is no ResourceList", kind), want)
	case !slices.Contains([]string{"config.kubernetes.io/v1", "config.kubernetes.io/v1beta1"}, apiVersion):
		return fail(fmt.Sprintf("%q is no version of ResourceList", apiVersion), want)
	case items == nil || items.Kind != yaml.SequenceNode:
		return fail("the ResourceList has no items", "items: [], if there are none")
	}
	for i, n := range items.Content {
		l.items = append(l.items, newItem(i, n))
	}
	return l, nil
}

func newItem(index int, n *yamlNode) item {
	o, ok := kube.FromNode(index, n)
	it := item{o, ok}
	if ok {
		it.File = it.annotation(pathAnnotated)
	}
	return it
}

// isConfig reports whether an item is the list's own functionConfig.
func (l list) isConfig(it item) bool {
	return l.config != nil && it.Kind == kube.Text(l.config, "kind") && it.Name == kube.Text(l.config, "metadata", "name") &&
		it.APIVersion() == kube.Text(l.config, "apiVersion")
}

// mode is who calls, which decides what may be returned.
type mode int

const (
	generator   mode = iota // kustomize generators: the only item is the function's own config
	transformer             // kustomize transformers: everything but the config
	kptPackage              // kpt: the files of a package; what is not returned is deleted
)

// mode tells the callers apart by what they send: kpt gives every item the path
// of its file; so does kustomize from the second function on, but there the items
// bear kustomize's own ids; a generator sees nothing but its own config.
func (l list) mode() mode {
	has := func(key string) bool {
		return slices.ContainsFunc(l.items, func(it item) bool { return it.annotation(key) != "" })
	}
	switch {
	case has(pathAnnotated) && !has(kustomizeID):
		return kptPackage
	case len(l.items) == 1 && l.isConfig(l.items[0]):
		return generator
	}
	return transformer
}

// answer is the list with other items and with results.
func (l list) answer(items []kube.Object, found []schemas.Finding) []byte {
	nodes := make([]*yamlNode, 0, len(items))
	for _, o := range items {
		nodes = append(nodes, o.Node)
	}
	n := l.node
	if n == nil {
		n = kube.Node(struct {
			APIVersion string `yaml:"apiVersion"`
			Kind       string `yaml:"kind"`
		}{"config.kubernetes.io/v1", "ResourceList"})
	}
	n = kube.Put(n, nodes, "items")
	if len(found) > 0 {
		n = kube.Put(n, results(found), "results")
	} else if kube.Get(n, "results") != nil {
		n = kube.Edit(n, func(*yamlNode) *yamlNode { return nil }, "results")
	}
	return kube.Append(nil, kube.Object{Node: n})
}

// The parts of a result (functions-spec v1).
type (
	result struct {
		Message     string            `yaml:"message"`
		Severity    string            `yaml:"severity"`
		ResourceRef *resourceRef      `yaml:"resourceRef,omitempty"`
		Field       *resultField      `yaml:"field,omitempty"`
		File        *resultFile       `yaml:"file,omitempty"`
		Tags        map[string]string `yaml:"tags,omitempty"`
	}
	resourceRef struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string `yaml:"kind"`
		Name       string `yaml:"name"`
		Namespace  string `yaml:"namespace,omitempty"`
	}
	resultField struct {
		Path          string `yaml:"path"`
		CurrentValue  string `yaml:"currentValue,omitempty"`
		ProposedValue string `yaml:"proposedValue,omitempty"`
	}
	resultFile struct {
		Path string `yaml:"path"`
	}
)

// results are findings as the orchestrators take them. kustomize drops them,
// kpt shows message and field.
func results(found []schemas.Finding) []result {
	var all []result
	for _, f := range found {
		r := result{Message: f.Message, Severity: f.Severity.String(), Tags: map[string]string{"id": f.ID}}
		if hint := f.Advice(); hint != "" {
			r.Message += "; " + hint
		}
		if ref := f.Object; ref.Kind != "" {
			r.ResourceRef = &resourceRef{ref.APIVersion, ref.Kind, ref.Name, ref.Namespace}
			if f.Path != "" {
				r.Field = &resultField{f.Path, f.Current, f.Proposed}
			}
		}
		if f.File != "" {
			r.File = &resultFile{f.File}
		}
		all = append(all, r)
	}
	return all
}

// shown are findings in order of where they stand, without lines, since those
// are of a list that nobody wrote.
func shown(found []schemas.Finding) []schemas.Finding {
	found = schemas.Sort(found)
	for i := range found {
		found[i].Line, found[i].Col = 0, 0
		if found[i].File == "<stdin>" {
			found[i].File = ""
		}
	}
	slices.SortStableFunc(found, func(a, b schemas.Finding) int { return cmp.Compare(a.Severity, b.Severity) })
	return found
}

// sourceAnnotation marks an object that a release took over: it stays in the
// package as the source, and is not applied.
const sourceAnnotation = "cutover.dev/source"
