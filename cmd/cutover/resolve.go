package main

import (
	"github.com/spf13/cobra"

	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/release"
)

func newResolve() *cobra.Command {
	var in load.Input
	c := &cobra.Command{
		Use:   "resolve [DIR]",
		Short: "Render anew what a merge left in conflict",
		Long: `Resolve ends the conflicts of a merge, rebase or cherry-pick in generated files:
it renders them anew from the Releases and manifests as they are merged, and adds
them to the index. Conflicts in what people wrote are yours to settle, before.

What was merged is checked as any commit is: that an agent gets from either side
to the result without dropping a request. Then it is yours to commit.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return release.Resolve(dirOf(args), release.Options{Input: in, Stdin: c.InOrStdin(), Stdout: c.OutOrStdout(), Stderr: c.ErrOrStderr()})
		},
	}
	inputFlags(c, &in)
	return c
}
