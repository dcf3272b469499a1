package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

func newProviders() *cobra.Command {
	return &cobra.Command{
		Use:   "providers [NAME]",
		Short: "List the routers, or show what one can do",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listProviders(c.OutOrStdout())
			}
			p, ok := route.Lookup(routers.Table, args[0])
			if !ok {
				return unknownProvider(args[0])
			}
			showProvider(c.OutOrStdout(), p)
			return nil
		},
	}
}

func unknownProvider(name string) error {
	var names []string
	for _, p := range routers.Table {
		names = append(names, p.Name)
	}
	if near := schemas.Nearest(name, names); near != "" {
		return fmt.Errorf("no provider %q; did you mean %s?", name, near)
	}
	return fmt.Errorf("no provider %q; cutover providers lists them", name)
}

func listProviders(w io.Writer) error {
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tROUTER\tPROTOCOLS\tCHECKED AGAINST")
	for _, p := range routers.Table {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", p.Name, p.Title, strings.Join(slices.Sorted(maps.Keys(p.Can)), " "), p.Version)
	}
	return errors.Join(t.Flush(), report.Lines(w, text.String(), report.Head))
}

func showProvider(w io.Writer, p route.Provider) {
	fmt.Fprintf(w, "%s: %s\n\n%s\n\n", p.Name, p.Title, schemas.Wrap(p.Doc, 80))
	for _, protocol := range slices.Sorted(maps.Keys(p.Can)) {
		fmt.Fprintf(w, "%s: %s\n", protocol, cmp.Or(strings.Join(p.Can[protocol].Names(), ", "), "all or nothing"))
	}
	for _, k := range p.Kinds {
		fmt.Fprintf(w, "writes and reads: %s %s (%s)\n", cmp.Or(k.Group, "core"), k.Kind, strings.Join(k.Versions, ", "))
	}
	if p.Options != nil {
		fmt.Fprintf(w, "options: cutover explain spec.traffic.options.%s\n", p.Name)
	}
	fmt.Fprintf(w, "checked against: %s\nsee: %s\n", p.Version, p.URL)
}
