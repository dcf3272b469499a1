package build

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/cutoverdev/cutover/schemas"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// readLimited reads a file up to one byte more than may be read.
func readLimited(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadLimited(f)
}

// ReadLimited reads up to one byte more than schemas.MaxFile, so that what is
// larger is refused without being held.
func ReadLimited(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, schemas.MaxFile+1))
}

// readable reports whether a file is a regular one that can be opened. What is none,
// a pipe as a rule, would be waited for.
func readable(name string) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	_ = f.Close()
	return true
}

// disk is what kustomize reads from: regular files, and no larger ones than are read
// elsewhere.
type disk struct {
	filesys.FileSystem
	unread string // a file that is there and cannot be read
}

// ReadFile reads a file for kustomize.
func (d *disk) ReadFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil || info.IsDir() {
		return d.FileSystem.ReadFile(name) // which says what is wrong
	}
	if !readable(name) {
		d.unread = name
		return nil, fmt.Errorf("%s is no readable file", name)
	}
	if info.Size() > schemas.MaxFile {
		return nil, fmt.Errorf("%s holds more than %d MiB", name, schemas.MaxFile>>20)
	}
	return d.FileSystem.ReadFile(name)
}

// ReadFile reads a regular file of at most schemas.MaxFile bytes; a larger one
// is cut off just behind that, so that the reader refuses it.
func ReadFile(name string) ([]byte, bool) {
	info, err := os.Stat(filepath.FromSlash(name))
	if err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	data, err := readLimited(filepath.FromSlash(name))
	return data, err == nil
}

// Inside reports whether a path, with all links resolved, lies in root.
func Inside(root, name string) bool {
	base, err := filepath.EvalSymlinks(root)
	if err != nil {
		return false
	}
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		return false
	}
	base, _ = filepath.Abs(base)
	target, _ = filepath.Abs(target)
	rel, err := filepath.Rel(base, target)
	return err == nil && filepath.IsLocal(rel)
}

// Names of a kustomization file.
var Names = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// Is reports whether a folder holds a kustomization.
func Is(dir string) bool {
	return slices.ContainsFunc(Names, func(name string) bool {
		info, err := os.Stat(filepath.Join(dir, name))
		return err == nil && info.Mode().IsRegular()
	})
}

// IsInput reports whether a file may be one that stages are made from.
func IsInput(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json", ".env", ".properties"}, path.Ext(name)) ||
		slices.Contains(Names, path.Base(name))
}
