package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/generators/structure"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// input is what a verb works on.
type input struct {
	load.Input
	mayBeNone bool // -R finds no Release: a hook runs in any repository
	shard     shard
	many      many
}

func (in *input) flags(c *cobra.Command) { inputFlags(c, &in.Input) }

// inputFlags are the flags that say what a verb works on.
func inputFlags(c *cobra.Command, in *load.Input) {
	in.Rules = &structure.Rules{}
	c.Flags().StringVar(&in.Path, "input", "",
		"manifests: a file, a folder, a kustomization, or - for standard input (default: base/ in the folder, or the folder itself)")
	c.Flags().StringToStringVar(&in.Classes, "class", nil, "provider of an ingress class or gateway class, as class=provider")
	f := c.Flags().Lookup("class")
	f.Value = classValue{f.Value, in}
}

// manyFlags are the flags of verbs that work on many folders.
func (in *input) manyFlags(c *cobra.Command, recursive *bool) {
	c.Flags().BoolVarP(recursive, "recursive", "R", false, "every folder with Releases at and below DIR")
	c.Flags().Var(&in.shard, "shard", "with -R: the K-th of N parts of the folders, for machines that share the work")
	c.Flags().BoolVar(&in.many.verbose, "verbose", false, "with -R: also what needs nobody")
}

// classValue is the value of --class. A provider that is none is refused: what is
// of its class would be taken for somebody else's, and not be looked at.
type classValue struct {
	pflag.Value
	in *load.Input
}

// Set takes class=provider.
func (v classValue) Set(text string) error {
	if err := v.Value.Set(text); err != nil {
		return err
	}
	for _, class := range slices.Sorted(maps.Keys(v.in.Classes)) {
		name := v.in.Classes[class]
		if _, ok := route.Lookup(routers.Table, name); !ok {
			return fmt.Errorf("%q is not a provider: %s", name, schemas.ProviderHint(name, route.Decoding(routers.Table)))
		}
	}
	return nil
}

// dirOf is the folder a verb was given, as a rule the present one.
func dirOf(args []string) string { return cmp.Or(strings.Join(args, ""), ".") }

// each runs fn on one folder, or with -R on every folder of Releases below it.
func (in input) each(c *cobra.Command, dir string, recursive bool, fn func(l load.Loaded, r *result) error) error {
	return in.folders(c, dir, recursive, func(dir string, r *result) error {
		l, err := in.Load(dir, c.InOrStdin())
		if err != nil {
			return err
		}
		defer l.Close()
		if err := report.Findings(r.stderr, l.Found); err != nil {
			return err
		}
		return fn(l, r)
	})
}

// folders calls one with dir, or with -R with every folder of Releases below it.
func (in input) folders(c *cobra.Command, dir string, recursive bool, one eachFolder) error {
	if !recursive && in.shard.of > 0 {
		return errors.New("--shard goes with -R")
	}
	if !recursive {
		return one(dir, &result{stdout: c.OutOrStdout(), stderr: c.ErrOrStderr()})
	}
	dirs, err := folder.Find(dir)
	if err != nil {
		return err
	}
	if len(dirs) == 0 && !in.mayBeNone {
		return report.Findings(c.ErrOrStderr(), []schemas.Finding{load.Missing(dir)})
	}
	return in.many.parallel(c, in.shard.among(dir, dirs), one)
}

// knownCluster: where tracks are in two clusters one of these is to be named, and else none.
func knownCluster(name string, releases []generators.Release) error {
	var names []string
	for _, o := range releases {
		names = o.Clusters()
	}
	switch {
	case names == nil && name == "", slices.Contains(names, name):
		return nil
	case names == nil:
		return fmt.Errorf("--cluster %s: the tracks name no clusters", name)
	}
	return fmt.Errorf("the tracks are in two clusters; --cluster: one of %s", strings.Join(names, ", "))
}
