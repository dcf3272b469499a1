// Command schemagen writes what is derived from the code and from upstream
// projects and is checked in:
//
//	schemas/release.schema.json   JSON Schema of Releases, with provider options
//	schemas/upstream/*.json       structure of the kinds that providers write, from upstream CRDs
//	README.md                     the table of providers
//
// Run it with make schemas.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/traffic"
	"github.com/cutoverdev/cutover/schemas"
	"sigs.k8s.io/yaml"
)

func main() {
	files, err := generate(".")
	for name, data := range files {
		if err == nil {
			err = os.WriteFile(name, data, 0o666)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "schemagen:", err)
		os.Exit(1)
	}
}

// generate makes all files, by their paths below the project's root.
func generate(root string) (map[string][]byte, error) {
	files := map[string][]byte{
		"schemas/release.schema.json": schemas.JSONSchema(traffic.Decoding(traffic.Table)),
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		return nil, err
	}
	files["README.md"] = table(readme)
	for _, source := range crds {
		if err := source.write(root, files); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// crd is a set of custom resource definitions in a Go module.
type crd struct {
	module string
	glob   string
	kinds  []string
}

var crds = []crd{
	{"istio.io/api", "kubernetes/customresourcedefinitions.gen.yaml", []string{"VirtualService", "DestinationRule"}},
	{"sigs.k8s.io/gateway-api", "config/crd/standard/*_*routes.yaml", []string{"HTTPRoute", "GRPCRoute"}},
	{"sigs.k8s.io/gateway-api", "config/crd/standard/*_referencegrants.yaml", []string{"ReferenceGrant"}},
}

// definition is the part of apiextensions.k8s.io/v1 CustomResourceDefinition read here.
type definition struct {
	Spec struct {
		Group string `json:"group"`
		Names struct {
			Kind string `json:"kind"`
		} `json:"names"`
		Versions []struct {
			Name   string `json:"name"`
			Schema struct {
				OpenAPI map[string]any `json:"openAPIV3Schema"`
			} `json:"schema"`
		} `json:"versions"`
	} `json:"spec"`
}

func (c crd) write(root string, files map[string][]byte) error {
	list := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", c.module)
	list.Dir = root
	dir, err := list.Output()
	if err != nil {
		return fmt.Errorf("find module %s: %w", c.module, err)
	}
	paths, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), c.glob))
	if err != nil || len(paths) == 0 {
		return fmt.Errorf("module %s has no %s", c.module, c.glob)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for doc := range bytes.SplitSeq(data, []byte("\n---\n")) {
			if err := c.definition(doc, files); err != nil {
				return fmt.Errorf("%s: %w", filepath.Base(path), err)
			}
		}
	}
	return nil
}

func (c crd) definition(doc []byte, files map[string][]byte) error {
	var d definition
	if err := yaml.Unmarshal(doc, &d); err != nil {
		return err
	}
	if !slices.Contains(c.kinds, d.Spec.Names.Kind) {
		return nil
	}
	for _, v := range d.Spec.Versions {
		name := fmt.Sprintf("schemas/upstream/%s_%s_%s.json", d.Spec.Group, v.Name, d.Spec.Names.Kind)
		schema := bare(v.Schema.OpenAPI)
		if properties, ok := schema["properties"].(map[string]any); ok { // what every object has
			properties["apiVersion"], properties["kind"], properties["metadata"] = map[string]any{"type": "string"}, map[string]any{"type": "string"}, map[string]any{"type": "object"}
		}
		data, err := json.MarshalIndent(schema, "", " ")
		if err != nil {
			return err
		}
		files[name] = append(data, '\n')
	}
	return nil
}

// kept are the words of a schema that say something of structure.
var kept = []string{
	"type", "required", "enum", "pattern", "format", "default",
	"minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties",
}

// bare is a schema without prose, as JSON Schema: fields that are not listed are refused.
func bare(s map[string]any) map[string]any {
	out := map[string]any{}
	for _, key := range kept {
		if v, ok := s[key]; ok {
			out[key] = v
		}
	}
	for _, key := range []string{"oneOf", "anyOf", "allOf"} {
		if list, ok := s[key].([]any); ok {
			out[key] = each(list)
		}
	}
	for _, key := range []string{"items", "not"} {
		if v, ok := s[key].(map[string]any); ok {
			out[key] = bare(v)
		}
	}
	if s["x-kubernetes-int-or-string"] == true {
		delete(out, "type")
		out["anyOf"] = []any{map[string]any{"type": "integer"}, map[string]any{"type": "string"}}
	}
	fields(s, out)
	return out
}

func each(list []any) []any {
	var out []any
	for _, v := range list {
		out = append(out, bare(v.(map[string]any)))
	}
	return out
}

// fields copies the fields of an object. Only a schema that says it is an
// object refuses the others: a branch of oneOf names some of its parent's.
func fields(s, out map[string]any) {
	switch more := s["additionalProperties"].(type) {
	case map[string]any:
		out["additionalProperties"] = bare(more)
	case bool:
		out["additionalProperties"] = more
	}
	properties, ok := s["properties"].(map[string]any)
	if !ok {
		return
	}
	copied := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		copied[name] = bare(properties[name].(map[string]any))
	}
	out["properties"] = copied
	if s["type"] == "object" && s["x-kubernetes-preserve-unknown-fields"] != true {
		out["additionalProperties"] = false
	}
}

const (
	tableBegin = "<!-- providers: generated by make schemas -->\n"
	tableEnd   = "<!-- end -->\n"
)

// table puts the table of providers between its marks.
func table(readme []byte) []byte {
	before, rest, ok := bytes.Cut(readme, []byte(tableBegin))
	_, after, ok2 := bytes.Cut(rest, []byte(tableEnd))
	if !ok || !ok2 {
		return readme
	}
	var b bytes.Buffer
	b.Write(before)
	b.WriteString(tableBegin)
	b.WriteString("| provider | router | checked against | can (http) |\n|---|---|---|---|\n")
	for _, p := range traffic.Table {
		fmt.Fprintf(&b, "| `%s` | [%s](%s) | %s | %s |\n", p.Name, p.Title, p.URL, p.Version, strings.Join(p.Can["http"].Names(), ", "))
	}
	b.WriteString(tableEnd)
	b.Write(after)
	return b.Bytes()
}
