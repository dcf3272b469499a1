package dryrun

import (
	"path/filepath"
	"testing"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// TestGoldens: there is something to ask about, in testdata and in the examples, and every
// file that is meant to be refused is among it.
func TestGoldens(t *testing.T) {
	all, err := goldens("../../..")
	if err != nil {
		t.Fatal(err)
	}
	files, roots := map[string]bool{}, map[string]int{}
	objects := 0
	for _, g := range all {
		files[g.file] = true
		roots[filepath.ToSlash(g.file)[:8]]++
		some, err := cluster.Parse([]byte(g.text), "default")
		if err != nil {
			t.Errorf("%s: %v", g.name, err)
		}
		objects += len(some)
	}
	if objects < 500 || roots["testdata"] < 100 || roots["examples"] < 50 {
		t.Errorf("%d objects in %v", objects, roots)
	}
	for file := range meant {
		if !files[file] {
			t.Errorf("%s is meant to be refused, and is not there", file)
		}
	}
}
