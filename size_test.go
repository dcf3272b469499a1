package cutover_test

import (
	"bytes"
	"go/ast"
	"os"
	"path"
	"testing"

	"github.com/stretchr/testify/require"
)

// Bounds of a package without its tests: what is larger has two rooms in it.
const (
	maxFiles = 14
	maxLines = 2600
)

// roomy are the packages that may be larger, with the reason.
var roomy = map[string]string{
	"cmd/cutover":                     "a file for each verb",
	"cmd/internal/release":            "one life: the verbs share the checkout and the gate, and each file is small",
	"generators/route":                "what every router shares, a file for each noun",
	"generators/routers/haproxy":      "a router is one package; two controllers, each in its own words",
	"generators/routers/ingressnginx": "a router is one package; a file for each annotation's meaning",
	"generators/routers/istio":        "a router is one package; a file for each check",
	"generators/routers/nginx":        "a router is one package; four kinds, and why the controller refuses them",
	"generators/routers/traefik":      "a router is one package; a file for each thing that is followed",
	"generators/workload":             "what hangs on a workload, a file for each kind",
	"schemas":                         "the decoder and the Release that it decodes share tags and positions",
}

// TestPackageSize: no package is larger than a person reads in one go.
func TestPackageSize(t *testing.T) {
	files, lines := map[string]int{}, map[string]int{}
	eachFile(t, func(file string, _ *ast.File) {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		dir := path.Dir(file)
		if path.Base(file) != "doc.go" {
			files[dir]++
		}
		lines[dir] += bytes.Count(data, []byte("\n"))
	})
	require.Greater(t, len(files), 20)
	for dir, n := range files {
		_, may := roomy[dir]
		large := n > maxFiles || lines[dir] > maxLines
		require.True(t, may || !large, "%s has %d files and %d lines, more than %d or %d: it holds two things", dir, n, lines[dir], maxFiles, maxLines)
		require.True(t, large || !may, "%s is no longer large, take it off the list", dir)
	}
	for dir := range roomy {
		require.Contains(t, files, dir, "there is no such package any more, take it off the list")
	}
}
