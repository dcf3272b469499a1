package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
)

// cutover runs the program in this process and demands an exit code.
func cutover(t *testing.T, code int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	got := run(args, strings.NewReader(""), &out, &err)
	require.Equal(t, code, got, "cutover %s\n%s%s", strings.Join(args, " "), out.String(), err.String())
	return out.String(), err.String()
}

// TestExamples: what is rendered in examples/ is what is rendered now, and no
// commit on the way drops a request.
func TestExamples(t *testing.T) {
	trees, err := filepath.Glob(filepath.Join(golden.Root(), "examples/*/rendered"))
	require.NoError(t, err)
	require.Len(t, trees, 3)
	for _, tree := range trees {
		stdout, _ := cutover(t, exitFine, "render", "--check", filepath.Dir(tree))
		require.Empty(t, stdout)
		stdout, _ = cutover(t, exitFine, "verify", filepath.Dir(tree))
		require.Contains(t, stdout, "drop no request")
	}
}

// TestCommands runs every command of the examples' READMEs and of the docs: the
// ```sh blocks of a file, one after the other, in a Git repository of its own
// that holds the example, or for a page of docs/ all of them.
func TestCommands(t *testing.T) {
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(bin, "cutover"), ".")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	kustomize := exec.Command("go", "build", "-modfile=tools/go.mod", "-o", filepath.Join(bin, "kustomize"), "sigs.k8s.io/kustomize/kustomize/v5")
	kustomize.Dir = golden.Root()
	out, err = kustomize.CombinedOutput()
	require.NoError(t, err, string(out))
	readmes, err := filepath.Glob(filepath.Join(golden.Root(), "examples/*/README.md"))
	require.NoError(t, err)
	pages, err := filepath.Glob(filepath.Join(golden.Root(), "docs/*.md"))
	require.NoError(t, err)
	for _, doc := range slices.Concat(readmes, pages) {
		name, err := filepath.Rel(golden.Root(), doc)
		require.NoError(t, err)
		t.Run(name, func(t *testing.T) {
			golden.Needs(t, name, "kpt")
			dir := filepath.Dir(doc)
			if filepath.Base(dir) == "docs" {
				dir = filepath.Join(golden.Root(), "examples") // what the pages work on
			}
			runBlocks(t, bin, doc, dir)
		})
	}
}

// runBlocks runs the commands of a document in a copy of a folder.
func runBlocks(t *testing.T, bin, doc, from string) {
	t.Helper()
	text, err := os.ReadFile(doc)
	require.NoError(t, err)
	blocks := shBlocks(string(text))
	require.NotEmpty(t, blocks, "no commands")
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	script := "set -euo pipefail\ngit init -q\ngit add -A\ngit commit -qm begin\n" + strings.Join(blocks, "\n")
	c := exec.Command("bash", "-c", script)
	c.Dir = dir
	c.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com")
	out, err := c.CombinedOutput()
	require.NoError(t, err, string(out))
	for _, shown := range blocksOf(string(text), "```\n") {
		require.Contains(t, string(out), shown, "the output shown is not what is printed")
	}
}

// shBlocks are the commands of a document.
func shBlocks(text string) []string { return blocksOf(text, "```sh\n") }

// blocksOf are the fenced blocks that begin with a fence.
func blocksOf(text, fence string) []string {
	var blocks []string
	inside, ours := false, false
	var b strings.Builder
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "```") && !inside:
			inside, ours = true, line == fence
		case strings.HasPrefix(line, "```"):
			if ours {
				blocks = append(blocks, b.String())
			}
			inside, ours = false, false
			b.Reset()
		case ours:
			b.WriteString(line)
		}
	}
	return blocks
}
