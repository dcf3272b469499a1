package main

import (
	"fmt"
	"io"

	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

const fnHelp = `Fn reads a ResourceList from standard input and writes one to standard output:
the objects of the stage that each Release stands at.

In kustomize, as a transformer, where the workload is among the resources. The
Release is the function's config:

  # kustomization.yaml
  resources: [deployment.yaml, service.yaml]
  transformers: [release.yaml]

  # release.yaml
  apiVersion: cutover.dev/v1alpha1
  kind: Release
  metadata:
    name: checkout
    annotations:
      config.kubernetes.io/function: |
        exec: {path: cutover, args: [fn]}
  spec: …

  kustomize build --enable-alpha-plugins --enable-exec .

As a generator it sees nothing but its own config: spec.app describes the
workload. Give both flags: with only the first, kustomize skips the function
without a word; so does kubectl kustomize.

In kpt:

  pipeline:
    mutators:
    - exec: cutover fn
      configPath: release.yaml
    validators:
    - exec: cutover fn check
      configPath: release.yaml

Generated objects go to generated/<release>/ and bear the label
cutover.dev/release; a later run updates and prunes them. The workload stays in
its file, marked local-config.

Config: a Release, or a ReleaseSet with several; without one, the Releases among
the items. cutover explain lists the fields.

Findings go to standard error and into the results; with an error the exit code
is 1 and the items are as they came.`

func newFn() *cobra.Command {
	c := &cobra.Command{
		Use:   "fn",
		Short: "Run as a KRM function: kustomize, kpt",
		Long:  fnHelp,
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return runFn(c, fn.Render) },
	}
	c.AddCommand(&cobra.Command{
		Use:   "check",
		Short: "Run as a validator: say what is wrong, change nothing",
		Long: `Check reads what is to be applied: that every route leads to pods, that the
tracks are told apart and run what the Release says, that the split is the
stage's, and in a kpt package that the generated objects are up to date.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return runFn(c, fn.Check) },
	}, &cobra.Command{
		Use:   "references",
		Short: "Print the configuration by which kustomize follows names in routes",
		Long: `With namePrefix or nameSuffix on an overlay, kustomize changes the names of
Services but not where routes name them, unless a configuration says where that
is. List the output under configurations: of the overlay.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := c.OutOrStdout().Write(fn.References(routers.Table))
			return err
		},
	})
	return c
}

// runFn answers the list on standard input. Nothing but the answer goes to
// standard output: kustomize takes anything else there for resources.
func runFn(c *cobra.Command, m fn.Mode) error {
	in, err := io.ReadAll(io.LimitReader(c.InOrStdin(), int64(schemas.ListLimits.Bytes)+1))
	if err != nil {
		return fmt.Errorf("read standard input: %w", err)
	}
	out, found := fn.Run(in, m)
	if _, err := c.OutOrStdout().Write(out); err != nil {
		return fmt.Errorf("write standard output: %w", err)
	}
	return report.Findings(c.ErrOrStderr(), found)
}
