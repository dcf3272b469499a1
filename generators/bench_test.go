package generators_test

import (
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
)

// shapes are the cases that are timed: one release for each router.
var shapes = []string{"traffic/istio/preview", "traffic/gatewayAPI/preview", "traffic/ingressNginx/preview", "traffic/service/atomic"}

func each(b *testing.B, fn func(b *testing.B, c *golden.Case)) {
	for _, c := range golden.Cases(b, "traffic") {
		for _, name := range shapes {
			if c.Name == name {
				b.Run(name, func(b *testing.B) { fn(b, c) })
			}
		}
	}
}

// count is the objects of all stages.
func count(out generators.Output) int {
	n := len(out.Shared)
	for _, r := range out.Releases {
		for _, s := range r.Stages {
			n += len(r.Objects(s))
		}
	}
	return n
}

// BenchmarkLoad parses a folder: Releases and manifests.
func BenchmarkLoad(b *testing.B) {
	each(b, func(b *testing.B, c *golden.Case) {
		for b.Loop() {
			c.Load()
		}
	})
}

// BenchmarkGenerate makes all stages from parsed input.
func BenchmarkGenerate(b *testing.B) {
	each(b, func(b *testing.B, c *golden.Case) {
		in, out := c.Generate(b)
		for b.Loop() {
			generators.Generate(in)
		}
		b.ReportMetric(float64(count(out)*b.N)/b.Elapsed().Seconds(), "objects/s")
	})
}

// BenchmarkFiles lays out all stages as files, emission included.
func BenchmarkFiles(b *testing.B) {
	each(b, func(b *testing.B, c *golden.Case) {
		_, out := c.Generate(b)
		for b.Loop() {
			overlay.Files(out)
		}
		b.ReportMetric(float64(len(overlay.Files(out))*b.N)/b.Elapsed().Seconds(), "files/s")
	})
}

// BenchmarkAppend emits one object.
func BenchmarkAppend(b *testing.B) {
	each(b, func(b *testing.B, c *golden.Case) {
		_, out := c.Generate(b)
		r := out.Releases[0]
		objects := r.Objects(r.Stages[len(r.Stages)-1])
		var buf []byte
		for b.Loop() {
			for _, o := range objects {
				buf = kube.Append(buf[:0], o)
			}
		}
		b.ReportMetric(float64(len(objects)*b.N)/b.Elapsed().Seconds(), "objects/s")
	})
}
