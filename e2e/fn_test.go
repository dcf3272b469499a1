package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/stretchr/testify/require"
)

// bin is a folder with cutover and kustomize, built once.
var bin = func() func(t *testing.T) string {
	var dir string
	return func(t *testing.T) string {
		t.Helper()
		if dir == "" {
			var err error
			dir, err = os.MkdirTemp("", mine())
			require.NoError(t, err)
			command(t, golden.Root(), "go", "build", "-o", filepath.Join(dir, "cutover"), "./cmd/cutover")
			built := command(t, golden.Root(), "go", "tool", "-modfile=tools/go.mod", "-n", "sigs.k8s.io/kustomize/kustomize/v5") // and kept
			words := strings.Fields(built)
			require.NoError(t, os.Symlink(words[len(words)-1], filepath.Join(dir, "kustomize")))
		}
		return dir
	}
}()

// mine are the temporary folders of this process: another may test at the same time.
func mine() string { return fmt.Sprintf("cutover-bin-%d-*", os.Getpid()) }

func TestMain(m *testing.M) {
	code := m.Run()
	if dirs, err := filepath.Glob(filepath.Join(os.TempDir(), mine())); err == nil {
		for _, dir := range dirs {
			_ = os.RemoveAll(dir)
		}
	}
	os.Exit(code)
}

// shell runs a command line with the built programs first on PATH.
func shell(t *testing.T, dir, line string) (stdout, stderr string, err error) {
	t.Helper()
	c := exec.Command("bash", "-c", line)
	c.Dir = dir
	c.Env = append(os.Environ(), "PATH="+bin(t)+string(os.PathListSeparator)+os.Getenv("PATH"))
	var out, errs strings.Builder
	c.Stdout, c.Stderr = &out, &errs
	err = c.Run()
	return out.String(), errs.String(), err
}

// files writes files below a new folder.
func files(t *testing.T, all map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range all {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	}
	return dir
}

const both = "kustomize build --enable-alpha-plugins --enable-exec "

// canonical is objects as sorted JSON, without what orchestrators add.
func canonical(t *testing.T, text string) []string {
	t.Helper()
	objects, found := kube.Parse("built", []byte(text))
	require.Empty(t, found)
	var all []string
	for _, o := range objects {
		if o.Text("metadata", "annotations", "config.kubernetes.io/local-config") == "true" {
			continue
		}
		var v any
		require.NoError(t, o.Node.Decode(&v))
		data, err := json.Marshal(v)
		require.NoError(t, err)
		all = append(all, o.ID.String()+" "+string(data))
	}
	slices.Sort(all)
	return all
}

const function = "  annotations: {config.kubernetes.io/function: \"exec: {path: cutover, args: [fn]}\"}\n"

// releaseFor is a Release for a workload of the corpus, or of an example.
func releaseFor(name, port, stage, annotations string) string {
	return fmt.Sprintf(`apiVersion: cutover.dev/v1alpha1
kind: Release
metadata:
  name: %[1]s
%[4]sspec:
  workload: %[1]s
  live: green
  tracks: {green: {image: "registry.example.com/%[1]s:1"}, blue: {image: "registry.example.com/%[1]s:2"}}
  stage: %[3]s
  capacity: 4
  strategy: {steps: [10, 50], preview: {hosts: [next.%[1]s.example.com], match: [{headers: {x-preview: "1"}}]}}
  traffic:
  - {provider: gatewayAPI, port: %[2]s, hosts: [%[1]s.example.com], options: {gateways: [edge/public]}}
  - {provider: istio, port: %[2]s, hosts: [%[1]s.example.com], options: {gateways: [edge/public, mesh], subsets: true}}
`, name, port, stage, annotations)
}

