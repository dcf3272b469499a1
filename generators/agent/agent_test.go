package agent

import (
	"testing"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/stretchr/testify/require"
)

// annotated is an object with one annotation.
func annotated(t *testing.T, key, value string) kube.Object {
	t.Helper()
	return kube.Make(struct {
		APIVersion string    `yaml:"apiVersion"`
		Kind       string    `yaml:"kind"`
		Metadata   kube.Meta `yaml:"metadata"`
	}{"v1", "Service", kube.Meta{Name: "cart"}}).With(value, "metadata", "annotations", key)
}

// TestWave: a wave is a whole number, 0 where none is given.
func TestWave(t *testing.T) {
	require.Equal(t, -3, Wave(annotated(t, "argocd.argoproj.io/sync-wave", "-3")))
	require.Equal(t, 0, Wave(annotated(t, "example.com/sync-wave", "7")))
}

// TestOption: an option of a sync is one of a list, and another value of it is not it.
func TestOption(t *testing.T) {
	o := annotated(t, ArgoOptions, "Prune=false,ServerSideApply=true")
	require.True(t, Option(o, "ServerSideApply=true"))
	require.False(t, Option(o, "ServerSideApply=false"))
	require.False(t, Option(annotated(t, ArgoOptions, "Prune=true"), "ServerSideApply=true"))
}

// TestPlain: what an agent is told to do with the user's object is not told of a copy.
func TestPlain(t *testing.T) {
	o := Plain(annotated(t, ArgoOptions, "Prune=false"))
	require.Empty(t, Keeps(o))
	require.NotEmpty(t, Keeps(annotated(t, ArgoOptions, "Prune=false")))
}
