package account

import (
	"testing"

	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/stretchr/testify/require"
)

// TestCounts: fields are counted by who answers for them, each kind once.
func TestCounts(t *testing.T) {
	seen := map[string]Count{}
	for _, c := range Counts(routers.Table) {
		name := c.Group + " " + c.Kind
		require.NotContains(t, seen, name)
		seen[name] = c
		require.Equal(t, c.Whole, c.Judged+c.Harmless+c.Listed == 0, name)
	}
	require.Equal(t, Count{Group: "scheduling.k8s.io", Kind: "PriorityClass", Judged: 2, Harmless: 1, Listed: 1}, seen["scheduling.k8s.io PriorityClass"])
	require.Greater(t, seen["apps Deployment"].Judged, 500, "the template of its pods")
	require.Greater(t, seen["projectcontour.io HTTPProxy"].Judged, 100)
	require.Greater(t, seen["projectcontour.io HTTPProxy"].Listed, 3)
	require.True(t, seen["argoproj.io AppProject"].Whole)
}
