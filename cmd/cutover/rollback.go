package main

import (
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/spf13/cobra"
)

func newRollback(now func() time.Time) *cobra.Command {
	to := ""
	c := moves(now, &cobra.Command{
		Use:   "rollback [DIR]",
		Short: "Begin a release back to a version that served before",
		Long: `Rollback begins a release to the version that served before the present one, or
to the one that served at a revision: with the image, the configuration and the
ports it had then, byte for byte, whatever the manifests say by now. It goes the
way of every release; promote it, and the version is back.

As long as the old version's pods are there, abort is faster: one commit gives
them every request again.`,
		Example: "  cutover rollback shop --commit --push\n  cutover rollback shop --to v2026.04 --commit",
	}, func(dir string, o release.Options) error { return release.Rollback(dir, o, to) })
	c.Flags().StringVar(&to, "to", "", "revision at which the wanted version served (default: the last one at which another did)")
	return c
}
