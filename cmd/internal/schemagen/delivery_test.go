package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	notification "github.com/fluxcd/notification-controller/api/v1beta3"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/delivery"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/google/cel-go/cel"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	batch "k8s.io/api/batch/v1"
	strictjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// delivered are the CRDs of what cutover deliver writes. They are not among the files
// that are checked in: that of ApplicationSet has a megabyte.
var delivered = map[string]string{
	"Application":    "github.com/argoproj/argo-cd/v3@v3.5.7/manifests/crds/application-crd.yaml",
	"ApplicationSet": "github.com/argoproj/argo-cd/v3@v3.5.7/manifests/crds/applicationset-crd.yaml",
	"Kustomization":  "github.com/fluxcd/kustomize-controller@v1.9.5/config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml",
	"GitRepository":  "github.com/fluxcd/source-controller@v1.9.6/config/crd/bases/source.toolkit.fluxcd.io_gitrepositories.yaml",
}

// scheduled are the CRDs of what examples/advance/schedule shows. Kargo's
// stand in no Go module that can be had: TestKargo holds its Stage to a table.
var scheduled = map[string]string{
	"AnalysisTemplate": "github.com/argoproj/argo-rollouts@v1.9.1/manifests/crds/analysis-template-crd.yaml",
	"CronWorkflow":     "github.com/argoproj/argo-workflows/v4@v4.0.5/manifests/base/crds/full/argoproj.io_cronworkflows.yaml",
}

// TestSchedule holds the files of examples/advance/schedule to what those publish who
// read them.
func TestSchedule(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(golden.Root(), "examples/advance/schedule/*.yaml"))
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if !strings.Contains(string(text), "\nkind: ") {
			continue // of a CI, which has no kinds
		}
		objects, found := kube.Parse(file, text)
		require.Empty(t, found)
		for _, o := range objects {
			seen[o.Kind] = true
			var v any
			require.NoError(t, o.Node.Decode(&v))
			data, err := json.Marshal(v)
			require.NoError(t, err)
			switch o.Kind {
			case "CronJob":
				holdType(t, data, &batch.CronJob{})
			case "Alert", "Provider":
				hold(t, o)
			case "ConfigMap":
				for key, text := range kube.Strings(o.Node, "data") {
					require.NoError(t, yaml.UnmarshalStrict([]byte(text), new(any)), key)
				}
			case "Stage":
			default:
				holdCRD(t, o, scheduled[o.Kind], data)
			}
		}
	}
	for _, kind := range []string{"CronJob", "CronWorkflow", "AnalysisTemplate", "Alert", "Provider", "ConfigMap", "Stage"} {
		require.True(t, seen[kind], kind)
	}
}

// TestDelivery holds the objects that cutover deliver writes to the CRDs of their
// agents; fields that those do not have are refused.
func TestDelivery(t *testing.T) {
	route := kube.Object{ID: kube.ID{Group: "gateway.networking.k8s.io", Version: "v1", Kind: "HTTPRoute", Namespace: "shop", Name: "checkout"}}
	targets := []delivery.Target{
		{Name: "shop", Path: "apps/shop/rendered/live", Routes: []kube.Object{route}},
		{Name: "cart", Path: "apps/cart/rendered/live", Namespace: "cart"},
	}
	seen := map[string]int{}
	for _, s := range []delivery.Source{
		{URL: "https://git.example.com/acme/deploy.git", Revision: "main"},
		{URL: "git@git.example.com:acme/deploy.git", Revision: "prod", Home: "agents", Set: true, Notify: channels(t)},
	} {
		for _, o := range append(delivery.ArgoCD(s, targets), delivery.Flux(s, targets)...) {
			seen[o.Kind]++
			hold(t, o)
		}
	}
	for kind := range delivered {
		require.NotZero(t, seen[kind], kind)
	}
	require.NotZero(t, seen["Alert"])
	require.NotZero(t, seen["Provider"])
	require.NotZero(t, seen["ConfigMap"])
}

func channels(t *testing.T) []delivery.Channel {
	var all []delivery.Channel
	for _, text := range []string{"slack=releases", "slack=#oncall", "teams=ops", "webhook=https://hooks.example.com/x"} {
		c, err := delivery.ParseChannel(text)
		require.NoError(t, err)
		all = append(all, c)
	}
	return all
}

// hold holds an object to what its agent's project publishes of it.
func hold(t *testing.T, o kube.Object) {
	t.Helper()
	var v any
	require.NoError(t, o.Node.Decode(&v))
	data, err := json.Marshal(v)
	require.NoError(t, err)
	switch o.Kind {
	case "ConfigMap":
		holdNotifications(t, o)
		return
	case "Alert":
		holdType(t, data, &notification.Alert{})
		return
	case "Provider":
		holdType(t, data, &notification.Provider{})
		return
	}
	holdCRD(t, o, delivered[o.Kind], data)
}

// holdCRD holds an object to a CRD, and sees that it refuses what it does not know.
func holdCRD(t *testing.T, o kube.Object, from string, data []byte) {
	t.Helper()
	schema := crdOf(t, o, from)
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(instance), "%s", data)
	broken := instance.(map[string]any)
	broken["spec"].(map[string]any)["unheardOf"] = true
	require.Error(t, schema.Validate(broken), "a field that there is not is let pass")
}

