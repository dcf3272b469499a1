// Package tree is a Git repository with Releases of cutover, moved by the real program
// and the real git.
package tree

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// Tree is a repository.
type Tree struct {
	Dir     string
	Wall    bool      // commits are dated by the wall's clock
	cutover string    // the program
	clock   time.Time // of the last commit
}

// New makes a repository.
func New(ctx context.Context, dir, cutover string) (*Tree, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	// Commits are dated an hour apart, days ago: for cutover their holds are over. The rig
	// waits by itself until each has arrived.
	t := &Tree{Dir: dir, cutover: cutover, clock: time.Now().Add(-30 * 24 * time.Hour)}
	_, err := t.run(ctx, "git", "init", "-q", "-b", "main")
	return t, err
}

// Write writes a file.
func (t *Tree) Write(name, text string) error {
	name = filepath.Join(t.Dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o644)
}

// Edit replaces a text in a file, which must be there once.
func (t *Tree) Edit(name, old, now string) error {
	data, err := os.ReadFile(filepath.Join(t.Dir, name))
	if err != nil {
		return err
	}
	if n := strings.Count(string(data), old); n != 1 {
		return fmt.Errorf("%s has %q %d times", name, old, n)
	}
	return t.Write(name, strings.Replace(string(data), old, now, 1))
}

// Substitute replaces all that matches a pattern in a file, and reports whether that
// changes it.
func (t *Tree) Substitute(name, pattern, now string) (bool, error) {
	data, err := os.ReadFile(filepath.Join(t.Dir, name))
	if err != nil {
		return false, err
	}
	text := regexp.MustCompile(pattern).ReplaceAllString(string(data), now)
	return text != string(data), t.Write(name, text)
}

// Cutover runs the program in the repository.
func (t *Tree) Cutover(ctx context.Context, args ...string) (string, error) {
	return t.run(ctx, t.cutover, args...)
}

// Commit commits everything.
func (t *Tree) Commit(ctx context.Context, message string) error {
	if _, err := t.run(ctx, "git", "add", "-A"); err != nil {
		return err
	}
	_, err := t.run(ctx, "git", "commit", "-q", "-m", message)
	return err
}

// Head is the newest commit.
func (t *Tree) Head(ctx context.Context) (string, error) {
	out, err := t.run(ctx, "git", "rev-parse", "HEAD")
	return strings.TrimSpace(out), err
}

// Live is what rendered/live builds.
func (t *Tree) Live(namespace string) ([]cluster.Object, error) {
	return t.Build("rendered/live", namespace)
}

// Build is what a kustomization builds.
func (t *Tree) Build(name, namespace string) ([]cluster.Object, error) {
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionNone
	built, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), filepath.Join(t.Dir, name))
	if err != nil {
		return nil, err
	}
	text, err := built.AsYaml()
	if err != nil {
		return nil, err
	}
	return cluster.Parse(text, namespace)
}

// Release is what cutover plan says of a release, or of several that move together.
type Release struct {
	Release, Set, Stage, Live, Candidate string
	Stages                               []Stage
}

// Stage is a state of the plan.
type Stage struct {
	Name, Main, Next, Abort string
	Pods                    map[string]int
	Weights                 map[string]float64
	Preview                 bool
	Matches                 int
	Twin                    bool
}

// Plan asks for the plan of the one release, or of that with the name.
func (t *Tree) Plan(ctx context.Context, name string) (Release, error) {
	all, err := t.Plans(ctx)
	if err != nil {
		return Release{}, err
	}
	i := slices.IndexFunc(all, func(r Release) bool { return name == "" || r.Release == name })
	if i < 0 {
		return Release{}, fmt.Errorf("the plan has no release %s", name)
	}
	return all[i], nil
}

// Plans asks for all of them: those that move together follow the plan of their set, which
// has no name of a release.
func (t *Tree) Plans(ctx context.Context) ([]Release, error) {
	out, err := t.run(ctx, t.cutover, "plan", ".", "-o", "json")
	if err != nil {
		return nil, err
	}
	var all []Release
	return all, json.Unmarshal([]byte(out), &all)
}

// At is the stage where the release stands.
func (r Release) At() Stage {
	for _, s := range r.Stages {
		if s.Name == r.Stage {
			return s
		}
	}
	return Stage{}
}

// Skip is what cutover verify says of an agent that goes straight from one stage to
// another.
type Skip struct {
	Release, From, To string
	Safe              bool
}

// Skips asks for the table of skipped stages.
func (t *Tree) Skips(ctx context.Context) ([]Skip, error) {
	out, err := t.run(ctx, t.cutover, "verify", ".", "--skip", "-o", "json")
	if err != nil {
		return nil, err
	}
	var report struct{ Squash []Skip }
	return report.Squash, json.Unmarshal([]byte(out), &report)
}

// run runs a program in the repository, by a clock of its own, and returns what it prints.
func (t *Tree) run(ctx context.Context, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	t.clock = t.clock.Add(time.Hour)
	at := t.clock
	if t.Wall {
		at = time.Now()
	}
	date := at.UTC().Format(time.RFC3339)
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = t.Dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	for _, who := range []string{"GIT_AUTHOR_", "GIT_COMMITTER_"} {
		cmd.Env = append(cmd.Env, who+"DATE="+date, who+"NAME=rig", who+"EMAIL=rig@example.com")
	}
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(name), strings.Join(args, " "), err, out.String(), problems.String())
	}
	return out.String(), nil
}
