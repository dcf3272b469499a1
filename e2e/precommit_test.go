package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
)

// TestPreCommit commits to a repository that uses both hooks, with the real
// pre-commit and git: what is not rendered and what is unsafe is not committed.
func TestPreCommit(t *testing.T) {
	golden.Long(t)
	golden.Needs(t, "pre-commit", "pre-commit")
	cache, err := exec.Command("go", "env", "GOMODCACHE", "GOCACHE").Output()
	require.NoError(t, err)
	caches := strings.Fields(string(cache))
	home := t.TempDir()
	for key, value := range map[string]string{
		"HOME": home, "PRE_COMMIT_HOME": filepath.Join(home, "pre-commit"), "GOMODCACHE": caches[0], "GOCACHE": caches[1], "GOFLAGS": "-modcacherw",
		"GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.com", "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.com", "GIT_CONFIG_GLOBAL": "/dev/null",
	} {
		t.Setenv(key, value)
	}
	hooks, app := published(t), t.TempDir()
	run := func(line string) string {
		t.Helper()
		out, errs, err := shell(t, app, line)
		require.NoError(t, err, "%s\n%s%s", line, out, errs)
		return out + errs
	}
	refused := func(line string) string {
		t.Helper()
		out, errs, err := shell(t, app, line)
		require.Error(t, err, "%s\n%s%s", line, out, errs)
		return out + errs
	}
	example := filepath.Join(golden.Root(), "examples", "canary-istio")
	run("git init -q . && mkdir shop && cp -r " + example + "/base " + example + "/release.yaml shop/")
	run("sed -i 's/^  stage: .*/  stage: stable/' shop/release.yaml")
	require.NoError(t, os.WriteFile(filepath.Join(app, ".pre-commit-config.yaml"), []byte("repos:\n- repo: "+hooks+"\n  rev: v1\n  hooks: [{id: cutover-render}, {id: cutover-verify}]\n"), 0o666))
	run("pre-commit install")
	run("git add .")

	out := refused("git commit -m first")
	require.Contains(t, out, "create shop/rendered/live/kustomization.yaml", "files that are new are named")
	run("git add . && git commit -m first")

	run("sed -i 's/stage: stable/stage: prepare/' shop/release.yaml && git add .")
	out = refused("git commit -m prepare")
	require.Contains(t, out, "update shop/rendered/live/kustomization.yaml")
	run("git add . && git commit -m prepare")

	run("sed -i 's/stage: prepare/stage: retire/' shop/release.yaml && git add .")
	refused("git commit -m retire")
	run("git add .")
	out = refused("git commit -m retire")
	require.Contains(t, out, "[backend-empty]")
	require.NotContains(t, out, "files were modified")
	run("sed -i 's/stage: retire/stage: shift-20/' shop/release.yaml && git add .")
	refused("git commit -m shift")
	run("git add . && git commit -m shift")
	require.Equal(t, "3", strings.TrimSpace(run("git rev-list --count HEAD")))
}

// published is the project as a repository of hooks, as it is in the working tree.
func published(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	c := exec.Command("bash", "-c", "git ls-files -co --exclude-standard -z | xargs -0 sh -c 'for f; do test -e \"$f\" && cp --parents \"$f\" "+dir+"; done' sh; cd "+dir+" && git init -q . && git add . && git commit -qm hooks && git tag v1")
	c.Dir = golden.Root()
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return dir
}
