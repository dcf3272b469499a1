package draft_test

import (
	"testing"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/draft"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/stretchr/testify/require"
)

func workloads(names ...string) generators.Input {
	var in generators.Input
	for _, name := range names {
		in.Objects = append(in.Objects, kube.Make(struct {
			APIVersion string    `yaml:"apiVersion"`
			Kind       string    `yaml:"kind"`
			Metadata   kube.Meta `yaml:"metadata"`
		}{"apps/v1", "Deployment", kube.Meta{Name: name, Namespace: "store"}}))
	}
	return in
}

// TestPick: the only workload is meant without a word; of several one must be named.
func TestPick(t *testing.T) {
	o, found := draft.Pick(workloads("cart"), "")
	require.Empty(t, found)
	require.Equal(t, "Deployment/store/cart", o.ID.String())

	_, found = draft.Pick(workloads("cart", "search"), "")
	require.Len(t, found, 1)
	require.Equal(t, "workload-several", found[0].ID)

	o, found = draft.Pick(workloads("cart", "search"), "store/search")
	require.Empty(t, found)
	require.Equal(t, "search", o.Name)

	_, found = draft.Pick(workloads("cart"), "art") // no part of a name
	require.Equal(t, "workload-unknown", found[0].ID)
}