// TestFourWaysIn: the command line, the Go function, kustomize and kpt give the
// same objects for the same stage, for real applications where there are some.
func TestFourWaysIn(t *testing.T) {
	manifests := map[string]string{"example": filepath.Join(golden.Root(), "examples/hybrid-gateway-api/base")}
	workloads := map[string]string{"example": "podinfo 9898"}
	if corpus := os.Getenv("CORPUS"); corpus != "" {
		manifests["podinfo"], workloads["podinfo"] = filepath.Join(corpus, "podinfo/kustomize"), "podinfo 9898"
		manifests["boutique"], workloads["boutique"] = filepath.Join(corpus, "online-boutique/base"), "frontend 80"
	}
	for app, dir := range manifests {
		name, port, _ := strings.Cut(workloads[app], " ")
		stages := []string{"stable", "preview", "shift-10", "settle", "retire"}
		if testing.Short() {
			stages = stages[2:3]
		}
		for _, stage := range stages {
			t.Run(app+"/"+stage, func(t *testing.T) {
				want := canonical(t, byCommand(t, dir, name, port, stage))
				require.Equal(t, want, canonical(t, byGo(t, dir, name, port, stage)), "fn.Run")
				require.Equal(t, want, canonical(t, byKustomize(t, dir, name, port, stage)), "kustomize")
				golden.Needs(t, "kpt", "kpt")
				require.Equal(t, want, canonical(t, byKpt(t, dir, name, port, stage)), "kpt")
			})
		}
	}
}

func byCommand(t *testing.T, dir, name, port, stage string) string {
	t.Helper()
	here := files(t, map[string]string{"release.yaml": releaseFor(name, port, stage, "")})
	out, errs, err := shell(t, here, "cutover render --out - --input "+dir)
	require.NoError(t, err, errs)
	return out
}

// manifestsOf are the documents of a folder, kustomizations left out.
func manifestsOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	paths, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	require.NoError(t, err)
	for _, path := range paths {
		if filepath.Base(path) == "kustomization.yaml" {
			continue
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		all[filepath.Base(path)] = string(data)
	}
	return all
}

func byGo(t *testing.T, dir, name, port, stage string) string {
	t.Helper()
	all := manifestsOf(t, dir)
	var text string
	for _, file := range slices.Sorted(maps.Keys(all)) {
		text += "---\n" + all[file]
	}
	return runGo(t, text, releaseFor(name, port, stage, function))
}

// runGo calls the function with the documents of a stream as items.
func runGo(t *testing.T, stream, release string) string {
	t.Helper()
	in := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n" + indent(release) + "items:\n"
	objects, found := kube.Parse("x", []byte(stream))
	require.Empty(t, found)
	for _, o := range objects {
		in += "- " + strings.TrimPrefix(indent(string(kube.Append(nil, kube.Object{Node: o.Node}))), "  ")
	}
	out, findings := fn.Run([]byte(in), fn.Render)
	for _, f := range findings {
		require.NotEqual(t, "error", f.Severity.String(), f)
	}
	return string(kube.Stream(nil, items(t, out)))
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("  " + line)
	}
	return b.String()
}

// items are the items of a ResourceList.
func items(t *testing.T, list []byte) []kube.Object {
	t.Helper()
	objects, found := kube.Parse("out", []byte(strings.Replace(string(list), "kind: ResourceList", "kind: ResourceList\nmetadata: {name: x}", 1)))
	require.Empty(t, found)
	var all []kube.Object
	for i, n := range kube.Items(objects[0].Node, "items") {
		o, ok := kube.FromNode(i, n)
		require.True(t, ok)
		all = append(all, o)
	}
	return all
}

func byKustomize(t *testing.T, dir, name, port, stage string) string {
	t.Helper()
	all := manifestsOf(t, dir)
	k := "transformers: [release.yaml]\nresources:\n"
	for file := range all {
		k += "- " + file + "\n"
	}
	all["kustomization.yaml"], all["release.yaml"] = k, releaseFor(name, port, stage, function)
	out, errs, err := shell(t, files(t, all), both+".")
	require.NoError(t, err, errs)
	return out
}

