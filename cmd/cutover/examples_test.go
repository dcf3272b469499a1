package main

import (
	"bytes"
	"net/http/httptest"
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
	deeper, err := filepath.Glob(filepath.Join(golden.Root(), "examples/*/*/rendered"))
	require.NoError(t, err)
	trees = append(trees, deeper...)
	require.Len(t, trees, 10)
	for _, tree := range trees {
		stdout, _ := cutover(t, exitFine, "render", "--check", filepath.Dir(tree))
		require.Empty(t, stdout)
		stdout, _ = cutover(t, exitFine, "verify", filepath.Dir(tree))
		require.Contains(t, stdout, "drop no request")
	}
}

// TestCommands runs every command of the examples' READMEs and of the docs: the
// ```sh blocks of a file, one after the other, in a Git repository of its own
// that holds the example, or for a page of docs/ all of them. A block with the
// fence "```sh fails" must fail. What stands in a block without a language, in a
// picture, or in one like "```yaml printed" must be printed by one of them.
//
// The repository has a remote, and its branch is up to date there. sleep takes no
// time: it moves the clock of cutover and git.
func TestCommands(t *testing.T) {
	bin := t.TempDir()
	kustomize := exec.Command("go", "build", "-modfile=tools/go.mod", "-o", filepath.Join(bin, "kustomize"), "sigs.k8s.io/kustomize/kustomize/v5")
	kustomize.Dir = golden.Root()
	out, err := kustomize.CombinedOutput()
	require.NoError(t, err, string(out))
	readmes, err := filepath.Glob(filepath.Join(golden.Root(), "examples/*/README.md"))
	require.NoError(t, err)
	pages, err := filepath.Glob(filepath.Join(golden.Root(), "docs/*.md"))
	require.NoError(t, err)
	of, err := filepath.Glob(filepath.Join(golden.Root(), "docs/providers/*.md"))
	require.NoError(t, err)
	for _, doc := range slices.Concat(readmes, pages, of) {
		name, err := filepath.Rel(golden.Root(), doc)
		require.NoError(t, err)
		t.Run(name, func(t *testing.T) {
			golden.Needs(t, name, "kpt")
			dir := filepath.Dir(doc)
			if strings.HasPrefix(name, "docs") {
				dir = filepath.Join(golden.Root(), "examples") // what the pages work on
			}
			runBlocks(t, bin, doc, dir)
		})
	}
}

// prelude makes the repository, and a clock.
const prelude = `set -euo pipefail
now=1777888800
sleep() {
	case $1 in
	*h) now=$((now + ${1%h} * 3600)) ;;
	*m) now=$((now + ${1%m} * 60)) ;;
	*) now=$((now + ${1%s})) ;;
	esac
	CLOCK=$(date -u -d @$now +%FT%TZ)
	export CLOCK GIT_AUTHOR_DATE=$CLOCK GIT_COMMITTER_DATE=$CLOCK
}
sleep 0
git init -q -b main
git add -A
git commit -qm begin
git init -q --bare "$REMOTE"
git remote add origin "$REMOTE"
git push -qu origin main
sleep 1h
`

// runBlocks runs the commands of a document in a copy of a folder.
func runBlocks(t *testing.T, bin, doc, from string) {
	t.Helper()
	text, err := os.ReadFile(doc)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	script := strings.Builder{}
	script.WriteString(prelude)
	commands := 0
	for _, b := range blocksOf(string(text)) {
		switch b.fence {
		case "```sh":
			script.WriteString(b.text)
		case "```sh fails":
			script.WriteString("if (\n" + b.text + "); then echo this is to fail; exit 1; fi\n")
		default:
			continue
		}
		commands++
	}
	require.NotZero(t, commands, "no commands")
	c := exec.Command("bash", "-c", script.String())
	c.Dir = dir
	c.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "REMOTE="+filepath.Join(t.TempDir(), "remote.git"))
	c.Env = append(c.Env, gitEnv...)
	prometheus := httptest.NewServer(answering(healthy(t)))
	defer prometheus.Close()
	c.Env = append(c.Env, "CUTOVER_PROMETHEUS="+prometheus.URL)
	out, err := c.CombinedOutput()
	require.NoError(t, err, string(out))
	for _, b := range blocksOf(string(text)) {
		if b.fence == "```" || b.fence == "```mermaid" || strings.HasSuffix(b.fence, " printed") {
			require.Contains(t, string(out), b.text, "the output shown is not what is printed")
		}
	}
}

// healthy is what Prometheus answers to the commands of the docs: both tracks of web do
// well, the candidate on 5 % of the requests.
func healthy(t *testing.T) string {
	file := filepath.Join(t.TempDir(), "answers.txt")
	require.NoError(t, os.WriteFile(file, []byte(`_bucket web-green = 50:900 100:2100 250:2990 500:3000 +Inf:3000
web-green response_code = 4
web-green = 3000
web-blue response_code = 60
web-blue = 57000
`), 0o666))
	return file
}

// block is a fenced block of a document.
type block struct{ fence, text string }

// blocksOf are the fenced blocks of a document.
func blocksOf(doc string) []block {
	var blocks []block
	inside := false
	for line := range strings.Lines(doc) {
		switch {
		case !strings.HasPrefix(line, "```") && inside:
			blocks[len(blocks)-1].text += line
		case !strings.HasPrefix(line, "```"):
		case inside:
			inside = false
		default:
			inside = true
			blocks = append(blocks, block{fence: strings.TrimSpace(line)})
		}
	}
	return blocks
}
