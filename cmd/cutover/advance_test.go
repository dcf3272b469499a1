package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/e2e/scrape"
	"github.com/stretchr/testify/require"
)

// mesh is a workload behind Istio: it serves requests as the weights say that are
// committed at the remote, and counts them as a proxy does.
type mesh struct {
	t        *testing.T
	dir      string
	exporter *scrape.Exporter
	ok, bad  map[string]int
}

// git runs git in the clone.
func (m *mesh) git(args ...string) string {
	m.t.Helper()
	c := exec.Command("git", args...)
	c.Dir = m.dir
	out, err := c.CombinedOutput()
	require.NoError(m.t, err, "git %s: %s", strings.Join(args, " "), out)
	return string(out)
}

var stageLine, liveLine, shiftName = regexp.MustCompile(`(?m)^  stage: (\S+)`), regexp.MustCompile(`(?m)^  live: (\S+)`), regexp.MustCompile(`^shift-(\d+)$`)

// stands is where the release stands at the remote, and who is live there.
func (m *mesh) stands() (stage, live string) {
	m.git("fetch", "--quiet")
	text := m.git("show", "origin/main:advance/release.yaml")
	stage, live = "stable", "blue"
	if found := stageLine.FindStringSubmatch(text); found != nil {
		stage = found[1]
	}
	if found := liveLine.FindStringSubmatch(text); found != nil {
		live = found[1]
	}
	return stage, live
}

// serve serves requests; of those of the candidate a share in a thousand fails.
func (m *mesh) serve(perMille int) {
	const requests = 60_000
	stage, live := m.stands()
	candidate := map[string]string{"blue": "green", "green": "blue"}[live]
	weight := 0
	switch found := shiftName.FindStringSubmatch(stage); {
	case found != nil:
		weight, _ = strconv.Atoi(found[1])
	case stage == "settle" || stage == "retire":
		weight = 100
	}
	n := requests * weight / 100
	m.bad[candidate] += n * perMille / 1000
	m.ok[candidate] += n - n*perMille/1000
	m.bad[live] += (requests - n) / 1000
	m.ok[live] += requests - n - (requests-n)/1000
	var b strings.Builder
	for _, track := range []string{"blue", "green"} {
		labels := fmt.Sprintf(`reporter="source",destination_service_namespace="shop",destination_service_name="web-%s"`, track)
		all := m.ok[track] + m.bad[track]
		if all == 0 {
			continue
		}
		fmt.Fprintf(&b, "istio_requests_total{%s,response_code=\"200\"} %d\n", labels, m.ok[track])
		if m.bad[track] > 0 {
			fmt.Fprintf(&b, "istio_requests_total{%s,response_code=\"503\"} %d\n", labels, m.bad[track])
		}
		for _, le := range []string{"50", "100", "250", "500", "+Inf"} {
			fmt.Fprintf(&b, "istio_request_duration_milliseconds_bucket{%s,le=%q} %d\n", labels, le, all)
		}
	}
	m.exporter.Shows(m.t, b.String(), 4)
}

// advance is one call. What it commits is dated back, so that the next call finds every
// hold over: this is a quarter of an hour later.
func (m *mesh) advance(args ...string) (code int, out string) {
	m.t.Helper()
	m.t.Setenv("GIT_COMMITTER_DATE", time.Now().Add(-15*time.Minute).Format(time.RFC3339))
	var stdout, stderr bytes.Buffer
	code = run(append([]string{"advance", filepath.Join(m.dir, "advance"), "--push"}, args...), strings.NewReader(""), &stdout, &stderr)
	return code, stdout.String() + stderr.String()
}

// TestAdvance: a real Prometheus and a real remote. One release goes to its end, the next
// one, which is sick, to its abort, by advance alone.
func TestAdvance(t *testing.T) {
	golden.Long(t)
	e := &scrape.Exporter{}
	t.Setenv("CUTOVER_PROMETHEUS", scrape.Prometheus(t, e))
	for _, v := range gitEnv {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
	m := &mesh{t: t, dir: t.TempDir(), exporter: e, ok: map[string]int{}, bad: map[string]int{}}
	require.NoError(t, os.CopyFS(filepath.Join(m.dir, "advance"), os.DirFS(filepath.Join(golden.Root(), "examples", "advance"))))
	release := filepath.Join(m.dir, "advance", "release.yaml")
	text, err := os.ReadFile(release)
	require.NoError(t, err)
	before, _, found := strings.Cut(string(text), "  windows:\n")
	require.True(t, found)
	require.NoError(t, os.WriteFile(release, []byte(before), 0o666))
	cutover(t, exitFine, "render", filepath.Join(m.dir, "advance"))
	remote := filepath.Join(t.TempDir(), "remote.git")
	m.git("init", "--quiet", "--initial-branch=main")
	m.git("init", "--quiet", "--bare", remote)
	m.git("remote", "add", "origin", remote)
	m.git("add", "--all")
	m.git("commit", "--quiet", "--message=begin")
	m.git("push", "--quiet", "--set-upstream", "origin", "main")

	// Healthy, as live is: each call goes one stage on, to the end.
	var seen []string
	code, out := m.advance("--start")
	require.Equal(t, exitFine, code, out)
	for range 12 {
		m.serve(1)
		stage, _ := m.stands()
		seen = append(seen, stage)
		if stage == "stable" {
			break
		}
		code, out = m.advance()
		require.Equal(t, exitFine, code, out)
	}
	require.Equal(t, []string{"prepare", "shift-5", "shift-25", "shift-50", "shift-100", "settle", "retire", "stable"}, seen, out)
	_, live := m.stands()
	require.Equal(t, "green", live)
	require.Regexp(t, `(?s)Evidence:\n- errors max 2%: not worse: \d+ of .*- errors worse 1%: not worse: .* live \d+`, m.git("log", "--format=%b", "origin/main"))

	// Sick: one request of ten fails. The first step finds it. What blue counted as the old
	// version is long ago by then, and in no window: here it is a Prometheus of its own.
	m.exporter, m.ok, m.bad = &scrape.Exporter{}, map[string]int{}, map[string]int{}
	t.Setenv("CUTOVER_PROMETHEUS", scrape.Prometheus(t, m.exporter))
	next, err := os.ReadFile(release)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(release, bytes.Replace(next, []byte("next: {image: ghcr.io/acme/web:1.5.0}"), []byte("next: {image: ghcr.io/acme/web:1.6.0}"), 1), 0o666))
	m.git("commit", "--quiet", "--all", "--message=next")
	m.git("push", "--quiet")
	code, out = m.advance("--start")
	require.Equal(t, exitFine, code, out)
	require.Contains(t, out, "spec.next is ghcr.io/acme/web:1.6.0")
	code, out = m.advance()
	require.Equal(t, exitFine, code, out)
	m.serve(100)
	code, out = m.advance()
	require.Equal(t, exitBack, code, out)
	require.Contains(t, out, "shift-5  abort")
	stage, live := m.stands()
	require.Equal(t, "prepare", stage)
	require.Equal(t, "green", live)
	require.Regexp(t, `^release\(shop/web\): abort 1\.6\.0 \(blue\) at shift-5\n`, m.git("log", "-1", "--format=%B", "origin/main"))
	require.Contains(t, m.git("show", "origin/main:advance/release.yaml"), "aborted at shift-5: errors")
	code, out = m.advance("--start")
	require.Equal(t, exitFine, code, out)
	require.Contains(t, out, "prepare  nothing", "it stays there until somebody looks")
}
