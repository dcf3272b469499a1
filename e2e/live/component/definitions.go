package component

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Definitions is the folder of the custom resources of the rig.
func (c Cache) Definitions() string { return filepath.Join(c.Dir, "definitions") }

// Defined reports whether they are there, as the table says.
func (c Cache) Defined() bool {
	stamp, err := os.ReadFile(filepath.Join(c.Dir, "stamps", "definitions"))
	return err == nil && string(stamp) == definitionsDigest()
}

func definitionsDigest() string {
	sum := sha256.Sum256([]byte(strings.Join(Definitions, "\n")))
	return hex.EncodeToString(sum[:])
}

// Define copies the custom resources out of their modules, for a run has no network to
// fetch them by.
func (c Cache) Define() error {
	if c.Defined() {
		return nil
	}
	if err := os.RemoveAll(c.Definitions()); err != nil {
		return err
	}
	for _, dir := range []string{c.Definitions(), filepath.Join(c.Dir, "stamps")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	for n, from := range Definitions {
		files, err := filesOf(from)
		if err != nil {
			return err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			name := fmt.Sprintf("%02d-%s", n, filepath.Base(file))
			if err := os.WriteFile(filepath.Join(c.Definitions(), name), text, 0o644); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(filepath.Join(c.Dir, "stamps", "definitions"), []byte(definitionsDigest()), 0o644)
}

// filesOf are the files of a line of [Definitions].
func filesOf(from string) ([]string, error) {
	at := strings.IndexByte(from, '@')
	slash := at + strings.IndexByte(from[at:], '/')
	dir, err := Download(from[:slash])
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, from[slash+1:]))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s: no such files", from)
	}
	return files, err
}
