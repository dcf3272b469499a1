package main

import (
	"os"
	"path/filepath"
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
