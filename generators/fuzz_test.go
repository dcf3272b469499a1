package generators_test

import (
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzGenerate: no folder panics, and what generates without an error is laid
// out and read again without one.
func FuzzGenerate(f *testing.F) {
	for _, dir := range []string{"findings", "tree", "workload", "traffic"} {
		for _, c := range golden.Cases(f, dir) {
			f.Add(c.Stream(false), c.Stream(true))
		}
	}
	f.Fuzz(func(t *testing.T, releases, manifests []byte) {
		if len(releases)+len(manifests) > 1<<16 {
			return
		}
		c := golden.New([]txtar.File{{Name: "release.yaml", Data: releases}, {Name: "base/all.yaml", Data: manifests}})
		in, found := c.Load()
		if len(in.Releases) == 0 {
			return
		}
		out, more := generators.Generate(in)
		if schemas.Failed(append(found, more...)) {
			return
		}
		files := map[string][]byte{}
		for _, file := range overlay.Files(out) {
			files[file.Path] = file.Data
		}
		read := func(name string) ([]byte, bool) { data, ok := files[name]; return data, ok }
		if _, found := overlay.Read(read, overlay.Live); schemas.Failed(found) {
			t.Fatalf("what was laid out cannot be read: %v", found)
		}
	})
}
