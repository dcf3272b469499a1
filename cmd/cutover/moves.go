package main

import (
	"fmt"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/spf13/cobra"
)

// moves is a verb that moves a release, with the flags that all of them have.
func moves(now func() time.Time, c *cobra.Command, run func(dir string, o release.Options) error) *cobra.Command {
	o := release.Options{Now: now}
	c.Args = cobra.MaximumNArgs(1)
	c.RunE = func(c *cobra.Command, args []string) error {
		if o.Arrives < 0 {
			return fmt.Errorf("--arrives %s: a time is never below 0", o.Arrives)
		}
		o.Stdin, o.Stdout, o.Stderr = c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr()
		return run(dirOf(args), o)
	}
	inputFlags(c, &o.Input)
	f := c.Flags()
	f.StringVar(&o.Release, "release", "", "the release, or the ReleaseSet that moves together, where there are several in the folder")
	f.BoolVar(&o.Commit, "commit", false, "make one commit of exactly the files that change, with your own git")
	f.BoolVar(&o.Push, "push", false, "commit and push; if someone else pushed first, catch up and decide again")
	f.StringVar(&o.Branch, "branch", "", "commit to this branch; it is made if it is not there")
	f.BoolVar(&o.Dry, "dry-run", false, "change nothing; say what would be changed")
	f.BoolVar(&o.Force, "force", false, "go on in spite of what is found, and say so in the commit")
	f.StringVar(&o.Delivery, "delivery", "", "the revision that the agent follows (default: the upstream branch, or HEAD if there is none)")
	f.StringVar(&o.Observed, "observed", "",
		"what the cluster holds, as evidence that the present stage has arrived: a file, or - for standard input")
	f.DurationVar(&o.Arrives, "arrives", release.Arrival, "an agent has applied by then what it follows")
	return c
}
