package track_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/stretchr/testify/require"
)

// TestTracks compares one track, at a stage, and the apexes there with the
// cases in testdata/workload: sections are called track/stage, or jobs/stage. What no release
// owns is the section shared.
func TestTracks(t *testing.T) {
	golden.Run(t, "workload", func(t *testing.T, c *golden.Case) {
		_, out := c.Generate(t)
		r := out.Releases[0]
		for _, name := range c.Wanted() {
			if name == "shared.yaml" {
				c.Want(t, name, string(kube.Stream(nil, out.Shared)))
				continue
			}
			part, stage, _ := strings.Cut(strings.TrimSuffix(name, ".yaml"), "/")
			s, ok := r.Stage(stage)
			require.True(t, ok, "want/%s: no such stage", name)
			objects := s.Apexes
			if part == "jobs" {
				objects = nil
				for _, j := range r.Started(s) {
					objects = append(objects, j.Objects()...)
				}
			}
			if i := slices.Index([]string{"blue", "green"}, part); i >= 0 {
				objects = r.Tracks[i].At(s.Stage)
			}
			c.Want(t, name, string(kube.Stream(nil, objects)))
		}
	})
}
