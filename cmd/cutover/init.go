package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/build"
	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/controller"
	"github.com/cutoverdev/cutover/generators/draft"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// initFlags holds the flags of the verb.
type initFlags struct {
	input
	workload string
	dry      bool
	move     bool
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
  cutover init shop --workload checkout --input shop/overlays/prod
  cutover init shop --move --input ../rollouts/shop`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return i.run(c, dirOf(args)) },
	}
	i.flags(c)
	c.Flags().StringVar(&i.workload, "workload", "",
		"the workload, where several have no Release: name, namespace/name or kind/namespace/name")
	c.Flags().BoolVar(&i.move, "move", false,
		"leave a controller: read a Rollout (Argo, Kruise), a Canary (Flagger) or the canary Ingress of a pair (ingress-nginx) in "+
			"--input, and write DIR/base as it is without it, and the Release")
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
	if i.move {
		return i.moved(c, f, in)
	}
	object, found := draft.Pick(in, i.workload)
	if i.Path == "" && len(in.Objects) == 0 {
		found = elsewhere(found, dir)
	}
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
	return report.Findings(c.ErrOrStderr(), d.Warned)
}

// moved writes the manifests without a controller, and the Release of what the
// controller was told.
func (i initFlags) moved(c *cobra.Command, f *folder.Folder, in generators.Input) error {
	if i.Path == "" || f.Exists(folder.Base) && !i.dry {
		return errors.New("--move reads manifests with --input, and writes base/ of a folder that has none")
	}
	m, found := pickMove(controller.Read(in.Objects), i.workload)
	if err := report.Findings(c.ErrOrStderr(), placed(found, i.Path)); err != nil {
		return err
	}
	in.Objects = m.Objects
	n := slices.IndexFunc(m.Objects, func(o kube.Object) bool { return o.Group == "apps" && o.Name == m.Name })
	if n < 0 {
		return report.Findings(c.ErrOrStderr(), []schemas.Finding{m.By.Find("workload-unknown", "no workload is called "+m.Name,
			"put it among the manifests of --input", "spec")})
	}
	d, refused := draft.Moved(in, m.Objects[n], m)
	if i.dry {
		fmt.Fprintf(c.OutOrStdout(), "%s", d.Text)
		return report.Findings(c.ErrOrStderr(), refused)
	}
	if err := report.Findings(c.ErrOrStderr(), refused); err != nil {
		return err // and write nothing
	}
	kept := slices.DeleteFunc(slices.Clone(m.Objects), build.IsSecret)
	if err := f.Create(folder.Base+"/"+m.Name+".yaml", kube.Stream(nil, kept)); err != nil {
		return err
	}
	if err := f.Create("release.yaml", d.Text); err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "%s: releases %s in the place of %s; %d things have no equivalent, see its head\n",
		f.Shown("release.yaml"), d.Object.ID, m.By.ID, len(d.Lost))
	if secrets := len(m.Objects) - len(kept); secrets > 0 {
		fmt.Fprintf(c.OutOrStdout(), "%d Secrets are not written: put them where they belong\n", secrets)
	}
	return nil
}

// pickMove is the controller's object to leave: the only one, or that of a workload.
func pickMove(all []controller.Move, name string) (controller.Move, []schemas.Finding) {
	all = slices.DeleteFunc(all, func(m controller.Move) bool { return name != "" && m.Name != name && m.By.Name != name })
	var names []string
	for _, m := range all {
		names = append(names, m.By.ID.String())
	}
	switch len(all) {
	case 1:
		return all[0], nil
	case 0:
		return controller.Move{}, []schemas.Finding{{
			ID: "workload-unknown", Message: "no Rollout of Argo or Kruise, no Canary of Flagger and no canary Ingress is among the manifests",
			Hint: "--input: where they are",
		}}
	}
	return controller.Move{}, []schemas.Finding{{
		ID: "workload-several", Message: "there are several: " + strings.Join(names, ", "), Hint: "--workload: one of them",
	}}
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

// elsewhere names the folders in which there are workloads, where the present one has none.
func elsewhere(found []schemas.Finding, dir string) []schemas.Finding {
	at := folder.Workloads(dir)
	if len(at) == 0 {
		return found
	}
	for i := range found {
		found[i].Hint = "there are some in " + strings.Join(at, ", ") + ": --input " + filepath.Join(dir, at[0])
	}
	return found
}

// way says how requests go over to the next version.
func way(d draft.Draft) string {
	switch {
	case d.Steps != "":
		text := "a canary in steps of " + d.Steps + " percent, each held for 5m; without spec.strategy.steps it is blue/green"
		if d.NoSteps != "" {
			text += "\nin no smaller steps, because they are refused: " + d.NoSteps
		}
		return text
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
