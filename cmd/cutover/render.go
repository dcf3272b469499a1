package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/spf13/cobra"
)

// render holds the flags of the verb.
type render struct {
	input
	stage     string
	cluster   string
	stream    bool
	check     bool
	hook      bool
	recursive bool
}

func newRender() *cobra.Command {
	var r render
	c := &cobra.Command{
		Use:   "render [DIR]",
		Short: "Write every stage of the Releases in a folder to its rendered/",
		Long: `Render reads the Releases in DIR (default: the present folder) and the manifests
of their workloads, and writes every stage of every release, as plain
kustomizations, to DIR/rendered. What the agent applies is DIR/rendered/live.

With --out - it writes the objects of one stage to standard output instead.`,
		Example: `  cutover render shop
  cutover render shop --stage shift-5 --out - | kubectl diff -f -
  cutover render -R --check .`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return r.run(c, dirOf(args)) },
	}
	r.flags(c)
	c.Flags().StringVar(&r.stage, "stage", "", "with --out -: the stage to write (default: the one each release stands at)")
	c.Flags().StringVar(&r.cluster, "cluster", "", "with --out -: the cluster whose objects to write, where tracks are in two")
	c.Flags().StringVar(&r.Out, "out", "", "folder to write rendered/ to (default: DIR), or - for one stage on standard output")
	c.Flags().BoolVar(&r.check, "check", false, "change nothing; fail and name the files if rendered/ is not up to date")
	c.Flags().BoolVar(&r.hook, "hook", false,
		"write, but fail and name the files if rendered/ was not up to date, so that a Git hook stops the commit")
	r.manyFlags(c, &r.recursive)
	return c
}

func (r render) run(c *cobra.Command, dir string) error {
	if r.Out == "-" {
		r.stream, r.Out = true, ""
	}
	r.Writes, r.mayBeNone = !r.stream, r.hook
	switch {
	case r.stage != "" && !r.stream:
		return fmt.Errorf("--stage goes with --out -: the folder always holds every stage")
	case r.cluster != "" && !r.stream:
		return fmt.Errorf("--cluster goes with --out -: the folder always holds every cluster")
	case r.recursive && (r.stream || r.Out != "" || r.Path != ""):
		return fmt.Errorf("-R goes with neither --out nor --input")
	case (r.check || r.hook) && r.stream:
		return fmt.Errorf("--check and --hook compare with a folder, not with --out -")
	case r.check && r.hook:
		return fmt.Errorf("--check changes nothing, --hook writes: one of them")
	}
	if r.Out != "" {
		if err := os.MkdirAll(r.Out, 0o777); err != nil {
			return err
		}
	}
	if r.hook && os.Getenv(git.Moving) != "" {
		return nil // decided and checked on what is committed; what else is in the work tree must not hold up an abort
	}
	r.Fleet = &git.Fleet{}
	defer r.Fleet.Close()
	r.many.to = c.OutOrStdout()
	if r.check || r.hook {
		r.many.to = c.ErrOrStderr() // standard output is the files alone
	}
	return r.each(c, dir, r.recursive, func(l load.Loaded, of *result) error {
		if r.stream {
			return r.objects(l, of.stdout)
		}
		if repo, ok, _ := r.Fleet.Open(l.Shown(".")); ok && r.Out == "" {
			if err := report.Findings(of.stderr, release.Running(l, repo)); err != nil {
				return err
			}
		}
		return r.tree(l, of)
	})
}

// objects writes one stage of one release, or the present stage of all.
func (r render) objects(l load.Loaded, stdout io.Writer) error {
	var objects []kube.Object
	if err := knownCluster(r.cluster, l.Out.Releases); err != nil {
		return err
	}
	if r.stage != "" {
		release, s, err := load.Pick(l.Out, r.stage)
		if err != nil {
			return err
		}
		objects = release.Objects(s)
	} else {
		objects = append(objects, l.Out.Shared...)
		for _, release := range l.Out.Releases {
			s, _ := release.Stage(release.Spec.Stage)
			objects = append(objects, release.Objects(s)...)
		}
	}
	_, err := stdout.Write(kube.Stream(nil, generators.In(r.cluster, objects)))
	return err
}

// tree writes rendered/, or says what it would write.
func (r render) tree(l load.Loaded, of *result) error {
	to := l.Target
	changes, found, err := to.Changes(overlay.Files(l.Out))
	if err != nil {
		return err
	}
	if err := report.Findings(of.stderr, found); err != nil {
		return err
	}
	of.word = "up to date"
	if len(changes) > 0 {
		of.word = "written"
	}
	if r.check {
		of.word = strings.Replace(of.word, "written", "not up to date", 1)
		return listed(changes, to, of.stdout)
	}
	if err := to.Write(changes); err != nil {
		return err
	}
	if r.hook {
		return listed(changes, to, of.stdout)
	}
	if !r.recursive || r.many.verbose { // of many nobody reads them
		report.Remarks(of.stderr, l.Found)
	}
	fmt.Fprintf(of.stdout, "%s: %s\n", to.Shown(overlay.Root), folder.Counted(changes))
	return nil
}

// listed names the files that are not as they would be rendered.
func listed(changes []folder.Change, to *folder.Folder, stdout io.Writer) error {
	for _, c := range changes {
		fmt.Fprintf(stdout, "%s %s\n", c.Verb, to.Shown(c.Path))
	}
	if len(changes) > 0 {
		return report.ErrFindings
	}
	return nil
}
