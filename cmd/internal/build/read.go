package build

import (
	"fmt"
	"io"
	"os"

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
