package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
)

// gitRepo is a repository with the input of a script in it, rendered and committed.
type gitRepo struct {
	t   *testing.T
	dir string
	now time.Time
}

func newGitRepo(t *testing.T, script string) *gitRepo {
	t.Helper()
	r := &gitRepo{t, t.TempDir(), time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)}
	archive, err := txtar.ParseFile(filepath.Join(golden.Root(), "testdata/script", script))
	require.NoError(t, err)
	for _, f := range archive.Files {
		name := filepath.Join(r.dir, f.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
		require.NoError(t, os.WriteFile(name, f.Data, 0o666))
	}
	r.git("init", "--quiet", "--initial-branch=main")
	require.Equal(t, exitFine, r.cutover("render", "shop"), r.dir)
	r.git("add", "--all")
	r.git("commit", "--quiet", "--message=begin")
	r.now = r.now.Add(time.Hour)
	return r
}

func (r *gitRepo) env() []string {
	date := r.now.Format(time.RFC3339)
	return append(append(os.Environ(), gitEnv...), "GIT_AUTHOR_DATE="+date, "GIT_COMMITTER_DATE="+date, "CLOCK="+date)
}

func (r *gitRepo) command(program string, args ...string) *exec.Cmd {
	c := exec.Command(program, args...)
	c.Dir, c.Env = r.dir, r.env()
	return c
}

func (r *gitRepo) git(args ...string) string {
	r.t.Helper()
	out, err := r.command("git", args...).CombinedOutput()
	require.NoError(r.t, err, "git %v: %s", args, out)
	return strings.TrimSpace(string(out))
}

// self is the program of the test, as which it is cutover under that name.
func self(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	require.NoError(t, err)
	link := filepath.Join(t.TempDir(), "cutover")
	require.NoError(t, os.Symlink(path, link))
	return link
}

// cutover runs the program in a process of its own and returns its exit code.
func (r *gitRepo) cutover(args ...string) int {
	r.t.Helper()
	c := r.command(self(r.t), args...)
	out, err := c.CombinedOutput()
	if err != nil {
		r.t.Logf("cutover %v: %s", args, out)
	}
	return c.ProcessState.ExitCode()
}

// must demands that a verb does it, an hour later.
func (r *gitRepo) must(args ...string) {
	r.t.Helper()
	r.now = r.now.Add(time.Hour)
	require.Equal(r.t, exitFine, r.cutover(args...), args)
	r.lands()
}

// lands demands that the last commit drops no request, and left nothing behind.
func (r *gitRepo) lands() {
	r.t.Helper()
	const at = ":shop/rendered/live"
	require.Equal(r.t, exitFine, r.cutover("verify", "--from", "HEAD~"+at, "--to", "HEAD"+at))
	require.Equal(r.t, exitFine, r.cutover("render", "--check", "shop"))
	require.Empty(r.t, r.git("status", "--short"))
}

func (r *gitRepo) stage() string {
	r.t.Helper()
	for line := range strings.Lines(r.git("show", "HEAD:shop/rendered/live/kustomization.yaml")) {
		if _, stage, ok := strings.Cut(strings.TrimSpace(line), "/stages/"); ok {
			return stage
		}
	}
	r.t.Fatal("no stage")
	return ""
}

// TestAbortEverywhere: from every stage of a release with a preview and steps the
// way back is there, commit by commit, to where it began, byte for byte.
func TestAbortEverywhere(t *testing.T) {
	stages := []string{"prepare", "preview", "shift-5", "shift-25", "shift-100", "settle", "unpreview"}
	if testing.Short() {
		stages = []string{"shift-25"}
	}
	for _, stage := range stages {
		t.Run(stage, func(t *testing.T) {
			t.Parallel()
			r := newGitRepo(t, "life-supersede.txtar")
			before := r.git("rev-parse", "HEAD:shop/rendered/live")
			stable := r.git("rev-parse", "HEAD:shop/rendered/checkout/stages/stable")
			r.must("start", "shop", "--commit")
			for r.stage() != stage {
				r.must("promote", "shop", "--commit")
			}
			for n := 0; r.stage() != "stable"; n++ {
				require.Less(t, n, 5)
				r.must("abort", "shop", "--commit")
			}
			require.Equal(t, stable, r.git("rev-parse", "HEAD:shop/rendered/checkout/stages/stable"))
			require.NotEqual(t, before, r.git("rev-parse", "HEAD:shop/rendered/live")) // the candidate is named
			r.must("start", "shop", "--commit")
			require.Equal(t, "prepare", r.stage())
		})
	}
}

