package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/routers"
	"sigs.k8s.io/yaml"
)

// This file reads what upstream projects publish of their kinds, for the table of
// generators/structure.

// kubernetes is the module that has the OpenAPI of the API server that go.mod has the
// types of.
const kubernetes = "k8s.io/kubernetes@v1.37.2/api/openapi-spec/v3"

// definitions are the CRDs that the table knows, beside Kubernetes' own kinds and those of
// routers. A later one of a kind wins: the experimental channel of the Gateway API has all
// that the standard one has. What stands in no Go module is left out: the table is the
// same on every machine.
func definitions() []string {
	var all []string
	for _, p := range routers.Table {
		for _, k := range p.Kinds {
			if k.CRD != "" && !strings.HasPrefix(k.CRD, shared) {
				all = append(all, k.CRD)
			}
		}
	}
	slices.Sort(all)
	return append(slices.Compact(all),
		"sigs.k8s.io/gateway-api/config/crd/experimental",
		"istio.io/api/kubernetes/customresourcedefinitions.gen.yaml",
		tracked["keda"].CRD,
		tracked["externalSecrets"].CRD,
		tracked["volumeSnapshots"].CRD,
		"github.com/cutoverdev/cutover/cmd/internal/schemagen/gke.yaml",
	)
}

// left are kinds that nobody keeps in a repository, and those that hold schemas of
// others.
var left = strings.Fields("Event Binding ComponentStatus Eviction TokenRequest Node CustomResourceDefinition APIGroup Status " +
	"DeleteOptions TokenReview LocalSubjectAccessReview SelfSubjectAccessReview SubjectAccessReview SelfSubjectReview " +
	"SelfSubjectRulesReview CertificateSigningRequest WatchEvent Scale")

// structures is the table of all kinds.
func structures(files *writer) ([]byte, error) {
	w := newBlocks()
	if err := builtin(w); err != nil {
		return nil, err
	}
	for _, from := range definitions() {
		path, err := files.locate(from)
		if err != nil {
			return nil, err
		}
		paths := []string{path}
		if filepath.Ext(path) == "" {
			if paths, err = filepath.Glob(filepath.Join(path, "*.yaml")); err != nil {
				return nil, err
			}
		}
		for _, file := range paths {
			data, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			if err := custom(w, data); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return w.table(), nil
}

// custom adds the kinds of CRDs.
func custom(w *blocks, data []byte) error {
	for doc := range strings.SplitSeq(string(data), "\n---\n") {
		var d definition
		if err := yaml.Unmarshal([]byte(doc), &d); err != nil {
			return err
		}
		for _, v := range d.Spec.Versions {
			schema := v.Schema.OpenAPI
			if d.Spec.Names.Kind == "" || schema == nil {
				continue
			}
			properties := schema["properties"].(map[string]any)
			text := map[string]any{"type": "string"}
			properties["apiVersion"], properties["kind"] = text, text
			properties["metadata"] = map[string]any{"$ref": meta}
			properties["status"] = map[string]any{} // nobody applies it
			w.kinds[d.Spec.Group+"/"+v.Name+" "+d.Spec.Names.Kind] = w.add(schema, "crd") + "\tcrd"
		}
	}
	return nil
}

const meta = "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

var stable = regexp.MustCompile(`^(api__v1|apis__.*__v[0-9]+)_openapi\.json$`)

// builtin adds the kinds of Kubernetes that are no longer alpha or beta.
func builtin(w *blocks) error {
	module, path, _ := strings.Cut(kubernetes, "/api/")
	dir, err := download(module)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(filepath.Join(dir, "api", path))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !stable.MatchString(e.Name()) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, "api", path, e.Name()))
		if err != nil {
			return err
		}
		var doc struct {
			Components struct {
				Schemas map[string]map[string]any `json:"schemas"`
			} `json:"components"`
		}
		if err := json.Unmarshal(data, &doc); err != nil {
			return err
		}
		maps.Copy(w.schemas, doc.Components.Schemas)
	}
	for _, name := range slices.Sorted(maps.Keys(w.schemas)) {
		s := w.schemas[name]
		gvks, _ := s["x-kubernetes-group-version-kind"].([]any)
		if len(gvks) != 1 || strings.HasSuffix(name, "List") {
			continue
		}
		k := gvks[0].(map[string]any)
		kind := k["kind"].(string)
		properties, _ := s["properties"].(map[string]any)
		if _, ok := properties["metadata"]; !ok || slices.Contains(left, kind) {
			continue
		}
		of := strings.TrimPrefix(k["group"].(string)+"/", "/") + k["version"].(string)
		w.kinds[of+" "+kind] = w.add(s, shortName(name))
	}
	return w.rules.unused()
}

// shortName is apps.DeploymentSpec for io.k8s.api.apps.v1.DeploymentSpec.
func shortName(name string) string {
	parts := strings.Split(name, ".")
	if n := len(parts); n >= 3 {
		return parts[n-3] + "." + parts[n-1]
	}
	return name
}