const kptfile = `apiVersion: kpt.dev/v1
kind: Kptfile
metadata: {name: p, annotations: {config.kubernetes.io/local-config: "true"}}
pipeline:
  mutators:
  - {exec: cutover fn, configPath: release.yaml}
  validators:
  - {exec: cutover fn check, configPath: release.yaml}
`

func byKpt(t *testing.T, dir, name, port, stage string) string {
	t.Helper()
	all := manifestsOf(t, dir)
	all["Kptfile"], all["release.yaml"] = kptfile, releaseFor(name, port, stage, "")
	return kptRender(t, files(t, all))
}

// kptRender renders a package, and once more to see that nothing changes. It
// returns the package but for what the command line rendered.
func kptRender(t *testing.T, here string) string {
	t.Helper()
	out, errs, err := shell(t, here, "kpt fn render . --allow-exec")
	require.NoError(t, err, out+errs)
	before := tree(t, here)
	out, errs, err = shell(t, here, "kpt fn render . --allow-exec")
	require.NoError(t, err, out+errs)
	require.Equal(t, before, tree(t, here), "a second run changes something")
	var text string
	for file, data := range before {
		if filepath.Ext(file) == ".yaml" && !strings.HasPrefix(file, "rendered/") {
			text += "---\n" + data
		}
	}
	return text
}

// tree is the files below a folder.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = string(data)
		return err
	}))
	return all
}

const workloadOf = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:0", readinessProbe: {tcpSocket: {port: 80}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`

func webRelease(mode string) string {
	return strings.Replace(releaseFor("web", "80", "shift-10", function), "args: [fn]", "args: "+mode, 1)
}

// TestKustomizeTraps: each row is something kustomize does that breaks a
// release without a word, and what says so.
func TestKustomizeTraps(t *testing.T) {
	base := map[string]string{
		"base/kustomization.yaml": "resources: [web.yaml]\ntransformers: [release.yaml]\n",
		"base/web.yaml":           workloadOf, "base/release.yaml": webRelease("[fn]"), "check.yaml": webRelease("[fn, check]"),
	}
	with := func(kustomization string, more ...string) string {
		all := map[string]string{"kustomization.yaml": "resources: [base]\nvalidators: [check.yaml]\n" + kustomization}
		for k, v := range base {
			all[k] = v
		}
		for i := 0; i+1 < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return files(t, all)
	}
	references, err := os.ReadFile(filepath.Join(golden.Root(), "fn/component/references.yaml"))
	require.NoError(t, err)
	for name, c := range map[string]struct{ dir, says string }{
		"nothing wrong":           {with(""), ""},
		"a prefix with component": {with("namePrefix: p-\nconfigurations: [references.yaml]\n", "references.yaml", string(references)), ""},
		"a suffix and namespace":  {with("nameSuffix: -s\nnamespace: store\nconfigurations: [references.yaml]\n", "references.yaml", string(references)), ""},
		"images":                  {with("images: [{name: registry.example.com/web, newTag: \"9\"}]\n"), "[image-changed]"},
		"labels in selectors":     {with("labels: [{pairs: {cutover.dev/track: green}, includeSelectors: true}]\n"), "[track-selector]"},
		"labels without":          {with("labels: [{pairs: {team: a}}]\n"), ""},
		"a strategic merge":       {with("patches: [{path: p.yaml}]\n", "p.yaml", "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web}\nspec: {rules: [{backendRefs: [{name: web-blue, port: 80, weight: 1}]}]}\n"), "[split-changed]"},
		"replicas of a track":     {with("replicas: [{name: web-green, count: 7}]\n"), ""},
		"a track scaled away":     {with("replicas: [{name: web-blue, count: 0}]\n"), "[backend-empty]"},
		"a stage of no plan":      {with("", "check.yaml", strings.Replace(webRelease("[fn, check]"), "shift-10", "shift-11", 1)), "[stage-unknown]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, errs, err := shell(t, c.dir, both+".")
			if c.says == "" {
				require.NoError(t, err, errs)
				return
			}
			require.Error(t, err)
			require.Contains(t, errs, c.says)
		})
	}
}