// TestHybrid: a preview, then steps, to the end, and the next release from there.
func TestHybrid(t *testing.T) {
	golden.Long(t)
	t.Parallel()
	r := newGitRepo(t, "life-supersede.txtar")
	r.must("start", "shop", "--commit")
	stages := []string{r.stage()}
	for r.stage() != "stable" {
		r.must("promote", "shop", "--commit")
		stages = append(stages, r.stage())
	}
	require.Equal(t, strings.Fields("prepare preview shift-5 shift-25 shift-100 settle unpreview retire stable"), stages)
	r.must("start", "shop", "--image", "ghcr.io/acme/checkout:1.6.0", "--commit")
	require.Contains(t, r.git("show", "HEAD:shop/release.yaml"), "blue: {image: ghcr.io/acme/checkout:1.6.0}")
}

// TestKill: killed at any moment, with whatever git it runs, promote leaves the
// old state or the new one, and the same command ends it.
func TestKill(t *testing.T) {
	golden.Long(t)
	r := newGitRepo(t, "life-canary.txtar")
	r.must("start", "shop", "--image", "ghcr.io/acme/checkout:1.5.0", "--commit")
	r.now = r.now.Add(time.Hour)
	r.kill(exitFindings, "promote", "shop", "--commit") // a second promote is refused: the hold is not over
}

// TestKillTogether: nor do the verbs of a set leave some members moved and others not:
// a start, which writes the files of three, and an abort of two.
func TestKillTogether(t *testing.T) {
	golden.Long(t)
	for _, verb := range []string{"start", "abort"} {
		t.Run(verb, func(t *testing.T) {
			r := newGitRepo(t, "life-together.txtar")
			if verb == "abort" {
				for _, way := range []string{"start", "promote", "promote"} {
					r.must(way, "shop", "--commit")
				}
				r.now = r.now.Add(time.Hour)
			}
			r.kill(exitFindings, verb, "shop", "--commit") // again it is under way, or has just had requests
		})
	}
}

// TestKillAdvance: nor does advance leave anything half-done; and where it was done,
// another call waits.
func TestKillAdvance(t *testing.T) {
	golden.Long(t)
	r := newGitRepo(t, "life-advance.txtar")
	s := httptest.NewServer(answering(filepath.Join(r.dir, "good.txt")))
	defer s.Close()
	t.Setenv("CUTOVER_PROMETHEUS", s.URL)
	for _, verb := range []string{"start", "promote"} {
		r.must(verb, "shop", "--commit")
		r.now = r.now.Add(time.Hour)
	}
	r.kill(exitFine, "advance", "shop", "--commit")
}

// kill kills a command at many moments. Where it was done already, the same command ends
// with the exit code done, and changes nothing.
func (r *gitRepo) kill(done int, args ...string) {
	t := r.t
	const moments = 100
	old := r.git("rev-parse", "HEAD")
	program := self(t)
	begin := time.Now()
	require.NoError(t, r.command(program, args...).Run())
	span := time.Since(begin)
	wanted := r.git("rev-parse", "HEAD^{tree}")
	require.NotEqual(t, old, r.git("rev-parse", "HEAD"))
	left := map[string]int{}
	rnd := rand.New(rand.NewPCG(7, uint64(moments)))
	for range moments {
		r.git("reset", "--quiet", "--hard", old)
		c := r.command(program, args...)
		c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		require.NoError(t, c.Start())
		time.Sleep(time.Duration(rnd.Int64N(int64(span * 5 / 4))))
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // git too
		_ = c.Wait()
		for _, lock := range []string{"index.lock", "HEAD.lock", "refs/heads/main.lock"} {
			_ = os.Remove(filepath.Join(r.dir, ".git", lock)) // as git says to
		}
		state := "old"
		if head := r.git("rev-parse", "HEAD"); head != old {
			require.Equal(t, wanted, r.git("rev-parse", "HEAD^{tree}"), "neither old nor new")
			require.Equal(t, old, r.git("rev-parse", "HEAD~"))
			state = "new"
		}
		if state == "old" && r.git("status", "--short") != "" {
			state = "old, with files written"
		}
		left[state]++
		if state != "new" {
			require.Equal(t, exitFine, r.cutover(args...))
		} else {
			require.Equal(t, done, r.cutover(args...))
		}
		require.Equal(t, wanted, r.git("rev-parse", "HEAD^{tree}"))
		require.Empty(t, r.git("status", "--short"))
	}
	t.Logf("%d kills within %v: %v", moments, span, left)
}

