package folder

import (
	"os"
	"path/filepath"

	"github.com/cutoverdev/cutover/generators/overlay"
)

// Repository is the folder that everything a kustomization leads to must lie
// in: the nearest folder above dir that holds .git; without one, see unpacked.
func Repository(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	for at := abs; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return unpacked(dir, abs)
		}
	}
}

// unpacked is Repository where there is no repository, as with an artifact that was
// unpacked: the folder that holds rendered/, or dir itself.
func unpacked(dir, abs string) string {
	for at := abs; at != filepath.Dir(at); at = filepath.Dir(at) {
		if filepath.Base(at) == overlay.Root {
			return filepath.Dir(at)
		}
	}
	return dir
}
