// Package page does what docs/kind.md says, step by step, as its reader would: with the
// real git, kubectl and cutover, and with Argo CD, by the clock of the wall. The rig stands
// in for kind, for Traefik's chart and for Argo CD's manifests.
//
// From the top: page.go, script.go.
package page

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/load"
)

// Rig is what the page is tried on.
type Rig struct {
	*cluster.Cluster
	Cutover string // the program
	Page    string // file
	Log     func(format string, args ...any)
}

// Outcome is what its reader saw.
type Outcome struct {
	Sent, Failed int
	First        string         // the first request that failed
	Images       map[string]int // by whom requests were answered
	Last         string         // who answered the last one
	Lasted       time.Duration
}

// Walk follows the page in a fresh clone of an empty repository, under load from the moment
// that somebody answers.
func (rig *Rig) Walk(ctx context.Context) (Outcome, error) {
	began := time.Now()
	text, err := os.ReadFile(rig.Page)
	if err != nil {
		return Outcome{}, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, 45*time.Minute, errors.New("the page takes more than 45 minutes"))
	defer cancel()
	clone, err := rig.clone(ctx)
	if err != nil {
		return Outcome{}, err
	}
	cmd := rig.command(ctx, clone, "bash", "-euo", "pipefail", "-c", Script(string(text)))
	out := &lines{log: rig.Log}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		return Outcome{}, err
	}
	answers := make(chan *load.Load, 1)
	go func() { answers <- rig.users(ctx) }()
	err = cmd.Wait()
	cancel()
	o := Outcome{Images: map[string]int{}, Lasted: time.Since(began)}
	if l := <-answers; l != nil {
		l.Stop()
		o.count(l.Answers("", began, time.Now()))
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", rig.Page, err)
	}
	return o, err
}

// clone is a clone of an empty repository that Argo CD can read.
func (rig *Rig) clone(ctx context.Context) (string, error) {
	dir := filepath.Join(rig.Dir, "page")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	text := "git init -q --bare -b main deploy.git; git clone -q file://$PWD/deploy.git deploy; git -C deploy checkout -q -b main"
	cmd := rig.command(ctx, dir, "bash", "-euc", text)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return filepath.Join(dir, "deploy"), nil
}

func (rig *Rig) command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(),
		"PATH="+filepath.Dir(rig.Cutover)+":"+filepath.Dir(rig.Cache.Path("kubectl"))+":"+os.Getenv("PATH"),
		"KUBECONFIG="+filepath.Join(rig.Dir, "kubeconfig"), "HOME="+dir, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=reader", "GIT_AUTHOR_EMAIL=reader@example.com", "GIT_COMMITTER_NAME=reader", "GIT_COMMITTER_EMAIL=reader@example.com",
	)
	return cmd
}

// users send requests once there is an answer.
func (rig *Rig) users(ctx context.Context) *load.Load {
	target := load.Target{Name: "web", URL: "http://127.0.0.1:8000/version", Host: "web.localhost", Method: http.MethodGet, Rate: 50}
	for ctx.Err() == nil {
		probe := load.Start(ctx, rig.Client, []load.Target{target})
		began := time.Now()
		time.Sleep(time.Second)
		probe.Stop()
		if count := load.Of(probe.Answers("", began, time.Now())); count.Sent > 0 && count.Failed == 0 {
			return load.Start(ctx, rig.Client, []load.Target{target})
		}
	}
	return nil
}

func (o *Outcome) count(answers []load.Answer) {
	var last time.Time
	for _, a := range answers {
		if strings.Contains(a.Error, context.Canceled.Error()) { // the page is done
			continue
		}
		o.Sent++
		if a.Failed() {
			o.Failed++
			if o.First == "" {
				o.First = a.String()
			}
			continue
		}
		o.Images[a.Image]++
		if a.Sent.After(last) {
			last, o.Last = a.Sent, a.Image
		}
	}
}

// lines logs what is written to it, line by line.
type lines struct {
	log  func(format string, args ...any)
	rest string
}

func (l *lines) Write(data []byte) (int, error) {
	all := strings.Split(l.rest+string(data), "\n")
	for _, line := range all[:len(all)-1] {
		l.log("\t%s", line)
	}
	l.rest = all[len(all)-1]
	return len(data), nil
}