// TestKustomizePrefixAlone: without the component, kustomize leaves the routes
// with names that are gone; the validator, which runs before, can only warn.
func TestKustomizePrefixAlone(t *testing.T) {
	dir := files(t, map[string]string{
		"kustomization.yaml":      "namePrefix: p-\nresources: [base]\nvalidators: [check.yaml]\n",
		"base/kustomization.yaml": "resources: [web.yaml]\ntransformers: [release.yaml]\n",
		"base/web.yaml":           workloadOf, "base/release.yaml": webRelease("[fn]"), "check.yaml": webRelease("[fn, check]"),
	})
	out, errs, err := shell(t, dir, both+".")
	require.NoError(t, err, errs)
	require.Contains(t, errs, "warning: Service/p-web-blue metadata.name: was web-blue")
	require.Contains(t, errs, "[names-change]")
	require.Contains(t, out, "name: web-blue\n", "kustomize has learnt to follow: the page may go")
}

// TestKustomizeErrors: kustomize says that some function failed; the function
// says which one, and why, and prints no half answer.
func TestKustomizeErrors(t *testing.T) {
	dir := files(t, map[string]string{
		"kustomization.yaml": "resources: [web.yaml]\ntransformers: [release.yaml]\n",
		"web.yaml":           workloadOf, "release.yaml": strings.Replace(webRelease("[fn]"), "workload: web", "workload: wep", 1),
	})
	out, errs, err := shell(t, dir, both+".")
	require.Error(t, err)
	require.Empty(t, out)
	require.Contains(t, errs, `Release/web spec.workload.name: no Deployment is called "wep" [workload-unknown]`)

	// as a generator, the workload is out of sight
	require.NoError(t, os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte("resources: [web.yaml]\ngenerators: [release.yaml]\n"), 0o666))
	_, errs, err = shell(t, dir, both+".")
	require.Error(t, err)
	require.Contains(t, errs, "hint: a generator sees nothing but its own config")

	// with one flag of the two, nothing runs and nothing says so: no objects of the release
	out, _, err = shell(t, dir, "kustomize build --enable-alpha-plugins .")
	require.NoError(t, err)
	require.NotContains(t, out, "web-blue")

	// a prefix in the same kustomization comes before the transformer
	require.NoError(t, os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte("namePrefix: p-\nresources: [web.yaml]\ntransformers: [release.yaml]\n"), 0o666))
	_, errs, err = shell(t, dir, both+".")
	require.Error(t, err)
	require.Contains(t, errs, "there are p-web")
}

// TestKustomizeFollowsReferences: what names an object that was edited in place,
// or a track, is followed through a prefix.
func TestKustomizeFollowsReferences(t *testing.T) {
	references, err := os.ReadFile(filepath.Join(golden.Root(), "fn/component/references.yaml"))
	require.NoError(t, err)
	ingress := "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: other}\nspec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n"
	scaler := "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n"
	dir := files(t, map[string]string{
		"kustomization.yaml":      "namePrefix: p-\nresources: [base]\nconfigurations: [references.yaml]\n",
		"references.yaml":         string(references),
		"base/kustomization.yaml": "resources: [web.yaml, ingress.yaml]\ntransformers: [release.yaml]\n",
		"base/web.yaml":           workloadOf + scaler, "base/ingress.yaml": ingress, "base/release.yaml": webRelease("[fn]"),
	})
	out, errs, err := shell(t, dir, both+".")
	require.NoError(t, err, errs)
	objects, _ := kube.Parse("out", []byte(out))
	text := map[string]string{}
	for _, o := range objects {
		text[o.ID.String()] = string(kube.Append(nil, o))
	}
	require.Contains(t, text["Ingress/p-other"], "name: p-web\n")
	require.Contains(t, text["HorizontalPodAutoscaler/p-web-blue"], "name: p-web-blue\n")
	require.Contains(t, text["HTTPRoute/p-web"], "name: p-web-green\n")
	require.Contains(t, text["VirtualService/p-web"], "host: p-web-tracks\n")
	require.Contains(t, text["VirtualService/p-web"], "- p-web\n")
	require.Contains(t, text["DestinationRule/p-web-tracks"], "host: p-web-tracks\n")
}

