package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// neighbour reads a file of examples/neighbours.
func neighbour(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(golden.Root(), "examples", "neighbours", name))
	require.NoError(t, err)
	return data
}

// TestRenovate: what Renovate is told to look for is spec.next, however it is written,
// and no other image of a Release.
func TestRenovate(t *testing.T) {
	var config struct {
		CustomManagers []struct{ ManagerFilePatterns, MatchStrings []string }
	}
	require.NoError(t, json.Unmarshal(neighbour(t, "renovate.json"), &config))
	m := config.CustomManagers[0]
	file := regexp.MustCompile(strings.Trim(m.ManagerFilePatterns[0], "/"))
	require.True(t, file.MatchString("environments/staging/release.yaml"))
	text := regexp.MustCompile(m.MatchStrings[0])
	staging, err := os.ReadFile(filepath.Join(golden.Root(), "examples", "environments", "staging", "release.yaml"))
	require.NoError(t, err)
	const next = "  next: {image: ghcr.io/acme/web:1.5.0}"
	require.Contains(t, string(staging), next)
	digest := "sha256:" + strings.Repeat("0a", 32)
	for written, want := range map[string][]string{
		next: {"ghcr.io/acme/web", "1.5.0", ""},
		"  next:\n    image: \"registry:5000/acme/web:1.5.0\"": {"registry:5000/acme/web", "1.5.0", ""},
		"  next: {image: ghcr.io/acme/web:2@" + digest + "}":   {"ghcr.io/acme/web", "2", digest},
	} {
		found := text.FindAllStringSubmatch(strings.Replace(string(staging), next, written, 1), -1)
		require.Len(t, found, 1, written)
		require.Equal(t, want, found[0][1:], written)
	}
}

// TestApproved runs what the workflow behind an approval runs: one commit of a release,
// pushed, and where it then stands.
func TestApproved(t *testing.T) {
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct{ Run string }
		}
	}
	require.NoError(t, yaml.Unmarshal(neighbour(t, "github.yaml"), &workflow))
	steps := workflow.Jobs["move"].Steps
	script := steps[len(steps)-1].Run
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "environments"), os.DirFS(filepath.Join(golden.Root(), "examples", "environments"))))
	require.NoError(t, os.Rename(filepath.Join(dir, "environments", "staging", "release.yaml"), filepath.Join(dir, "release.yaml")))
	t.Setenv("GITHUB_ACTOR", "octocat")
	t.Setenv("GITHUB_STEP_SUMMARY", filepath.Join(dir, "summary.md"))
	out, errs, err := shell(t, dir, `set -e
git init -qb main && git init -q --bare .git/remote && git remote add origin .git/remote
sed -i '/^  stage:/i\  next: {image: "ghcr.io/acme/web:1.6.0"}' environments/production/release.yaml
cutover render environments/production
git add -A environments && git -c user.name=t -c user.email=t@example.com commit -qm begin && git push -qu origin main
export VERB=start
`+script)
	require.NoError(t, err, out+errs)
	summary, err := os.ReadFile(filepath.Join(dir, "summary.md"))
	require.NoError(t, err)
	require.Contains(t, string(summary), "prepare  1.4.0 (blue)  1.6.0 (green) 0 %")
	out, _, err = shell(t, dir, "git log origin/main -1 --format='%an: %s'")
	require.NoError(t, err)
	require.Equal(t, "octocat: release(web-production/web): start 1.6.0 (green)\n", out)
}
