package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPage: what stands in docs/benchmarks.md is what is written there, so that the next
// make bench takes nothing away.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/benchmarks.md")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(page), head), "its head was changed by hand: change it in page.go")
	require.Contains(t, string(page), where)
	require.Regexp(t, `, helm v4\.\d+\.\d+, kustomize v5\.\d+\.\d+\.\n`, string(page))
}
