package job_test

import (
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/stretchr/testify/require"
)

// TestKept: while a candidate runs, its jobs are what they were when it was started,
// whatever the manifests say by now; what the Release says of a job makes it anew.
func TestKept(t *testing.T) {
	c := golden.Cases(t, "workload/jobs-template.txtar")[0]
	in, out := c.Generate(t)
	in.Snapshots = golden.Snapshots(t, out)
	before := in.Releases[0]
	for i, o := range in.Objects {
		if o.Is("batch", "Job") {
			in.Objects[i] = o.With(5, "spec", "backoffLimit")
		}
		if o.Is("", "ConfigMap") && o.Name == "sql" {
			in.Objects[i] = o.With("DROP TABLE orders", "data", "expand.sql")
		}
	}
	at := func(stage string, run int) string {
		r := *before
		r.Spec.Stage = stage
		r.Spec.Jobs = append(r.Spec.Jobs[:0:0], r.Spec.Jobs...)
		r.Spec.Jobs[0].Run = run
		in.Releases = append(in.Releases[:0:0], &r)
		now, found := generators.Generate(in)
		require.NotContains(t, golden.Lines(found), "snapshot")
		return text(now.Releases[0])
	}
	was := text(out.Releases[0])
	require.Contains(t, was, "ALTER TABLE")
	require.Equal(t, was, at("prepare", 3), "the manifests changed, and the candidate runs")
	require.Equal(t, was, at("settle", 3))
	require.Contains(t, at("stable", 3), "DROP TABLE", "nothing runs yet")
	again := at("prepare", 4)
	require.Contains(t, again, "backoffLimit: 5", "run: was raised")
	require.NotEqual(t, name(was), name(again), "another run has another name")
}

// TestNames: a name stands for one run.
func TestNames(t *testing.T) {
	c := golden.Cases(t, "workload/jobs.txtar")[0]
	names := map[string]string{}
	take := func(how string, change func(in *generators.Input)) {
		in, _ := c.Load()
		change(&in)
		out, _ := generators.Generate(in)
		n := name(text(out.Releases[0]))
		require.NotContains(t, names, n, how)
		names[n] = how
	}
	take("as it is", func(*generators.Input) {})
	take("run", func(in *generators.Input) { in.Releases[0].Spec.Jobs[0].Run = 2 })
	take("arguments", func(in *generators.Input) { in.Releases[0].Spec.Jobs[0].Args = []string{"down"} })
	take("another version", func(in *generators.Input) { in.Releases[0].Spec.Tracks.Green.Image = "shop:9" })
	take("from another version", func(in *generators.Input) { in.Releases[0].Spec.Tracks.Blue.Image = "shop:5" })
}

// text is the jobs of a release.
func text(r generators.Release) string {
	var all []kube.Object
	for _, j := range r.Jobs {
		all = append(all, j.Objects()...)
	}
	return string(kube.Stream(nil, all))
}

// name is that of the first object in a stream.
func name(stream string) string {
	for line := range strings.Lines(stream) {
		if _, rest, ok := strings.Cut(line, "name: "); ok {
			return strings.Fields(rest)[0]
		}
	}
	return ""
}
