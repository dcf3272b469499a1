package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
)

// TestInit compares drafts with the cases in testdata/init. Each is rendered
// and checked as it is.
func TestInit(t *testing.T) {
	golden.Run(t, "init", func(t *testing.T, c *golden.Case) {
		dir := t.TempDir()
		for _, f := range c.Files() {
			file := filepath.Join(dir, filepath.FromSlash(f.Name))
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
			require.NoError(t, os.WriteFile(file, f.Data, 0o666))
		}
		drafted(t, dir)
		data, err := os.ReadFile(filepath.Join(dir, "release.yaml"))
		require.NoError(t, err)
		c.Want(t, "release.yaml", string(data))
	})
}

// drafted writes a Release and demands that it renders and verifies as it is.
func drafted(t *testing.T, dir string, args ...string) {
	t.Helper()
	cutover(t, exitFine, append([]string{"init", dir}, args...)...)
	args = args[:min(len(args), 2)] // --input, without --workload
	cutover(t, exitFine, append([]string{"render", dir}, args...)...)
	stdout, _ := cutover(t, exitFine, append([]string{"verify", dir}, args...)...)
	require.Regexp(t, "drop no request|no request is dropped by what was judged", stdout) // manifests may hold what nobody judges
}

// TestMove compares drafts of workloads that controllers drive with the cases in
// testdata/move: Rollouts and Canaries as their projects publish them, rewritten. Each is
// rendered, with a release under way too, and no commit of it drops a request.
func TestMove(t *testing.T) {
	by := map[string]int{}
	golden.Run(t, "move", func(t *testing.T, c *golden.Case) {
		dir := t.TempDir()
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "old"), 0o777))
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "new"), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "old", "app.yaml"), c.Section("old.yaml"), 0o666))
		app := filepath.Join(dir, "new")
		stdout, _ := cutover(t, exitFine, "init", app, "--move", "--input", filepath.Join(dir, "old"))
		require.Contains(t, stdout, "in the place of")
		release := filepath.Join(app, "release.yaml")
		data, err := os.ReadFile(release)
		require.NoError(t, err)
		c.Want(t, "release.yaml", string(data))
		base, err := filepath.Glob(filepath.Join(app, "base", "*"))
		require.NoError(t, err)
		require.Len(t, base, 1)
		manifests, err := os.ReadFile(base[0])
		require.NoError(t, err)
		for _, kind := range []string{"Rollout", "AnalysisTemplate", "Canary", "MetricTemplate"} {
			require.NotContains(t, string(manifests), "kind: "+kind+"\n")
			if strings.Contains(string(c.Section("old.yaml")), "kind: "+kind+"\n") {
				by[kind]++
			}
		}
		require.NotRegexp(t, `rollouts.kruise.io/v1|kind: CloneSet|ingress.kubernetes.io/canary`, string(manifests))
		family, _, _ := strings.Cut(strings.TrimPrefix(c.Name, "move/"), "-")
		by[family]++
		verifies(t, app)
		under := strings.NewReplacer("green: {}", "green: {image: registry.example.com/next:9}", "stage: plain", "stage: stable").Replace(string(data))
		require.NoError(t, os.WriteFile(release, []byte(under), 0o666))
		verifies(t, app)
	})
	require.GreaterOrEqual(t, by["Rollout"], 10)
	require.GreaterOrEqual(t, by["Canary"], 10)
	require.GreaterOrEqual(t, by["kruise"], 5)
	require.GreaterOrEqual(t, by["nginx"], 5)
	require.NotZero(t, by["AnalysisTemplate"])
	require.NotZero(t, by["MetricTemplate"])
}

// verifies renders a folder, and demands that no commit of it drops a request.
func verifies(t *testing.T, dir string) {
	t.Helper()
	cutover(t, exitFine, "render", dir)
	stdout, stderr := cutover(t, exitFine, "verify", dir)
	require.Regexp(t, "drop no request|no request is dropped by what was judged", stdout, stderr)
}

// TestInitExamples: the manifests of every example are enough for a draft.
func TestInitExamples(t *testing.T) {
	bases, err := filepath.Glob(filepath.Join(golden.Root(), "examples/*/base"))
	require.NoError(t, err)
	require.NotEmpty(t, bases)
	for _, base := range bases {
		dir := t.TempDir()
		if filepath.Base(filepath.Dir(base)) == "kustomize-transformer" { // where a plugin renders
			drafted(t, dir, "--input", filepath.Join(base, "greeter.yaml"))
			continue
		}
		require.NoError(t, os.CopyFS(filepath.Join(dir, "base"), os.DirFS(base)))
		drafted(t, dir)
	}
}

// TestCorpusInit drafts a Release for every workload of real applications, one
// after the other in one folder, so that all of them stand side by side at last.
func TestCorpusInit(t *testing.T) {
	corpus := os.Getenv("CORPUS")
	if corpus == "" {
		t.Skip("CORPUS is not set")
	}
	for _, a := range apps {
		input, dir := a.input(t, corpus), t.TempDir()
		for _, w := range a.workloads {
			drafted(t, dir, "--input", input, "--workload", w.name)
		}
		_, stderr := cutover(t, exitFindings, "init", dir, "--input", input)
		require.Contains(t, stderr, "[release-exists]")
		files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
		require.NoError(t, err)
		require.Len(t, files, len(a.workloads))
	}
}