func holdType(t *testing.T, data []byte, v any) {
	t.Helper()
	strict, err := strictjson.UnmarshalStrict(data, v)
	require.NoError(t, err)
	require.Empty(t, strict)
}

// crdOf is the structure of a kind, without prose.
func crdOf(t *testing.T, o kube.Object, from string) *jsonschema.Schema {
	t.Helper()
	w := writer{}
	path, err := w.locate(from)
	require.NoError(t, err)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var d definition
	require.NoError(t, yaml.Unmarshal(data, &d))
	for _, v := range d.Spec.Versions {
		if o.APIVersion() != d.Spec.Group+"/"+v.Name {
			continue
		}
		schema := bare(v.Schema.OpenAPI)
		properties := schema["properties"].(map[string]any)
		text := map[string]any{"type": "string"}
		properties["apiVersion"], properties["kind"], properties["metadata"] = text, text, map[string]any{"type": "object"}
		c := jsonschema.NewCompiler()
		encoded, err := json.Marshal(schema)
		require.NoError(t, err)
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(encoded)))
		require.NoError(t, err)
		require.NoError(t, c.AddResource("crd", doc))
		return c.MustCompile("crd")
	}
	t.Fatalf("%s does not define %s", from, o.APIVersion())
	return nil
}

// holdNotifications: every entry of Argo CD's configuration is YAML in itself, and the
// expression finds the commits of an abort.
func holdNotifications(t *testing.T, o kube.Object) {
	t.Helper()
	data := kube.Strings(o.Node, "data")
	for key, text := range data {
		var v any
		require.NoError(t, yaml.UnmarshalStrict([]byte(text), &v), "%s\n%s", key, text)
	}
	var triggers []struct{ When, OncePer string }
	require.NoError(t, yaml.Unmarshal([]byte(data["trigger.on-cutover-aborted"]), &triggers))
	_, pattern, ok := strings.Cut(triggers[0].When, "matches '")
	require.True(t, ok)
	re := regexp.MustCompile(strings.ReplaceAll(strings.TrimSuffix(pattern, "'"), `\\`, `\`))
	require.True(t, re.MatchString("release(shop/checkout): abort 1.5.0 (green) at shift-5\n\nshift-5 → prepare"))
	require.True(t, re.MatchString("release(checkout): stop 1.5.0 (green)"))
	require.False(t, re.MatchString("release(shop/checkout): shift 5 % to 1.5.0 (green)"))
}

// TestHealth: what Flux is told of routes is true of those that Gateways have taken, and
// of no others (kustomize-controller v1.9 evaluates it over the object).
func TestHealth(t *testing.T) {
	route := kube.Object{ID: kube.ID{Group: "gateway.networking.k8s.io", Version: "v1", Kind: "HTTPRoute", Namespace: "shop", Name: "checkout"}}
	k := delivery.Flux(delivery.Source{URL: "https://x", Revision: "main"}, []delivery.Target{{Name: "shop", Path: "live", Routes: []kube.Object{route}}})[1]
	check := kube.Items(k.Node, "spec", "healthCheckExprs")[0]
	condition := func(kind, status string, generation int) map[string]any {
		return map[string]any{"type": kind, "status": status, "observedGeneration": generation}
	}
	parent := func(conditions ...any) any { return map[string]any{"conditions": conditions} }
	taken := parent(condition("Accepted", "True", 7), condition("ResolvedRefs", "True", 7))
	for _, c := range []struct {
		name            string
		parents         []any
		current, failed bool
	}{
		{"taken", []any{taken}, true, false},
		{"taken by one of two", []any{taken, parent(condition("Accepted", "False", 7))}, false, true},
		{"not looked at", []any{}, false, false},
		{"taken before it was changed", []any{parent(condition("Accepted", "True", 6), condition("ResolvedRefs", "True", 6))}, false, false},
		{"refused before it was changed", []any{parent(condition("Accepted", "False", 6))}, false, false},
		{"no such Service", []any{parent(condition("Accepted", "True", 7), condition("ResolvedRefs", "False", 7))}, false, true},
	} {
		object := map[string]any{"status": map[string]any{"parents": c.parents}, "metadata": map[string]any{"generation": 7}}
		require.Equal(t, c.current, evaluate(t, kube.Text(check, "current"), object), c.name)
		require.Equal(t, c.failed, evaluate(t, kube.Text(check, "failed"), object), c.name)
	}
}

func evaluate(t *testing.T, expression string, object map[string]any) bool {
	t.Helper()
	env, err := cel.NewEnv(cel.Variable("status", cel.DynType), cel.Variable("metadata", cel.DynType))
	require.NoError(t, err)
	ast, issues := env.Compile(expression)
	require.NoError(t, issues.Err())
	program, err := env.Program(ast)
	require.NoError(t, err)
	out, _, err := program.Eval(object)
	require.NoError(t, err)
	return out.Value().(bool)
}
