package component

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// fromPackages unpacks Debian packages in the cache and starts none of their services.
// The program is a script that knows where its libraries are.
func (c Cache) fromPackages(one Component, log io.Writer) error {
	dir := filepath.Join(c.Dir, "src", one.Name)
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	get := exec.Command("apt-get", append([]string{"download", "-q"}, one.Debs...)...)
	get.Dir, get.Stdout, get.Stderr = dir, log, log
	if err := get.Run(); err != nil {
		return fmt.Errorf("apt-get download: %w (apt-get update may be missing)", err)
	}
	debs, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil {
		return err
	}
	for _, deb := range debs {
		unpack := exec.Command("dpkg", "-x", deb, dir)
		unpack.Stdout, unpack.Stderr = log, log
		if err := unpack.Run(); err != nil {
			return fmt.Errorf("dpkg -x %s: %w", filepath.Base(deb), err)
		}
	}
	libraries, err := filepath.Glob(filepath.Join(dir, "usr/lib/*-linux-gnu"))
	if err != nil || len(libraries) == 0 {
		libraries = []string{filepath.Join(dir, "usr/lib")}
	}
	text := fmt.Sprintf("#!/bin/sh\nLD_LIBRARY_PATH=%q exec %q \"$@\"\n", libraries[0], filepath.Join(dir, "usr/bin", one.Name))
	return os.WriteFile(c.Path(one.Name), []byte(text), 0o755)
}
