package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPathText: a path is written as people write it, keys with dots in brackets.
func TestPathText(t *testing.T) {
	for want, path := range map[string][]string{
		"":                              nil,
		"spec.containers[0].env[12]":    {"spec", "containers", "0", "env", "12"},
		"metadata.annotations[a.b/c]":   {"metadata", "annotations", "a.b/c"},
		"data.5432":                     {"data", "5432"},
		"spec.ports[].name":             {"spec", "ports", "[]", "name"},
		"spec.http[].headers[x.y].set":  {"spec", "http", "[]", "headers", "x.y", "set"},
		"spec.matchLabels[has a space]": {"spec", "matchLabels", "has a space"},
	} {
		require.Equal(t, want, PathText(path))
	}
}