// TestRace: of several that move a release at once, in one clone or in many, one
// wins, and the others say so and leave their clones clean.
func TestRace(t *testing.T) {
	golden.Long(t)
	t.Run("one clone", func(t *testing.T) {
		r := newGitRepo(t, "life-canary.txtar")
		r.must("start", "shop", "--image", "ghcr.io/acme/checkout:1.5.0", "--commit")
		r.now = r.now.Add(time.Hour)
		for round := range 5 {
			before := r.git("rev-list", "--count", "HEAD")
			results := race(t, []*gitRepo{r, r, r}, "promote", "shop", "--commit", "--arrives", "0s", "--force")
			require.Contains(t, results, "0", "round %d: %v", round, results)
			wins := strings.Count(results, "0")
			require.Equal(t, fmt.Sprint(wins), r.git("rev-list", "--count", "HEAD", "--not", "HEAD~"+fmt.Sprint(wins)))
			require.NotEqual(t, before, r.git("rev-list", "--count", "HEAD"))
			require.Empty(t, r.git("status", "--short"))
			require.Equal(t, exitFine, r.cutover("render", "--check", "shop"))
			if r.stage() == "stable" {
				break
			}
		}
	})
	t.Run("many clones", func(t *testing.T) {
		raceClones(t, "life-canary.txtar", "--image", "ghcr.io/acme/checkout:1.5.0")
	})
	t.Run("a set in many clones", func(t *testing.T) {
		raceClones(t, "life-together.txtar")
	})
}

// raceClones starts a release in a clone and moves it in three at once: forward twice, and
// back.
func raceClones(t *testing.T, script string, start ...string) {
	a := newGitRepo(t, script)
	origin := t.TempDir()
	a.git("init", "--quiet", "--bare", "--initial-branch=main", origin)
	a.git("remote", "add", "origin", origin)
	a.must(append([]string{"start", "shop", "--push"}, start...)...)
	clones := []*gitRepo{a}
	for range 2 {
		b := &gitRepo{t: t, dir: t.TempDir()}
		a.git("clone", "--quiet", origin, b.dir)
		clones = append(clones, b)
	}
	for _, verb := range []string{"promote", "promote", "abort"} {
		for i, c := range clones {
			c.git("pull", "--quiet", "--ff-only")
			c.git("config", "user.name", fmt.Sprint("clone", i))
			c.now = a.now.Add(time.Hour + time.Duration(i)*time.Second)
		}
		before := a.git("rev-parse", "HEAD")
		require.Equal(t, 1, strings.Count(race(t, clones, verb, "shop", "--push"), "0"))
		a.now = a.now.Add(time.Hour)
		for _, c := range clones {
			c.git("pull", "--quiet", "--ff-only")
			require.Equal(t, "1", c.git("rev-list", "--count", before+"..HEAD"))
			require.Empty(t, c.git("status", "--short"))
		}
		require.Equal(t, verb == "abort", a.stage() == "prepare")
		a.lands()
	}
}

// race runs a verb in several clones at once and returns the exit codes.
func race(t *testing.T, clones []*gitRepo, args ...string) string {
	t.Helper()
	program := self(t)
	codes := make([]string, len(clones))
	var all sync.WaitGroup
	for i, r := range clones {
		all.Go(func() {
			c := r.command(program, args...)
			var out bytes.Buffer
			c.Stdout, c.Stderr = &out, &out
			_ = c.Run()
			codes[i] = fmt.Sprint(c.ProcessState.ExitCode())
			t.Logf("%d: %s %s", i, codes[i], out.String())
		})
	}
	all.Wait()
	return strings.Join(codes, " ")
}
