package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/account"
	"github.com/cutoverdev/cutover/generators/routers"
)

// counts is a table of what is judged, with a line for each kind, and what they come to.
func counts() string {
	var rows, whole strings.Builder
	var sum account.Count
	kinds, group, last := 0, "", ""
	for _, c := range account.Counts(routers.Table) {
		kinds++
		if c.Whole {
			if c.Group != last || whole.Len() == 0 {
				last = c.Group
				fmt.Fprintf(&whole, "\n- %s:", cmp.Or(c.Group, "core"))
			}
			fmt.Fprintf(&whole, " %s", c.Kind)
			continue
		}
		sum.Judged, sum.Harmless, sum.Listed = sum.Judged+c.Judged, sum.Harmless+c.Harmless, sum.Listed+c.Listed
		name := ""
		if first := c.Group != group || rows.Len() == 0; first {
			name, group = cmp.Or(c.Group, "core"), c.Group
		}
		fmt.Fprintf(&rows, "| %s | %s | %d | %d | %d |\n", name, c.Kind, c.Judged, c.Harmless, c.Listed)
	}
	return fmt.Sprintf("%d kinds are known, and of them %d fields: %d are judged, %d harmless, %d listed.\n\n", kinds,
		sum.Judged+sum.Harmless+sum.Listed, sum.Judged, sum.Harmless, sum.Listed) +
		"| group | kind | judged | harmless | listed |\n|---|---|--:|--:|--:|\n" + rows.String() +
		"\nAs a whole, since the structure of their fields is not known here:\n" + whole.String() + "\n"
}
