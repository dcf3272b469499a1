package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/traffic"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// app is a real application of the corpus.
type app struct {
	dir       string
	workloads []string // name, port, protocol
}

var apps = []app{
	{"podinfo/kustomize", []string{"podinfo http http"}},
	{"online-boutique/base", []string{
		"adservice 9555 grpc", "cartservice 7070 grpc", "checkoutservice 5050 grpc", "currencyservice 7000 grpc",
		"emailservice 5000 grpc", "frontend 80 http", "paymentservice 50051 grpc", "productcatalogservice 3550 grpc",
		"recommendationservice 8080 grpc", "redis-cart 6379 tcp", "shippingservice 50051 grpc",
	}},
}

// entryOf is the traffic entry of a provider for a workload.
func entryOf(provider, name, port, protocol string) string {
	more := map[string]string{
		"istio":        fmt.Sprintf(", hosts: [%s.example.com], options: {gateways: [edge/public, mesh]}", name),
		"gatewayAPI":   fmt.Sprintf(", hosts: [%s.example.com], options: {gateways: [edge/public]}", name),
		"ingressNginx": fmt.Sprintf(", hosts: [%s.example.com]", name),
	}
	return fmt.Sprintf("{provider: %s, port: %s, protocol: %s%s}", provider, port, protocol, more[provider])
}

func releaseOf(provider, workload, live, steps string) string {
	f := strings.Fields(workload)
	name, port, protocol := f[0], f[1], f[2]
	other := map[string]string{"blue": "green", "green": "blue"}[live]
	if provider == "service" && steps != "" && name == "podinfo" {
		steps = "" // autoscaled: pods cannot be counted
	}
	return fmt.Sprintf(`apiVersion: cutover.dev/v1alpha1
kind: Release
metadata: {name: %s}
spec:
  workload: %s
  live: %s
  tracks: {%s: {image: "registry.example.com/%s:1"}, %s: {image: "registry.example.com/%s:2"}}
  capacity: 4
  strategy: {%s}
  traffic: [%s]
`, name, name, live, live, name, other, name, steps, entryOf(provider, name, port, protocol))
}

// TestCorpus renders every workload of real applications for every provider,
// blue/green and canary, live on either track; builds every stage with plain
// kustomize, and checks every edge. Set CORPUS to the folder with them.
func TestCorpus(t *testing.T) {
	corpus := os.Getenv("CORPUS")
	if corpus == "" {
		t.Skip("CORPUS is not set")
	}
	stages, refused := 0, 0
	for _, a := range apps {
		for _, p := range traffic.Table {
			for live, steps := range map[string]string{"blue": "steps: [10, 50]", "green": ""} {
				t.Run(fmt.Sprintf("%s/%s/%s", a.dir, p.Name, live), func(t *testing.T) {
					s, r := renderApp(t, filepath.Join(corpus, a.dir), a, p, live, steps)
					stages, refused = stages+s, refused+r
				})
			}
		}
	}
	t.Logf("%d stages built and checked, %d workloads refused because the router has no words for their protocol", stages, refused)
}

// renderApp renders all workloads of an application in one folder.
func renderApp(t *testing.T, input string, a app, p traffic.Provider, live, steps string) (stages, refused int) {
	t.Helper()
	dir := t.TempDir()
	for _, w := range a.workloads {
		name, protocol := strings.Fields(w)[0], strings.Fields(w)[2]
		file := filepath.Join(dir, name+".yaml")
		require.NoError(t, os.WriteFile(file, []byte(releaseOf(p.Name, w, live, steps)), 0o666))
		if _, can := p.Can[protocol]; !can {
			_, stderr := cutover(t, exitFindings, "render", dir, "--input", input)
			require.Contains(t, stderr, "[cannot]")
			require.NoError(t, os.Remove(file))
			refused++
		}
	}
	cutover(t, exitFine, "render", dir, "--input", input)
	stdout, _ := cutover(t, exitFine, "verify", dir, "--input", input)
	require.Contains(t, stdout, "drop no request")
	checkShared(t, input, dir)
	return buildStages(t, dir), refused
}

// checkShared: objects that no release owns come out byte for byte.
func checkShared(t *testing.T, input, dir string) {
	t.Helper()
	var all []byte
	files, err := filepath.Glob(filepath.Join(input, "*.yaml"))
	require.NoError(t, err)
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		all = append(all, data...)
	}
	shared, err := filepath.Glob(filepath.Join(dir, overlay.Root, "shared", "*-*.yaml"))
	require.NoError(t, err)
	for _, f := range shared {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		require.True(t, bytes.Contains(all, bytes.TrimPrefix(data, []byte(overlay.Header))), f)
	}
}

// buildStages builds every stage, and live, with kustomize.
func buildStages(t *testing.T, dir string) int {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(dir, overlay.Root, "*", "stages", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	for _, folder := range slices.Concat(folders, []string{filepath.Join(dir, overlay.Live)}) {
		built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
		require.NoError(t, err)
		data, err := built.AsYaml()
		require.NoError(t, err)
		objects, found := kube.Parse(folder, data)
		require.Empty(t, found)
		require.NotEmpty(t, objects)
	}
	return len(folders)
}
