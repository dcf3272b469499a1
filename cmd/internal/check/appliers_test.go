package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/stretchr/testify/require"
)

// written is a workload and its Service.
func written(name, image string) string {
	return strings.NewReplacer("NAME", name, "IMAGE", image).Replace(`apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      containers:
      - {name: app, image: "IMAGE", ports: [{containerPort: 8402}], readinessProbe: {httpGet: {path: /ready, port: 8402}}}
---
apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: shop}
spec: {selector: {app: NAME}, ports: [{port: 9017, targetPort: 8402}]}
`)
}

// flux is a Kustomization of Flux's, of a path.
func flux(name, path, more string) string {
	return "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: " + name + ", namespace: flux-system}\n" +
		"spec: {interval: 10m, path: " + path + ", sourceRef: {kind: GitRepository, name: flux-system}, " + more + "}\n"
}

// argo is an Application, of a path.
func argo(name, path, more string) string {
	return "apiVersion: argoproj.io/v1alpha1\nkind: Application\n" +
		"metadata: {name: " + name + ", namespace: argocd, finalizers: [resources-finalizer.argocd.argoproj.io]}\n" +
		"spec: {project: default, destination: {server: 'https://kubernetes.default.svc', namespace: shop}, syncPolicy: {automated: {prune: true}}, " +
		"source: {repoURL: 'https://git.example.com/deploy', targetRevision: main, path: " + path + more + "}}\n"
}

// TestAppliers: each row has what the orders of agents say before and after, with the
// same folders behind them, and what comes of it.
func TestAppliers(t *testing.T) {
	folders := map[string]string{
		"one/app.yaml":    written("web", "ghcr.io/acme/shop:1.4"),
		"two/app.yaml":    written("web", "ghcr.io/acme/shop:1.4"),
		"newer/app.yaml":  written("web", "ghcr.io/acme/shop:1.5"),
		"other/app.yaml":  written("cart", "ghcr.io/acme/cart:1.4"),
		"helm/Chart.yaml": "name: web\n",
	}
	const pruned = "prune: true"
	for _, c := range []struct {
		name, from, to string
		want           report.Outcome
		id             string
	}{
		{"the same objects from another path", flux("web", "./one", pruned), flux("web", "./two", pruned), report.Proven, ""},
		{"a rolling update by another path", flux("web", "./one", pruned), flux("web", "./newer", pruned), report.Proven, ""},
		{"other objects by another path", flux("web", "./one", pruned), flux("web", "./other", pruned), report.Refuted, "request-gone"},
		{"what is not pruned stays", flux("web", "./one", "prune: false"), flux("web", "./other", "prune: false"), report.Proven, ""},
		{"a path that is not there", flux("web", "./one", pruned), flux("web", "./nowhere", pruned), report.NotJudged, ""},
		{"an image", flux("web", "./one", pruned), flux("web", "./one", pruned+", images: [{name: ghcr.io/acme/shop, newTag: 1.6.0}]"), report.Proven, ""},
		{
			"a patch that takes all pods away", flux("web", "./one", pruned),
			flux("web", "./one", pruned+`, patches: [{target: {kind: Deployment}, patch: '[{"op": "replace", "path": "/spec/replicas", "value": 0}]'}]`),
			report.Refuted, "request-gone",
		},
		{"variables", flux("web", "./one", pruned), flux("web", "./one", pruned+", postBuild: {substitute: {a: b}}"), report.NotJudged, ""},
		{"one more", flux("web", "./one", pruned), flux("web", "./one", pruned) + "---\n" + flux("cart", "./other", pruned), report.Proven, ""},
		{"one less", flux("web", "./one", pruned) + "---\n" + flux("cart", "./other", pruned), flux("web", "./one", pruned), report.Refuted, "request-gone"},
		{
			"one that is left alone", flux("web", "./one", pruned) + "---\n" + flux("cart", "./other", "prune: false"), flux("web", "./one", pruned),
			report.NotJudged, "",
		},
		{
			"from hand to hand", flux("web", "./one", pruned) + "---\n" + flux("cart", "./other", pruned),
			flux("web", "./other", pruned) + "---\n" + flux("cart", "./two", pruned), report.Refuted, "handed-over",
		},
		{
			"from hand to hand, and nobody prunes", flux("web", "./one", "prune: false") + "---\n" + flux("cart", "./other", "prune: false"),
			flux("web", "./other", "prune: false") + "---\n" + flux("cart", "./two", "prune: false"), report.Proven, "",
		},
		{"an Application and the same objects", argo("web", "one", ""), argo("web", "two", ""), report.Proven, ""},
		{"an Application and others", argo("web", "one", ""), argo("web", "other", ""), report.Refuted, "request-gone"},
		{"an Application's image", argo("web", "one", ""), argo("web", "one", ", kustomize: {images: ['ghcr.io/acme/shop:1.7']}"), report.Proven, ""},
		{"a chart", argo("web", "one", ""), argo("web", "helm", ", helm: {releaseName: web}"), report.NotJudged, ""},
	} {
		root := t.TempDir()
		require.NoError(t, os.Mkdir(filepath.Join(root, ".git"), 0o777))
		for name, text := range folders {
			put(t, filepath.Join(root, name), text)
		}
		put(t, filepath.Join(root, "from/orders.yaml"), c.from)
		put(t, filepath.Join(root, "to/orders.yaml"), c.to)
		r, err := States(root, filepath.Join(root, "from"), filepath.Join(root, "to"), nil, Options{})
		require.NoError(t, err)
		require.Equal(t, c.want, r.Outcome(), "%s: %v %v", c.name, r.Findings, r.NotJudged)
		if c.id != "" {
			require.Contains(t, ids(r), c.id, c.name)
		}
	}
}

