package main

import (
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/spf13/cobra"
)

func newPromote(now func() time.Time) *cobra.Command {
	var p release.Promotion
	c := moves(now, &cobra.Command{
		Use:   "promote [DIR]",
		Short: "Move a release on to its next stage, or end it",
		Long: `Promote moves the release in DIR to the next stage: one line of the Release and
live/ change, and nothing else. Past the last stage it closes the release: the
candidate is live then, and the old track is free.

It refuses as long as the stage has not stood for its hold, while the Release is
paused, if what is rendered is not up to date, and if the commit would drop
requests: from where the release stands, or from any stage that an agent which
skips commits may still be at. Without --commit it writes the files and leaves
the commit to you.`,
		Example: `  cutover promote shop --commit --push
  kubectl get all,httproute -n shop -o yaml | cutover promote shop --observed - --commit`,
	}, func(dir string, o release.Options) error { return release.Promote(dir, o, p) })
	c.Flags().StringVar(&p.Stage, "stage", "", "the stage to go to (default: the next one)")
	c.Flags().BoolVar(&p.Resume, "resume", false, "take spec.paused away and go on")
	return c
}
