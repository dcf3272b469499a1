package main

import (
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/rogpeppe/go-internal/testscript"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Commands for scripts about releases in Git:
//
//	clock TIME         what time it is, for cutover and for git
//	later SPAN         let time pass
//	repo DIR…          make a repository of the present folder, render the folders, commit
//	landed DIR [N]     what is committed in DIR is a commit that may land: the
//	                   last commit (or the last N, one by one) drops no request;
//	                   what kustomize builds from rendered/live is the present
//	                   stage; what is rendered is up to date; and nothing is left
//	                   over in the work tree

// scriptClock is the clock of cutover in a script.
func scriptClock() time.Time {
	if t, err := time.Parse(time.RFC3339, os.Getenv("CLOCK")); err == nil {
		return t
	}
	return time.Now()
}

func setClock(ts *testscript.TestScript, t time.Time) {
	text := t.UTC().Format(time.RFC3339)
	for _, name := range []string{"CLOCK", "GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"} {
		ts.Setenv(name, text)
	}
}

func scriptSetClock(ts *testscript.TestScript, _ bool, args []string) {
	t, err := time.Parse(time.RFC3339, args[0])
	ts.Check(err)
	setClock(ts, t)
}

func scriptLater(ts *testscript.TestScript, _ bool, args []string) {
	span, err := time.ParseDuration(args[0])
	ts.Check(err)
	now, err := time.Parse(time.RFC3339, ts.Getenv("CLOCK"))
	ts.Check(err)
	setClock(ts, now.Add(span))
}

// gitEnv is a user of git who has configured nothing else.
var gitEnv = []string{
	"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
	"GIT_AUTHOR_NAME=ada", "GIT_AUTHOR_EMAIL=ada@example.com", "GIT_COMMITTER_NAME=ada", "GIT_COMMITTER_EMAIL=ada@example.com",
}

func scriptRepo(ts *testscript.TestScript, _ bool, args []string) {
	for _, e := range gitEnv {
		name, value, _ := strings.Cut(e, "=")
		ts.Setenv(name, value)
	}
	if ts.Getenv("CLOCK") == "" {
		setClock(ts, time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC))
	}
	ts.Check(ts.Exec("git", "init", "--quiet", "--initial-branch=main"))
	for _, dir := range args {
		ts.Check(ts.Exec("cutover", "render", dir))
	}
	ts.Check(ts.Exec("git", "add", "--all"))
	ts.Check(ts.Exec("git", "commit", "--quiet", "--message=begin"))
	setClock(ts, time.Date(2026, 5, 4, 11, 0, 0, 0, time.UTC))
}

func scriptLanded(ts *testscript.TestScript, _ bool, args []string) {
	dir, n := args[0], "1"
	if len(args) > 1 {
		n = args[1]
	}
	for i := len(n) - 1; i >= 0; i-- { // a digit
		for k := int(n[i] - '0'); k > 0; k-- {
			at := path.Join(dir, overlay.Live)
			ts.Check(ts.Exec("cutover", "verify", "--from", "HEAD"+strings.Repeat("~", k)+":"+at, "--to", "HEAD"+strings.Repeat("~", k-1)+":"+at))
		}
	}
	ts.Check(ts.Exec("cutover", "render", "--check", dir))
	ts.Check(ts.Exec("git", "diff", "--exit-code", "HEAD", "--", dir))
	clusters := []string{""}
	if _, err := os.Stat(ts.MkAbs(path.Join(dir, overlay.LiveFile))); err != nil {
		entries, err := os.ReadDir(ts.MkAbs(path.Join(dir, overlay.Live)))
		ts.Check(err)
		clusters = nil
		for _, e := range entries {
			clusters = append(clusters, e.Name())
		}
	}
	for _, c := range clusters {
		args := []string{"render", dir, "--out", "-"}
		if c != "" {
			args = append(args, "--cluster", c)
		}
		ts.Check(ts.Exec("cutover", args...))
		want := objectsOf(ts, []byte(ts.ReadFile("stdout")))
		live := overlay.LiveOf(c)
		built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), ts.MkAbs(path.Join(dir, live)))
		ts.Check(err)
		text, err := built.AsYaml()
		ts.Check(err)
		if got := objectsOf(ts, text); !slices.Equal(got, want) {
			ts.Fatalf("kustomize builds from %s/%s what the present stage is not:\n%s\n---\n%s", dir, live, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// objectsOf are the objects of a stream, each by what it is and a hash.
func objectsOf(ts *testscript.TestScript, text []byte) []string {
	objects, found := kube.Parse("stream", text)
	if len(found) > 0 {
		ts.Fatalf("%v", found)
	}
	var all []string
	for _, o := range objects {
		all = append(all, o.ID.String()+" "+kube.Hash(o.Node))
	}
	slices.Sort(all)
	return all
}