// TestAppliersOfAppliers: an Application may lead to others.
func TestAppliersOfAppliers(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, ".git"), 0o777))
	put(t, filepath.Join(root, "from/root.yaml"), argo("root", "apps/one", ""))
	put(t, filepath.Join(root, "to/root.yaml"), argo("root", "apps/two", ""))
	put(t, filepath.Join(root, "apps/one/web.yaml"), argo("web", "one", ""))
	put(t, filepath.Join(root, "apps/two/web.yaml"), argo("web", "none", ""))
	put(t, filepath.Join(root, "apps/two/root.yaml"), argo("root", "apps/two", "")) // itself
	put(t, filepath.Join(root, "one/app.yaml"), written("web", "ghcr.io/acme/shop:1.4"))
	put(t, filepath.Join(root, "none/app.yaml"), written("cart", "ghcr.io/acme/cart:1.4"))
	r, err := States(root, filepath.Join(root, "from"), filepath.Join(root, "to"), nil, Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"request-gone"}, ids(r), r.NotJudged)
}

// TestClusterFolder: a folder as flux bootstrap makes it has a kustomization below it.
func TestClusterFolder(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, ".git"), 0o777))
	for _, end := range []string{"from", "to"} {
		put(t, filepath.Join(root, end, "flux-system/kustomization.yaml"), "resources: [sync.yaml]\n")
		put(t, filepath.Join(root, end, "flux-system/sync.yaml"),
			"apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\n"+
				"spec: {interval: 1m, url: 'https://git.example.com/deploy', ref: {branch: main}}\n")
	}
	put(t, filepath.Join(root, "from/apps.yaml"), flux("web", "./one", "prune: true"))
	put(t, filepath.Join(root, "to/apps.yaml"), flux("web", "./other", "prune: true, wait: true"))
	put(t, filepath.Join(root, "one/app.yaml"), written("web", "ghcr.io/acme/shop:1.4"))
	put(t, filepath.Join(root, "other/app.yaml"), written("cart", "ghcr.io/acme/cart:1.4"))
	r, err := States(root, filepath.Join(root, "from"), filepath.Join(root, "to"), nil, Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"request-gone"}, ids(r), r.Findings)
	require.Empty(t, r.NotJudged)
}

func put(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
	require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
}
