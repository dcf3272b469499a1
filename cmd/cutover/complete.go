package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// completing lets the shell complete what flags and arguments take, beside file
// names: stages and releases of the folder, fields, ids, providers, formats.
func completing(root *cobra.Command) {
	words := func(all ...string) cobra.CompletionFunc {
		return cobra.FixedCompletions(all, cobra.ShellCompDirectiveNoFileComp)
	}
	lazy := func(all func() []string) cobra.CompletionFunc { // costs nothing at start-up
		return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return all(), cobra.ShellCompDirectiveNoFileComp
		}
	}
	flags := map[string]cobra.CompletionFunc{
		"stage":   completeStages(cobra.ShellCompDirectiveNoFileComp),
		"release": completeReleases,
		"agent":   words(verify.Agents...),
		"allow":   lazy(findingIDs),
	}
	perVerb := map[string]cobra.CompletionFunc{
		"diff from":     completeStages(cobra.ShellCompDirectiveNoFileComp),
		"diff to":       completeStages(cobra.ShellCompDirectiveNoFileComp),
		"verify from":   completeStages(cobra.ShellCompDirectiveDefault), // or any manifests
		"verify to":     completeStages(cobra.ShellCompDirectiveDefault),
		"verify output": words(report.Formats()...),
		"plan output":   words("table", "json", "mermaid"),
		"status output": words("table", "json"),
	}
	for _, c := range root.Commands() {
		for name, complete := range flags {
			if c.Flags().Lookup(name) != nil {
				_ = c.RegisterFlagCompletionFunc(name, complete) // fails for flags that are not there
			}
		}
		for name, complete := range perVerb {
			if verb, flag, _ := strings.Cut(name, " "); verb == c.Name() {
				_ = c.RegisterFlagCompletionFunc(flag, complete)
			}
		}
		switch c.Name() {
		case "explain":
			c.ValidArgsFunction = lazy(explainable)
		case "deliver":
			c.ValidArgs = slices.Sorted(maps.Keys(agents))
		case "providers":
			c.ValidArgsFunction = lazy(providerNames)
		}
	}
}

// explainable are the words that explain takes.
func explainable() []string {
	return append(schemas.FieldPaths(route.Decoding(routers.Table)), findingIDs()...)
}

func findingIDs() []string {
	var ids []string
	for _, p := range schemas.Pages() {
		ids = append(ids, p.ID)
	}
	return ids
}

func providerNames() []string {
	var names []string
	for _, p := range routers.Table {
		names = append(names, p.Name)
	}
	return names
}

// completeStages completes the stages of the folder's Releases.
func completeStages(rest cobra.ShellCompDirective) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		var names []string
		eachRelease(args, func(l load.Loaded) {
			for _, r := range l.Out.Releases {
				for _, s := range r.Stages {
					names = append(names, s.Name)
				}
			}
			for _, set := range generators.Sets(l.Out.Releases) {
				for _, s := range set.Stages {
					names = append(names, s.Name)
				}
			}
		})
		return unique(names), rest
	}
}

// completeReleases completes the names of the folder's Releases, and of sets that move
// together.
func completeReleases(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	eachRelease(args, func(l load.Loaded) {
		for _, r := range l.In.Releases {
			names = append(names, cmp.Or(r.Set(), r.Metadata.Name), r.Metadata.Name)
		}
	})
	return unique(names), cobra.ShellCompDirectiveNoFileComp
}

// eachRelease loads the folder of a command line, if it can be loaded.
func eachRelease(args []string, visit func(load.Loaded)) {
	l, err := load.Input{}.Load(dirOf(args), strings.NewReader(""))
	if err != nil {
		return
	}
	defer l.Close()
	visit(l)
}

// unique are words without those that come again, in their order.
func unique(words []string) []string {
	var all []string
	for _, w := range words {
		if !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}
