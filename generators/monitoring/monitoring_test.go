package monitoring_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// TestMonitoring compares the rules, and the series of stages, with the cases in
// testdata/monitoring, and has promtool run the tests that stand there.
func TestMonitoring(t *testing.T) {
	golden.Run(t, "monitoring", func(t *testing.T, c *golden.Case) {
		_, out := c.Generate(t)
		r, dir := out.Releases[0], t.TempDir()
		for _, name := range c.Wanted() {
			objects := r.Monitoring[:1]
			if stage, ok := strings.CutPrefix(name, "stages/"); ok {
				s, ok := r.Stage(strings.TrimSuffix(stage, ".yaml"))
				require.True(t, ok, name)
				objects = s.Standing
			}
			c.Want(t, name, string(kube.Stream(nil, objects)))
			write(t, filepath.Join(dir, name), objects[0])
		}
		if c.Has("promtool") {
			file := filepath.Join(dir, "tests.yaml")
			require.NoError(t, os.WriteFile(file, c.Section("promtool"), 0o600))
			promtool(t, "test", "rules", file)
		}
	})
}

// TestRulesOfRouters: Prometheus takes the rules of every case of every router.
func TestRulesOfRouters(t *testing.T) {
	dir := t.TempDir()
	var files []string
	counted := map[string]bool{}
	for _, c := range golden.Cases(t, "traffic") {
		in, _ := c.Load()
		for i, r := range in.Releases {
			with := *r
			with.Spec.Monitoring = &schemas.Monitoring{For: schemas.Duration(5e9), Stuck: schemas.Duration(5e9)}
			in.Releases[i] = &with
		}
		out, _ := generators.Generate(in)
		for _, r := range out.Releases {
			if len(r.Monitoring) == 0 || len(r.Stages) == 0 { // a case of what is wrong
				continue
			}
			for _, m := range r.Measured {
				counted[m.Series.Source] = counted[m.Series.Source] || m.Series.Requests.Name != ""
			}
			for i, o := range []kube.Object{r.Monitoring[0], r.Stages[0].Standing[0]} {
				file := filepath.Join(dir, strings.ReplaceAll(c.Name, "/", "-")+r.Metadata.Name+[]string{"-tracks.yaml", "-stage.yaml"}[i])
				write(t, file, o)
				files = append(files, file)
			}
		}
	}
	require.Greater(t, len(files), 100)
	promtool(t, append([]string{"check", "rules", "--lint-fatal"}, files...)...)
}

// write writes the spec of a PrometheusRule, which is a rules file.
func write(t *testing.T, file string, o kube.Object) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
	require.NoError(t, os.WriteFile(file, kube.Append(nil, kube.Object{Node: o.Get("spec")}), 0o600))
}

func promtool(t *testing.T, args ...string) {
	t.Helper()
	if _, err := exec.LookPath("promtool"); err != nil && testing.Short() {
		t.Skip("promtool is not installed")
	}
	out, err := exec.Command("promtool", args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}
