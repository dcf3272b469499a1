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
	require.Len(t, trees, 17)
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
	bin, pages := t.TempDir(), remote(t, filepath.Join(golden.Root(), "examples"))
	var docs []string
	for _, pattern := range []string{"examples/*/README.md", "docs/*.md", "docs/providers/*.md"} {
		found, err := filepath.Glob(filepath.Join(golden.Root(), pattern))
		require.NoError(t, err)
		docs = append(docs, found...)
	}
	for _, doc := range docs {
		name, err := filepath.Rel(golden.Root(), doc)
		require.NoError(t, err)
		name = filepath.ToSlash(name)
		if testing.Short() && !slices.Contains(sampled, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			golden.Needs(t, name, "kpt")
			text, err := os.ReadFile(doc)
			require.NoError(t, err)
			if strings.Contains(string(text), "kustomize build") {
				builder(t, bin)
			}
			from := pages // what the pages of docs/ work on
			if strings.HasPrefix(name, "examples/") {
				from = remote(t, filepath.Dir(doc))
			}
			runBlocks(t, bin, string(text), from)
		})
	}
}

// sampled are the documents whose commands make test runs; make check runs all.
var sampled = []string{
	"docs/advance.md", "docs/providers/istio.md", "docs/quick-start.md", "examples/canary-istio/README.md",
}

// builder puts kustomize into a folder, once.
func builder(t *testing.T, bin string) {
	t.Helper()
	link := filepath.Join(bin, "kustomize")
	if _, err := os.Lstat(link); err == nil {
		return
	}
	c := exec.Command("go", "tool", "-modfile=tools/go.mod", "-n", "sigs.k8s.io/kustomize/kustomize/v5") // builds it, and keeps it
	c.Dir = golden.Root()
	out, err := c.Output()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(strings.TrimSpace(string(out)), link))
}

// remote makes a repository of a folder, of which it returns a bare clone.
func remote(t *testing.T, from string) string {
	t.Helper()
	dir, bare := t.TempDir(), filepath.Join(t.TempDir(), "remote.git")
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	c := exec.Command("bash", "-euc", "git init -q -b main; git add -A; git commit -qm begin; git clone -q --bare --no-local --template= . "+bare)
	c.Dir, c.Env = dir, slices.Concat(os.Environ(), gitEnv, []string{"GIT_AUTHOR_DATE=" + begun, "GIT_COMMITTER_DATE=" + begun})
	out, err := c.CombinedOutput()
	require.NoError(t, err, string(out))
	return bare
}

// begun is when the repositories were begun; an hour later their commands run.
const begun = "2026-05-04T10:00:00Z"

// prelude makes a clock.
const prelude = `set -euo pipefail
now=$(date -u -d "$BEGUN" +%s)
sleep() {
	case $1 in
	*h) now=$((now + ${1%h} * 3600)) ;;
	*m) now=$((now + ${1%m} * 60)) ;;
	*) now=$((now + ${1%s})) ;;
	esac
	CLOCK=$(date -u -d @$now +%FT%TZ)
	export CLOCK GIT_AUTHOR_DATE=$CLOCK GIT_COMMITTER_DATE=$CLOCK
}
sleep 1h
`

// runBlocks runs the commands of a document in a clone of what a bare repository holds;
// its remote is one that may be pushed to.
func runBlocks(t *testing.T, bin, text, from string) {
	t.Helper()
	origin, dir := filepath.Join(t.TempDir(), "remote.git"), t.TempDir()
	require.NoError(t, os.CopyFS(origin, os.DirFS(from)))
	out, err := exec.Command("git", "clone", "-q", origin, dir).CombinedOutput()
	require.NoError(t, err, string(out))
	script := strings.Builder{}
	script.WriteString(prelude)
	commands := 0
	for _, b := range blocksOf(text) {
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
	c.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "BEGUN="+begun)
	c.Env = append(c.Env, gitEnv...)
	prometheus := httptest.NewServer(answering(healthy(t)))
	defer prometheus.Close()
	c.Env = append(c.Env, "CUTOVER_PROMETHEUS="+prometheus.URL)
	out, err = c.CombinedOutput()
	require.NoError(t, err, string(out))
	for _, b := range blocksOf(text) {
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
