package folder

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// Find lists the folders at and below dir that hold Releases, without looking
// into rendered/ and hidden folders.
func Find(dir string) ([]string, error) {
	var dirs []string
	known := map[string]bool{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("read %s: %w", name, bare(err))
		}
		if e.IsDir() {
			return enter(dir, name)
		}
		here := filepath.Dir(name)
		if !isYAML(e.Name()) || known[here] || kptRenders(here) || !holdsRelease(name) {
			return nil
		}
		dirs, known[here] = append(dirs, here), true
		return nil
	})
	return dirs, err
}

// maxSearched is how many files and folders Workloads looks at.
const maxSearched = 2000

// deployed are lines by which a manifest of a workload is known.
var deployed = regexp.MustCompile(`(?m)^kind: *(Deployment|StatefulSet)\b`)

// Workloads lists the folders below dir, as paths from it, that hold a Deployment or
// StatefulSet: three at the most, nearest first.
func Workloads(dir string) []string {
	var found []string
	searched := 0
	_ = filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if searched++; err != nil || searched > maxSearched {
			return fs.SkipAll
		}
		if e.IsDir() {
			return enter(dir, name)
		}
		here, err := filepath.Rel(dir, filepath.Dir(name))
		if err == nil && here != "." && isYAML(e.Name()) && !slices.Contains(found, filepath.ToSlash(here)) && deploys(name) {
			found = append(found, filepath.ToSlash(here))
		}
		return nil
	})
	slices.SortStableFunc(found, func(a, b string) int { return cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")) })
	return found[:min(len(found), 3)]
}

// deploys reports whether a file has a workload, without parsing it.
func deploys(name string) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > schemas.MaxFile {
		return false
	}
	data, err := os.ReadFile(name)
	return err == nil && deployed.Match(data)
}

// enter says whether a walk below dir goes into a folder: [fs.SkipDir] if not.
func enter(dir, name string) error {
	base := filepath.Base(name)
	if name != dir && (base == overlay.Root || base == "node_modules" || strings.HasPrefix(base, ".")) {
		return fs.SkipDir
	}
	return nil
}

// kptRenders reports whether a folder is a package of kpt that holds no tree: its
// pipeline renders the Release.
func kptRenders(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "Kptfile"))
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(dir, overlay.Root))
	return err != nil
}

// holdsRelease looks for a Release in a file without parsing it. The config of a
// KRM function is rendered by whoever calls the function.
func holdsRelease(name string) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > schemas.MaxFile {
		return false
	}
	data, err := os.ReadFile(name)
	return err == nil && IsOurs(data) && bytes.Contains(data, []byte("kind: Release")) &&
		!bytes.Contains(data, []byte("config.kubernetes.io/function"))
}
