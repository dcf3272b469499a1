package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/spf13/cobra"
)

func main() {
	spareGarbage()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Exit codes.
const (
	exitFine     = 0
	exitFindings = 1 // something is wrong with what was given
	exitUsage    = 2 // wrong flags, or something could not be read or written
	exitBack     = 3 // advance has taken a release back
)

// run is the whole program.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return runAt(time.Now, args, stdin, stdout, stderr)
}

// runAt is the program with a clock: how long a stage has stood depends on it.
func runAt(now func() time.Time, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot(now)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	switch err := root.Execute(); {
	case err == nil:
		return exitFine
	case errors.Is(err, errTakenBack):
		return exitBack
	case errors.Is(err, report.ErrFindings):
		return exitFindings
	case errors.Is(err, report.ErrUnreadable):
		return exitUsage
	default:
		fmt.Fprintf(stderr, "cutover: %v\n", err)
		return exitUsage
	}
}

// newRoot is the command with all its verbs.
func newRoot(now func() time.Time) *cobra.Command {
	root := &cobra.Command{
		Use:   "cutover",
		Short: "Zero-downtime releases as commits",
		Long: `cutover turns a short Release into every stage of a zero-downtime release, as
plain manifests that Argo CD or Flux applies. The stage a release stands at is a
line in Git: promote, abort and roll back are commits.`,
		Version:       versionOf(), // by cobra's own words: a template of ours makes the linker keep every method, 4 MB
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	if strings.HasPrefix(filepath.Base(os.Args[0]), "kubectl-") { // kubectl runs kubectl-cutover as: kubectl cutover
		root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl cutover"}
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	root.AddCommand(
		newInit(),
		newRender(),
		newPlan(),
		newDiff(),
		newVerify(),
		newStart(now),
		newPromote(now),
		newAbort(now),
		newRollback(now),
		newAdvance(now),
		newStatus(now),
		newReport(now),
		newResolve(),
		newDeliver(),
		newProviders(),
		newExplain(),
		newFn(),
		newVersion(),
	)
	root.AddCommand(papers(root)...)
	completing(root)
	return root
}
