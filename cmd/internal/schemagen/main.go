// Command schemagen writes what is derived from the code and from upstream
// projects and is checked in:
//
//	schemas/release.schema.json   JSON Schema of Releases, with provider options
//	fn/component/references.yaml  where routes name other objects, for kustomize
//	fn/function.yaml              the KRM function and its config (KEP-2906)
//	README.md                     the table of providers
//	docs/findings.md              the pages of all findings
//	testdata/traffic/*/*.json     structure of the kinds that providers write, from upstream CRDs
//	testdata/workload/*/*.json    the same of the kinds that are made into one for each track
//
// Run it with make schemas.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/schemas"
	"sigs.k8s.io/yaml"
)

// tracked are the custom resources that generators/workload makes into one for
// each track, by folder. The modules are not among the project's own: theirs
// are whole controllers, and a build list with them is theirs too.
var tracked = map[string]route.Kind{
	"keda":            {Group: "keda.sh", Kind: "ScaledObject", CRD: "github.com/kedacore/keda/v2@v2.21.0/config/crd/bases/keda.sh_scaledobjects.yaml"},
	"externalSecrets": {Group: "external-secrets.io", Kind: "ExternalSecret", CRD: "github.com/external-secrets/external-secrets@v1.3.2/config/crds/bases/external-secrets.io_externalsecrets.yaml"},
}

func main() {
	files, err := generate(".")
	for name, data := range files {
		if err == nil {
			err = os.MkdirAll(filepath.Dir(name), 0o777)
		}
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
		"schemas/release.schema.json":  schemas.JSONSchema(route.Decoding(routers.Table)),
		"fn/component/references.yaml": fn.References(routers.Table),
		"fn/function.yaml":             fn.Definition(routers.Table),
		"docs/findings.md":             findings(),
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		return nil, err
	}
	files["README.md"] = table(readme)
	modules := map[string]string{}
	for _, p := range routers.Table {
		for _, k := range p.Kinds {
			if k.CRD == "" {
				continue
			}
			if err := write(root, "traffic/"+p.Name, k, modules, files); err != nil {
				return nil, fmt.Errorf("%s %s: %w", p.Name, k.Kind, err)
			}
		}
	}
	for folder, k := range tracked {
		if err := write(root, "workload/"+folder, k, modules, files); err != nil {
			return nil, fmt.Errorf("%s %s: %w", folder, k.Kind, err)
		}
	}
	return files, nil
}

// findings is the page of all findings.
func findings() []byte {
	var b strings.Builder
	b.WriteString(`# Findings

What cutover says ends in an id: what it means, why it matters, what to do. The same
on the command line:

` + "```sh\ncutover explain backend-empty\n```" + `

`)
	for _, p := range schemas.Pages() {
		fmt.Fprintf(&b, "## %s\n\n%s\n\n", p.ID, p.Text)
	}
	return []byte(strings.TrimRight(b.String(), "\n") + "\n")
}

// write adds the structure of a kind in each of its versions, to a folder below testdata.
func write(root, folder string, k route.Kind, modules map[string]string, files map[string][]byte) error {
	path, err := locate(root, k.CRD, modules)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for doc := range bytes.SplitSeq(data, []byte("\n---\n")) {
		var d definition
		if err := yaml.Unmarshal(doc, &d); err != nil {
			return err
		}
		if d.Spec.Group != k.Group || d.Spec.Names.Kind != k.Kind {
			continue
		}
		for _, v := range d.Spec.Versions {
			schema := bare(v.Schema.OpenAPI)
			if properties, ok := schema["properties"].(map[string]any); ok { // what every object has
				properties["apiVersion"], properties["kind"], properties["metadata"] = map[string]any{"type": "string"}, map[string]any{"type": "string"}, map[string]any{"type": "object"}
			}
			data, err := json.MarshalIndent(schema, "", " ")
			if err != nil {
				return err
			}
			files[fmt.Sprintf("testdata/%s/%s.%s.json", folder, k.Kind, v.Name)] = append(data, '\n')
		}
		return nil
	}
	return fmt.Errorf("%s does not define it", k.CRD)
}

// locate finds a file of a module on this machine. The module is the longest
// part of its path that the build knows, or one that is named with a version.
func locate(root, file string, modules map[string]string) (string, error) {
	if module, rest, pinned := strings.Cut(file, "@"); pinned {
		version, path, _ := strings.Cut(rest, "/")
		dir, err := download(module + "@" + version)
		return filepath.Join(dir, path), err
	}
	for module := file; strings.Contains(module, "/"); module = module[:strings.LastIndex(module, "/")] {
		dir, known := modules[module]
		if !known {
			list := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module)
			list.Dir = root
			out, _ := list.Output() // not a module: one part less
			dir = strings.TrimSpace(string(out))
			modules[module] = dir
		}
		if dir != "" {
			return filepath.Join(dir, strings.TrimPrefix(file, module)), nil
		}
	}
	return "", fmt.Errorf("no module has %s", file)
}

// download is the folder of a module that the build need not know. It comes from
// the module cache if it is there, and is held to the checksum database.
func download(module string) (string, error) {
	get := exec.Command("go", "mod", "download", "-json", module)
	get.Dir = os.TempDir() // no go.sum to add to
	out, err := get.Output()
	var m struct{ Dir, Error string }
	if e := json.Unmarshal(out, &m); e != nil || m.Error != "" {
		return "", fmt.Errorf("download %s: %s: %w", module, m.Error, errors.Join(err, e))
	}
	return m.Dir, err
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
	for _, p := range routers.Table {
		fmt.Fprintf(&b, "| `%s` | [%s](%s) | %s | %s |\n", p.Name, p.Title, p.URL, p.Version, strings.Join(p.Can["http"].Names(), ", "))
	}
	b.WriteString(tableEnd)
	b.Write(after)
	return b.Bytes()
}
