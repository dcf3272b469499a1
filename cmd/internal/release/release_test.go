package release

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/stretchr/testify/require"
)

func TestTag(t *testing.T) {
	for image, want := range map[string]string{
		"cart:7": "7", "ghcr.io:443/acme/cart:1.5.0": "1.5.0", "ghcr.io:443/acme/cart": "ghcr.io:443/acme/cart",
		"cart:7@sha256:0123456789abcdef": "7", "cart@sha256:0123456789abcdef": "0123456789ab", "cart@sha256:01": "01", "": "",
	} {
		require.Equal(t, want, Tag(image), image)
	}
}

const text = `apiVersion: cutover.dev/v1alpha1
kind: Release
metadata: {name: cart, namespace: shop}
spec:
  app: {port: 9017, probe: /ready, replicas: 3}
  live: blue
  tracks:
    blue: {image: "cart:7"}
    green: {}
  stage: stable
  strategy: {steps: [5]}
  traffic: [{provider: gatewayAPI, hosts: [cart.example.com], options: {gateways: [edge/public]}}]
`

// repo is a repository with a rendered release, at its root.
type repo struct {
	t   *testing.T
	dir string
	now time.Time
}

func newRepo(t *testing.T) *repo {
	t.Helper()
	r := &repo{t, t.TempDir(), time.Now()}
	require.NoError(t, os.WriteFile(filepath.Join(r.dir, "release.yaml"), []byte(text), 0o666))
	l, err := load.Input{}.Load(r.dir, strings.NewReader(""))
	require.NoError(t, err)
	defer l.Close()
	changes, _, err := l.Changes(overlay.Files(l.Out))
	require.NoError(t, err)
	require.NoError(t, l.Write(changes))
	r.git("init", "-q", "-b", "main")
	r.git("config", "user.name", "t")
	r.git("config", "user.email", "t@example.com")
	r.git("config", "commit.gpgsign", "false")
	r.git("add", ".")
	r.git("commit", "-qm", "all")
	return r
}

func (r *repo) git(args ...string) string {
	r.t.Helper()
	out, err := exec.Command("git", append([]string{"-C", r.dir}, args...)...).CombinedOutput()
	require.NoError(r.t, err, string(out))
	return strings.TrimSpace(string(out))
}

// do calls a verb an hour after the one before, and returns what it printed.
func (r *repo) do(verb func(Options) error) (printed string, err error) {
	var out bytes.Buffer
	r.now = r.now.Add(time.Hour)
	err = verb(Options{
		Commit: true, Arrives: Arrival, Now: func() time.Time { return r.now },
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
	})
	return out.String(), err
}

// stage is where the release stands by what is committed.
func (r *repo) stage() string {
	standing, found, err := Status(r.dir, Options{Arrives: Arrival, Now: func() time.Time { return r.now }, Stdin: strings.NewReader("")})
	require.NoError(r.t, err)
	require.Empty(r.t, found)
	require.Len(r.t, standing, 1)
	return standing[0].Stage
}

// TestLife: a release begins, goes on, and goes back, a commit at a time.
func TestLife(t *testing.T) {
	r := newRepo(t)
	start := func(o Options) error { return Start(r.dir, o, Beginning{Images: []string{"cart:8"}}) }
	promote := func(o Options) error { return Promote(r.dir, o, Promotion{}) }
	abort := func(o Options) error { return Abort(r.dir, o) }
	require.Equal(t, "stable", r.stage())

	printed, err := r.do(promote)
	require.ErrorIs(t, err, report.ErrFindings)
	require.Contains(t, printed, "[not-under-way]")

	for _, step := range []struct {
		verb           func(Options) error
		stage, subject string
	}{
		{start, "prepare", "release(shop/cart): start 8 (green)"},
		{promote, "shift-5", "release(shop/cart): shift 5 % to 8 (green)"},
		{abort, "prepare", "release(shop/cart): abort 8 (green) at shift-5"},
		{abort, "stable", "release(shop/cart): stop 8 (green)"},
	} {
		before := r.git("rev-parse", "HEAD")
		printed, err := r.do(step.verb)
		require.NoError(t, err, printed)
		require.Equal(t, step.stage, r.stage())
		require.Equal(t, step.subject, r.git("log", "-1", "--format=%s"))
		require.Equal(t, before, r.git("rev-parse", "HEAD~"), "one commit")
		require.Contains(t, r.git("log", "-1", "--format=%b"), "Cutover-Stage: "+step.stage)
		require.Empty(t, r.git("status", "--porcelain"))
	}
}

// TestDirty: what is not committed is refused, and left as it is.
func TestDirty(t *testing.T) {
	r := newRepo(t)
	file := filepath.Join(r.dir, "release.yaml")
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(text, "replicas: 3", "replicas: 4", 1)), 0o666))
	before := r.git("status", "--porcelain")
	printed, err := r.do(func(o Options) error { return Start(r.dir, o, Beginning{Images: []string{"cart:8"}}) })
	require.ErrorIs(t, err, report.ErrFindings)
	require.Contains(t, printed, "[dirty]")
	require.Equal(t, before, r.git("status", "--porcelain"))
}

// TestDry: nothing is changed.
func TestDry(t *testing.T) {
	r := newRepo(t)
	printed, err := r.do(func(o Options) error {
		o.Dry = true
		return Start(r.dir, o, Beginning{Images: []string{"cart:8"}})
	})
	require.NoError(t, err)
	require.Contains(t, printed, "release(shop/cart): start 8 (green)")
	require.Empty(t, r.git("status", "--porcelain"))
	require.Equal(t, "1", r.git("rev-list", "--count", "HEAD"))
}
