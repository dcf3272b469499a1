package verify_test

import (
	"slices"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators/stage"
)

// BenchmarkCheck checks every edge of a release.
func BenchmarkCheck(b *testing.B) {
	for _, c := range golden.Cases(b, "traffic") {
		if !slices.Contains([]string{"traffic/istio/preview", "traffic/gatewayAPI/preview", "traffic/ingressNginx/preview", "traffic/service/atomic"}, c.Name) {
			continue
		}
		b.Run(c.Name, func(b *testing.B) {
			_, out := c.Generate(b)
			r := out.Releases[0]
			states := map[string]verify.State{}
			for _, s := range r.Stages {
				states[s.Name] = verify.NewState(router, r.Objects(s))
			}
			edges := stage.Edges(r.Plan())
			for b.Loop() {
				for _, e := range edges {
					verify.Edge{Name: "edge", From: states[e.From], To: states[e.To]}.Check()
				}
			}
			b.ReportMetric(float64(len(edges)*b.N)/b.Elapsed().Seconds(), "edges/s")
		})
	}
}
