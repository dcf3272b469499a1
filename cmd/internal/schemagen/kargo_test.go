package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/stretchr/testify/require"
)

// field is what Kargo says of one: a line of testdata/kargo.txt.
type field struct {
	kind     string
	required bool
	words    []string
}

// kargo is testdata/kargo.txt: fields by kind or step, and path.
func kargo(t *testing.T) map[string]field {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "kargo.txt"))
	require.NoError(t, err)
	all := map[string]field{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(line)
		f := field{kind: words[2]}
		for _, w := range words[3:] {
			if w == "required" {
				f.required = true
			} else {
				f.words = strings.Split(w, "|")
			}
		}
		all[words[0]+" "+words[1]] = f
	}
	return all
}

// wrongs are what Kargo refuses of a value: what it does not know, what is of another
// type, what is missing.
func wrongs(all map[string]field, path string, v any) []string {
	f, ok := all[path]
	if !ok {
		return []string{path + " is unknown"}
	}
	switch is := typeOf(v); {
	case f.kind == "any":
		return nil
	case is != f.kind:
		return []string{fmt.Sprintf("%s is %s, and not %s", path, is, f.kind)}
	case f.words != nil && !slices.Contains(f.words, fmt.Sprint(v)):
		return []string{fmt.Sprintf("%s is %v, and not %v", path, v, f.words)}
	}
	return inside(all, path, v)
}

func inside(all map[string]field, path string, v any) []string {
	var found []string
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			found = append(found, wrongs(all, path+"[]", item)...)
		}
	case map[string]any:
		for key, value := range v {
			found = append(found, wrongs(all, path+"."+key, value)...)
		}
		for under, f := range all {
			key, ok := strings.CutPrefix(under, path+".")
			if _, has := v[key]; ok && f.required && !has && !strings.Contains(key, ".") {
				found = append(found, under+" is missing")
			}
		}
	}
	return found
}

func typeOf(v any) string {
	switch v.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case bool:
		return "boolean"
	case int:
		return "integer"
	}
	return fmt.Sprintf("%T", v)
}

// refused are what Kargo refuses of an object, and of the steps and subscriptions in it,
// which have schemas of their own. A step has uses or a task, and one that has a task has
// no retry (the rules of the CRD of Stages).
func refused(all map[string]field, kind string, spec map[string]any) []string {
	found := wrongs(all, kind+" spec", spec)
	for _, s := range steps(spec) {
		step, _ := s.(map[string]any)
		uses, _ := step["uses"].(string)
		_, task := step["task"]
		if (uses == "") != task || task && (kind != "Stage" || step["retry"] != nil) {
			found = append(found, fmt.Sprintf("%s: a step has uses or a task: %v", kind, step))
		}
		if uses != "" {
			found = append(found, wrongs(all, uses+" config", step["config"])...)
		}
	}
	subscriptions, _ := spec["subscriptions"].([]any)
	for _, s := range subscriptions {
		of, _ := s.(map[string]any)
		for what, v := range of {
			found = append(found, wrongs(all, what+" "+what, v)...)
		}
	}
	return found
}

// steps are those of a PromotionTask, or of the promotion of a Stage.
func steps(spec map[string]any) []any {
	if template, ok := spec["promotionTemplate"].(map[string]any); ok {
		spec, _ = template["spec"].(map[string]any)
	}
	all, _ := spec["steps"].([]any)
	return all
}

// TestKargo holds what examples/ shows of Kargo to what Kargo takes. A verification names
// an AnalysisTemplate of its own file and namespace, which TestSchedule holds to its CRD,
// and a task is one of the file.
func TestKargo(t *testing.T) {
	all := kargo(t)
	seen := map[string]int{}
	for _, name := range []string{"neighbours/kargo.yaml", "advance/schedule/kargo.yaml"} {
		file := filepath.Join(golden.Root(), "examples", name)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		objects, found := kube.Parse(file, text)
		require.Empty(t, found)
		there := map[string]bool{}
		for _, o := range objects {
			there[o.Kind+" "+o.Namespace+" "+o.Name] = true
		}
		for _, o := range objects {
			seen[o.Kind]++
			var v struct{ Spec map[string]any }
			require.NoError(t, o.Node.Decode(&v))
			if o.Kind == "AnalysisTemplate" {
				continue
			}
			require.Equal(t, "kargo.akuity.io/v1alpha1", o.APIVersion())
			require.Equal(t, o.Kind == "Project", o.Namespace == "", "%s %s: only Projects have no namespace", o.Kind, o.Name)
			if o.Kind == "Project" {
				require.Empty(t, v.Spec, "a Project has no spec")
				continue
			}
			require.Empty(t, refused(all, o.Kind, v.Spec), name)
			for _, n := range named(v.Spec) {
				require.True(t, there[n[0]+" "+o.Namespace+" "+n[1]], "%s: no %s %s", name, n[0], n[1])
			}
		}
	}
	require.Equal(t, map[string]int{"Project": 1, "Warehouse": 1, "PromotionTask": 1, "Stage": 3, "AnalysisTemplate": 1}, seen)
}

// named are the kinds and names of what a Stage runs.
func named(spec map[string]any) [][2]string {
	var all [][2]string
	for _, s := range steps(spec) {
		if task, ok := s.(map[string]any)["task"].(map[string]any); ok {
			all = append(all, [2]string{"PromotionTask", fmt.Sprint(task["name"])})
		}
	}
	if verification, ok := spec["verification"].(map[string]any); ok {
		for _, a := range verification["analysisTemplates"].([]any) {
			all = append(all, [2]string{"AnalysisTemplate", fmt.Sprint(a.(map[string]any)["name"])})
		}
	}
	return all
}

// TestKargoRefuses: the table finds what Kargo would refuse.
func TestKargoRefuses(t *testing.T) {
	all := kargo(t)
	origin := map[string]any{"kind": "Warehouse", "name": "web"}
	freight := func(origin any) []any {
		return []any{map[string]any{"origin": origin, "sources": map[string]any{"direct": true}}}
	}
	step := func(s map[string]any) map[string]any {
		template := map[string]any{"spec": map[string]any{"steps": []any{s}}}
		return map[string]any{"requestedFreight": freight(origin), "promotionTemplate": template}
	}
	for _, c := range []struct {
		spec map[string]any
		want string
	}{
		{map[string]any{"requestedFreight": freight(origin)}, ""},
		{map[string]any{}, "Stage spec.requestedFreight is missing"},
		{map[string]any{"requestedFreight": freight(map[string]any{"kind": "Registry", "name": "web"})}, "is Registry, and not [Warehouse]"},
		{map[string]any{"requestedFreight": freight(origin), "unheardOf": 1}, "Stage spec.unheardOf is unknown"},
		{map[string]any{"requestedFreight": "web"}, "is string, and not array"},
		{step(map[string]any{"uses": "git-push", "config": map[string]any{}}), "git-push config.path is missing"},
		{step(map[string]any{"uses": "git-shove", "config": map[string]any{}}), "git-shove config is unknown"},
		{step(map[string]any{}), "a step has uses or a task"},
	} {
		got := refused(all, "Stage", c.spec)
		if c.want == "" {
			require.Empty(t, got)
			continue
		}
		require.Contains(t, strings.Join(got, "\n"), c.want)
	}
}