// TestKptPackage: what is no longer asked for goes, and what a person wrote
// stays as it was written.
func TestKptPackage(t *testing.T) {
	golden.Needs(t, "kpt", "kpt")
	release := releaseFor("web", "80", "shift-10", "")
	dir := files(t, map[string]string{
		"Kptfile": kptfile, "release.yaml": release,
		"web.yaml":   strings.Replace(workloadOf, "  replicas: 3\n", "  replicas: 3 # three\n", 1),
		"other.yaml": "# mine\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\n  # odd order\n  annotations: {b: c}\n",
	})
	run := func(code int) string {
		t.Helper()
		out, errs, err := shell(t, dir, "kpt fn render . --allow-exec")
		require.Equal(t, code == 0, err == nil, out+errs)
		return out + errs
	}
	run(0)
	have := tree(t, dir)
	require.Contains(t, have["web.yaml"], "replicas: 3 # three\n")
	require.Contains(t, have["web.yaml"], "config.kubernetes.io/local-config")
	require.Equal(t, "# mine\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\n  # odd order\n  annotations: {b: c}\n", have["other.yaml"])
	require.Contains(t, have, "generated/web/destinationrule-web-tracks.yaml")

	// to ask the validator alone changes nothing: kpt deletes what it does not return
	out, errs, err := shell(t, dir, `kpt fn eval . --exec "cutover fn check" --fn-config release.yaml`)
	require.NoError(t, err, out+errs)
	require.Equal(t, have, tree(t, dir))

	// a provider less: its objects go
	less := release[:strings.Index(release, "  - {provider: istio")]
	require.NoError(t, os.WriteFile(filepath.Join(dir, "release.yaml"), []byte(less), 0o666))
	run(0)
	have = tree(t, dir)
	require.NotContains(t, have, "generated/web/destinationrule-web-tracks.yaml")
	require.NotContains(t, have, "generated/web/service-web-tracks.yaml")
	require.Contains(t, have, "generated/web/httproute-web.yaml")

	// what somebody changed by hand is put right by the mutator, and found by the validator
	route := filepath.Join(dir, "generated/web/httproute-web.yaml")
	require.NoError(t, os.WriteFile(route, []byte(strings.Replace(have["generated/web/httproute-web.yaml"], "weight: 90", "weight: 80", 1)), 0o666))
	out, errs, err = shell(t, dir, `kpt fn eval . --exec "cutover fn check" --fn-config release.yaml`)
	require.Error(t, err)
	require.Contains(t, out+errs, "split-changed")
	require.NoError(t, os.WriteFile(route, []byte(have["generated/web/httproute-web.yaml"]+"# x\n"), 0o666))
	require.NoError(t, os.Remove(filepath.Join(dir, "generated/web/service-web-green.yaml")))
	run(0)
	require.Contains(t, tree(t, dir), "generated/web/service-web-green.yaml")

	// an error changes nothing
	require.NoError(t, os.WriteFile(filepath.Join(dir, "release.yaml"), []byte(strings.Replace(less, "[10, 50]", "[50, 10]", 1)), 0o666))
	before := tree(t, dir)
	require.Contains(t, run(1), "steps-order")
	require.Equal(t, before, tree(t, dir))

	// without a Release the workload is itself again
	require.NoError(t, os.Remove(filepath.Join(dir, "release.yaml")))
	out, errs, err = shell(t, dir, `kpt fn eval . --exec "cutover fn"`)
	require.Error(t, err)
	require.Contains(t, out+errs, "release-missing")
}
