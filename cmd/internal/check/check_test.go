package check

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

const release = `apiVersion: cutover.dev/v1alpha1
kind: Release
metadata: {name: cart}
spec:
  app: {port: 9017, probe: /ready, replicas: 3}
  tracks: {blue: {image: "cart:7"}, green: {image: "cart:8"}}
  strategy: {steps: [5]}
  traffic: [{provider: gatewayAPI, hosts: [cart.example.com], options: {gateways: [edge/public]}}]
`

// rendered is a folder with a Release and its tree.
func rendered(t *testing.T) load.Loaded {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "release.yaml"), []byte(release), 0o666))
	return loaded(t, dir)
}

// loaded reads a folder and writes its tree.
func loaded(t *testing.T, dir string) load.Loaded {
	t.Helper()
	l, err := load.Input{}.Load(dir, strings.NewReader(""))
	require.NoError(t, err)
	require.False(t, schemas.Failed(l.Found), l.Found)
	t.Cleanup(l.Close)
	changes, found, err := l.Changes(overlay.Files(l.Out))
	require.NoError(t, err)
	require.Empty(t, found)
	require.NoError(t, l.Write(changes))
	return l
}

func ids(r report.Report) []string {
	var all []string
	for _, f := range r.Findings {
		if f.Severity == schemas.Error {
			all = append(all, f.ID)
		}
	}
	return all
}

func TestTree(t *testing.T) {
	l := rendered(t)
	r := Tree(l, Options{})
	require.Empty(t, ids(r))
	require.Equal(t, len(l.Out.Releases[0].Stages), r.States)
	require.Greater(t, r.Edges, r.States, "forward, back and the one that closes")
	require.Empty(t, r.Skips)

	safe := map[bool]int{}
	for _, s := range Tree(rendered(t), Options{Skip: true}).Skips {
		safe[s.Safe]++
		require.Equal(t, s.Safe, len(s.Findings) == 0, "%s → %s", s.From, s.To)
	}
	require.NotZero(t, safe[true])
	require.NotZero(t, safe[false])

	file := filepath.Join(l.Shown("."), "rendered/live/kustomization.yaml")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(data, '#'), 0o666))
	later, err := load.Input{}.Load(l.Shown("."), strings.NewReader(""))
	require.NoError(t, err)
	defer later.Close()
	require.Equal(t, []string{"stale"}, ids(Tree(later, Options{})), "nothing else is judged then")
}

func TestStages(t *testing.T) {
	l := rendered(t)
	require.Empty(t, ids(Stages(l, "prepare", "shift-5", Options{})))
	r := Stages(rendered(t), "stable", "cart/shift-5", Options{Agent: "argocd"})
	require.Contains(t, ids(r), "backend-empty")
	require.Equal(t, 1, r.Edges)
	require.Len(t, r.Agents, 1)
	require.Empty(t, ids(Stages(rendered(t), "stable", "shift-5", Options{Allow: ids(r)})))
	require.Equal(t, []string{"stage-unknown"}, ids(Stages(rendered(t), "stable", "nowhere", Options{})))
}

// write makes a folder of manifests.
func write(t *testing.T, texts ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i, text := range texts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, string(rune('a'+i))+".yaml"), []byte(text), 0o666))
	}
	return dir
}

const (
	pods = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1", ports: [{containerPort: 9017}]}]}
`
	service = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 8071, targetPort: 9017}]}
`
)

func TestStates(t *testing.T) {
	both, alone := write(t, pods, service), write(t, service)
	r, err := States(".", both, both, nil, Options{})
	require.NoError(t, err)
	require.Equal(t, report.Proven, r.Outcome())
	r, err = States(".", both, alone, nil, Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"request-gone"}, ids(r))
	r, err = States(".", both, "-", strings.NewReader(""), Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"state-empty"}, ids(r))
	_, err = States(".", both, filepath.Join(both, "nowhere"), nil, Options{})
	require.ErrorContains(t, err, "nowhere")

	seen, err := Observe("-", strings.NewReader(service))
	require.NoError(t, err)
	r, err = States(".", both, both, nil, Options{Evidence: seen})
	require.NoError(t, err)
	require.True(t, r.Observed)
	require.NotEmpty(t, ids(r), "the pods are not in the cluster")
}

func TestSince(t *testing.T) {
	l := rendered(t)
	dir := l.Shown(".")
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"commit", "-qm", "all"}} {
		c := exec.Command("git", append([]string{
			"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false",
		}, args...)...)
		out, err := c.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	old, err := folder.OpenRevision(dir, "HEAD")
	require.NoError(t, err)
	defer old.Close()
	dirs, err := FoldersSince(dir, old)
	require.NoError(t, err)
	require.Equal(t, []string{dir}, dirs)
	r, err := Since(dir, old, Options{})
	require.NoError(t, err)
	require.Equal(t, report.Proven, r.Outcome())
	require.Contains(t, r.Subject, "since HEAD")

	require.NoError(t, os.RemoveAll(filepath.Join(dir, "rendered")))
	dirs, err = FoldersSince(dir, old)
	require.NoError(t, err)
	require.Equal(t, []string{dir}, dirs, "an agent may follow it still")
	r, err = Since(dir, old, Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"live-gone"}, ids(r))
}
