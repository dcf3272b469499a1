package advance

import (
	"strings"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// TestAlone: where a router counts otherwise while one track has all requests, that is what
// is asked for then, and then only.
func TestAlone(t *testing.T) {
	docs, found := schemas.Documents("release.yaml", []byte(`apiVersion: cutover.dev/v1alpha1
kind: Release
metadata: {name: cart, namespace: shop}
spec:
  workload: cart
  traffic: [{provider: service}]
  tracks: {blue: {image: "cart:1"}, green: {image: "cart:2"}}
  strategy: {preview: {match: [{headers: {x-beta: "on"}}]}}
  analysis: {metrics: {errors: {max: 1%}}}
`))
	require.Empty(t, found)
	parsed, found := schemas.Parse(docs[0], []schemas.Provider{{Name: "service"}})
	require.Empty(t, found)
	series := route.Metrics{
		Track: `of="{{service}}"`, Alone: `by="{{route}}"`, Requests: route.Series{Name: "requests"}, Failed: route.Series{Labels: `code="500"`},
	}
	r := generators.Release{Release: parsed[0], Measured: []generators.Measured{{Entry: "traefik", Series: series, Asked: [2]route.Asked{
		{Service: "cart-blue", Route: "cart"}, {Service: "cart-green", Route: "cart"},
	}}}}
	for _, c := range []struct {
		name    string
		s       stage.Stage
		track   string
		isAlone bool
	}{
		{"shared", stage.Stage{Main: "blue", Candidate: "green", Split: stage.Split{Weight: 25}}, "green", false},
		{"all", stage.Stage{Main: "blue", Candidate: "green", Split: stage.Split{Weight: 100}}, "green", true},
		{"none", stage.Stage{Main: "blue", Candidate: "green", Split: stage.Split{Weight: 100}}, "blue", false},
		{"main", stage.Stage{Main: "green", Candidate: "green", Split: stage.Split{Weight: 100}, Preview: true}, "green", true},
		{"live, and a preview", stage.Stage{Main: "blue", Candidate: "green", Preview: true}, "blue", false},
		{"live", stage.Stage{Main: "blue", Candidate: "green"}, "blue", true},
	} {
		for _, q := range questions(r, c.s, parsed[0].Spec.Analysis.Metrics[0], c.track, time.Minute) {
			require.Equal(t, c.isAlone, strings.Contains(q.Query, `by="cart"`), "%s: %s", c.name, q.Query)
			require.Equal(t, !c.isAlone, strings.Contains(q.Query, `of="cart-`), "%s: %s", c.name, q.Query)
		}
	}
}
