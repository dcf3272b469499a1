package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
)

// TestUpToDate fails if a checked-in file is not what make schemas makes, or if
// one is left over.
func TestUpToDate(t *testing.T) {
	root := golden.Root()
	files, err := generate(root)
	require.NoError(t, err)
	for name, data := range files {
		have, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err, "run make schemas")
		require.Equal(t, string(data), string(have), "%s is stale: run make schemas", name)
	}
	left, err := filepath.Glob(filepath.Join(root, "schemas/upstream/*"))
	require.NoError(t, err)
	for _, path := range left {
		name, err := filepath.Rel(root, path)
		require.NoError(t, err)
		require.Contains(t, files, filepath.ToSlash(name), "nobody makes it any more")
	}
}
