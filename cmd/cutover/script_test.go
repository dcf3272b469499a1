package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/cmd/internal/ask"
	"github.com/cutoverdev/cutover/cmd/internal/metrics"
	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"cutover": func() { os.Exit(runAt(scriptClock, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"cutover-metrics": func() {
			if err := ask.Serve(os.Stdin, os.Stdout, metrics.NewSource().Answer); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(2)
			}
		},
	})
}

// TestScripts runs the scripts in testdata/script. Beside testscript's own
// commands they have:
//
//	snapshot DIR       take down every file below DIR
//	unchanged DIR      fail if a file below DIR is not as it was taken down
//	fill FILE N        write a file of N MiB
//
//	prometheus FILE    start what answers as Prometheus does, from a file
//
// and for releases in Git, see life_test.go, clock, later, repo and landed.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join(golden.Root(), "testdata", "script"),
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Values["snapshots"] = map[string]string{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"clock":      scriptSetClock,
			"later":      scriptLater,
			"repo":       scriptRepo,
			"landed":     scriptLanded,
			"prometheus": scriptPrometheus,
			"snapshot": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Value("snapshots").(map[string]string)[args[0]] = snapshot(ts, args[0])
			},
			"unchanged": func(ts *testscript.TestScript, neg bool, args []string) {
				same := ts.Value("snapshots").(map[string]string)[args[0]] == snapshot(ts, args[0])
				if same == neg {
					ts.Fatalf("%s: unchanged is %v", args[0], same)
				}
			},
			"fill": func(ts *testscript.TestScript, _ bool, args []string) {
				n := len(args[1])
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte("a: "+strings.Repeat("x", n*(10<<20))+"\n"), 0o666))
			},
		},
	})
}

// snapshot is the names, kinds and contents of all files below a folder.
func snapshot(ts *testscript.TestScript, dir string) string {
	var b strings.Builder
	ts.Check(filepath.WalkDir(ts.MkAbs(dir), func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		b.WriteString(name + " " + e.Type().String() + "\n")
		if e.Type().IsRegular() {
			data, err := os.ReadFile(name)
			b.Write(data)
			return err
		}
		return nil
	}))
	return b.String()
}
