package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/stretchr/testify/require"
)

// TestBoard: the text is the one that this program writes, and what is rendered of it is a
// dashboard to Grafana, without a field that it does not know.
func TestBoard(t *testing.T) {
	plugins.RegisterDefaultPlugins()
	text, err := board()
	require.NoError(t, err)
	written, err := os.ReadFile(filepath.Join(golden.Root(), file))
	require.NoError(t, err)
	require.Equal(t, string(text), string(written), "go run ./cmd/internal/dashboard")

	_, out := golden.Cases(t, "monitoring/analysis.txtar")[0].Generate(t)
	var rendered string
	for _, o := range out.Releases[0].Monitoring {
		for _, text := range kube.Strings(o.Node, "data") {
			rendered = text
		}
	}
	require.NotContains(t, rendered, "RELEASE")
	require.NotContains(t, rendered, "NAMESPACE")
	require.NotContains(t, rendered, "UID")
	require.NotContains(t, rendered, "${", "Flux puts something of its own into braces")
	var d dashboard.Dashboard //nolint:staticcheck // as in board
	require.Empty(t, strict(&d, rendered))
	require.NoError(t, d.Validate())
	require.Equal(t, "shop/checkout: release", *d.Title)
	require.LessOrEqual(t, len(*d.Uid), 40)
	require.Contains(t, strict(&d, strings.Replace(rendered, `"refresh"`, `"refrehs"`, 1)), "refrehs")
}

// strict is what Grafana's library says of a text. It returns a list of errors, which is
// no nil error when it is empty (v0.0.22).
func strict(d *dashboard.Dashboard, text string) string { //nolint:staticcheck // as in board
	if err := d.UnmarshalJSONStrict([]byte(text)); err != nil {
		return err.Error()
	}
	return ""
}
