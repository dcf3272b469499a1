package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
)

// TestUpToDate fails if a checked-in file is not what make schemas makes.
func TestUpToDate(t *testing.T) {
	root := golden.Root()
	files, err := generate(root)
	require.NoError(t, err)
	for name, data := range files {
		have, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err, "run make schemas")
		require.Equal(t, string(data), string(have), "%s is stale: run make schemas", name)
	}
}
