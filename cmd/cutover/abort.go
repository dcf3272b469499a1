package main

import (
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/spf13/cobra"
)

func newAbort(now func() time.Time) *cobra.Command {
	return moves(now, &cobra.Command{
		Use:   "abort [DIR]",
		Short: "Take all requests from the candidate, then its pods",
		Long: `Abort moves the release in DIR to the stage at which the old version gets every
request, and changes nothing else: no pod starts or stops, nothing is rendered.
It pauses the release, so that nobody who promotes by the clock sends requests
back; cutover promote --resume goes on.
It never waits: not for a hold or a pause, and not for manifests that have
changed or are broken meanwhile. What the verifier has to say of it is
printed and refuses nothing.

Called again it goes on, a commit at a time, until the release is back at stable
and the candidate's pods are gone; each of these waits for the requests before to
have ended.`,
		Example: "  cutover abort shop --commit --push",
	}, func(dir string, o release.Options) error { return release.Abort(dir, o) })
}
