package main

import (
	"fmt"
	"io"

	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators"
	"github.com/spf13/cobra"
)

// diff holds the flags of the verb.
type diff struct {
	input
	from, to string
}

func newDiff() *cobra.Command {
	var d diff
	c := &cobra.Command{
		Use:   "diff [DIR] --from STAGE --to STAGE",
		Short: "Show what changes between two stages",
		Long: `Diff shows, object by object, what a commit from one stage to another makes the
agent apply. In a folder with several releases, write release/stage.`,
		Example: "  cutover diff shop --from shift-5 --to shift-25",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return d.each(c, dirOf(args), false, func(l load.Loaded, r *result) error {
				stdout := r.stdout
				return d.run(l.Out, stdout)
			})
		},
	}
	d.flags(c)
	c.Flags().StringVar(&d.from, "from", "", "stage to start from (default: the one the release stands at)")
	c.Flags().StringVar(&d.to, "to", "", "stage to end at (default: the next one)")
	return c
}

// diffColour is the colour of a line of a diff, by its first sign.
func diffColour(_ int, line string) report.Colour {
	colours := map[byte]report.Colour{'+': report.Green, '-': report.Red, '@': report.Cyan}
	if line == "" {
		return ""
	}
	return colours[line[0]]
}

func (d diff) run(out generators.Output, stdout io.Writer) error {
	from, to := d.from, d.to
	if from == "" {
		if len(out.Releases) != 1 {
			return fmt.Errorf("several releases are here; give --from release/stage")
		}
		from = out.Releases[0].Spec.Stage
	}
	r, s, err := load.Pick(out, from)
	if err != nil {
		return err
	}
	if to == "" {
		if to = s.Next; to == "" {
			return fmt.Errorf("nothing follows %s; give --to", s.Name)
		}
	}
	only := generators.Output{Releases: []generators.Release{r}}
	_, t, err := load.Pick(only, to)
	if err != nil {
		return err
	}
	return report.Lines(stdout, load.Diff(s.Name, t.Name, r.Objects(s), r.Objects(t)), diffColour)
}
