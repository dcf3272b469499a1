package main

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators/draft"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// initFlags holds the flags of the verb.
type initFlags struct {
	input
	workload string
	dry      bool
}

func newInit() *cobra.Command {
	var i initFlags
	c := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a Release for a workload and the routes that lead to it",
		Long: `Init reads the manifests in DIR (default: the present folder), finds the workload
that has no Release yet, the Services that select its pods and the routes that
lead to those, and writes a Release with comments to DIR/release.yaml; if that is
there, to a file called like the workload. It asks nothing and overwrites
nothing; render and verify take the file as it is.`,
		Example: `  cutover init shop && cutover render shop && cutover verify shop
  cutover init shop --workload checkout --input shop/overlays/prod`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return i.run(c, dirOf(args)) },
	}
	i.flags(c)
	c.Flags().StringVar(&i.workload, "workload", "",
		"the workload, where several have no Release: name, namespace/name or kind/namespace/name")
	c.Flags().BoolVar(&i.dry, "dry-run", false, "write the Release to standard output, and no file")
	return c
}

func (i initFlags) run(c *cobra.Command, dir string) error {
	f, err := folder.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	in, found, err := f.Load(folder.Source{Path: i.Path, Stdin: c.InOrStdin(), Classes: i.Classes})
	if err != nil {
		return err
	}
	if err := report.Findings(c.ErrOrStderr(), found); err != nil {
		return err
	}
	in.Local = f.Exists("Kptfile")
	object, found := draft.Pick(in, i.workload)
	if err := report.Findings(c.ErrOrStderr(), placed(found, dir)); err != nil {
		return err
	}
	d, refused := draft.New(in, object)
	if i.dry {
		fmt.Fprintf(c.OutOrStdout(), "%s", d.Text)
		return report.Findings(c.ErrOrStderr(), refused)
	}
	if err := report.Findings(c.ErrOrStderr(), refused); err != nil {
		return err // and write nothing
	}
	name := "release.yaml"
	for _, other := range []string{object.Name + ".yaml", "release-" + object.Name + ".yaml"} {
		if f.Exists(name) {
			name = other
		}
	}
	if err := f.Create(name, d.Text); err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "%s: releases %s by %s\n%s\n", f.Shown(name), object.ID, by(d.Routers), way(d))
	return nil
}

// placed says of findings without a place that they are about a folder.
func placed(found []schemas.Finding, dir string) []schemas.Finding {
	for i := range found {
		if found[i].File == "" {
			found[i].File = dir
		}
	}
	return found
}

// way says how requests go over to the next version.
func way(d draft.Draft) string {
	switch {
	case d.Steps != "":
		return "a canary in steps of " + d.Steps + " percent; without spec.strategy.steps it is blue/green"
	case d.NoSteps != "":
		return "blue/green, because steps are refused: " + d.NoSteps
	}
	return "blue/green"
}

func by(routers []string) string {
	if len(routers) == 0 {
		return "the work it takes by itself"
	}
	return strings.Join(routers, "; ")
}
