package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [FIELD | ID]",
		Short: "Explain a field of the Release, or the id of a finding",
		Example: `  cutover explain spec.strategy.steps
  cutover explain spec.traffic.options.istio
  cutover explain weight-range`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			w := c.OutOrStdout()
			if len(args) == 0 {
				return explainField(w, "")
			}
			if page, ok := schemas.PageOf(args[0]); ok {
				fmt.Fprintf(w, "%s\n\n%s\n", page.ID, schemas.Wrap(page.Text, 80))
				return nil
			}
			return explainField(w, strings.NewReplacer("[]", "").Replace(args[0]))
		},
	}
}

func explainField(w io.Writer, path string) error {
	text, ok := schemas.Explain(path, route.Decoding(routers.Table))
	if near := schemas.ExplainHint(path, route.Decoding(routers.Table)); !ok && near != "" {
		return fmt.Errorf("neither a field nor an id of a finding: %q; did you mean %s?", path, near)
	}
	if !ok {
		return fmt.Errorf("neither a field nor an id of a finding: %q; cutover explain alone lists the fields", path)
	}
	fmt.Fprint(w, text)
	return nil
}
