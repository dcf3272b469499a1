package generators_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators"
)

// TestSets compares the stages of sets with the tables in testdata/together.
func TestSets(t *testing.T) {
	golden.Run(t, "together", func(t *testing.T, c *golden.Case) {
		_, out := c.Generate(t)
		var b strings.Builder
		for _, s := range generators.Sets(out.Releases) {
			for _, at := range s.Stages {
				fmt.Fprintf(&b, "%s: %s; promote %s, abort %s\n", at.Name, s.Words(at.At), cmp.Or(at.Next, "-"), cmp.Or(at.Abort, "-"))
			}
		}
		c.Want(t, "plan", b.String())
	})
}
