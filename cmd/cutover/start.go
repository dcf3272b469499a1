package main

import (
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/spf13/cobra"
)

func newStart(now func() time.Time) *cobra.Command {
	var b release.Beginning
	c := moves(now, &cobra.Command{
		Use:   "start [DIR]",
		Short: "Begin a release: a new version, or the manifests as they are now",
		Long: `Start puts a version on the idle track of the release in DIR, makes that track
from the manifests, and moves to the first stage, at which its pods start and get
no requests. The live track stays what it is, whatever the manifests say.

The version is --image; or spec.next, if live runs another; or what the Release
says of the idle track already; or live's own, where only the manifests have
changed.

Of releases that move together those begin that have something new.

It refuses while a release is under way. With --supersede it walks that one back
to stable, a commit at a time, and notes the version in spec.next: call it again
until the new release has begun.`,
		Example: `  cutover start shop --image ghcr.io/acme/checkout:1.6.0 --commit
  cutover start shop --supersede --commit --push`,
	}, func(dir string, o release.Options) error { return release.Start(dir, o, b) })
	c.Flags().StringArrayVar(&b.Images, "image", nil,
		"the version: an image, or container=image for one more container; of releases that move together NAME=image, or NAME/container=image")
	c.Flags().BoolVar(&b.Supersede, "supersede", false, "walk the release that is under way back first")
	return c
}
