// Package component is the table of the real programs that the rig is made of, and
// builds them into a cache: from Go modules and Debian packages, each pinned.
//
// From the top: table.go, component.go, definitions.go, scratch.go, standin.go,
// debian.go.
//
// Nothing of upstream is kept in this repository. Where a module does not build
// outside of its own repository, a folder that stands in for one of its dependencies is
// made while it is built, see standin.go.
package component

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Component is a program of the rig.
type Component struct {
	Name    string    // of the program in the cache
	Module  string    // that has it; none: a Debian package
	Version string    // of the module or of the package
	Package string    `json:",omitempty"` // the main package; none: the root of the module
	Replace []string  `json:",omitempty"` // replace lines that the module needs besides its own
	Flags   string    `json:",omitempty"` // for the linker
	Scripts []string  `json:",omitempty"` // files of the module that are laid beside the program
	Standin []Standin `json:",omitempty"` // folders that stand in for dependencies
	Debs    []string  `json:",omitempty"` // Debian packages, each as name=version, where there is no module
	Why     string    // what the rig uses it for
}

// Cache is a folder of built programs.
type Cache struct{ Dir string }

// Path is where a program is, built or not.
func (c Cache) Path(name string) string { return filepath.Join(c.Dir, "bin", name) }

// Missing are the components of names that are not built, or not as the table says.
func (c Cache) Missing(names ...string) []string {
	var all []string
	for _, want := range names {
		if one, ok := Find(want); !ok || !c.fresh(one) {
			all = append(all, want)
		}
	}
	return all
}

// Find is the line of the table with that name.
func Find(name string) (Component, bool) {
	for _, one := range Table {
		if one.Name == name {
			return one, true
		}
	}
	return Component{}, false
}

// fresh reports whether a component was built from this line of the table.
func (c Cache) fresh(one Component) bool {
	stamp, err := os.ReadFile(c.stamp(one))
	_, missing := os.Stat(c.Path(one.Name))
	return err == nil && missing == nil && string(stamp) == one.digest()
}

func (c Cache) stamp(one Component) string { return filepath.Join(c.Dir, "stamps", one.Name) }

// digest changes with everything that decides what is built. Why a component is there
// does not.
func (one Component) digest() string {
	one.Why = ""
	text, err := json.Marshal(one)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Build makes a component, unless it is there already. What the tools say goes to log.
func (c Cache) Build(one Component, log io.Writer) error {
	if c.fresh(one) {
		return nil
	}
	for _, dir := range []string{"bin", "stamps", "src"} {
		if err := os.MkdirAll(filepath.Join(c.Dir, dir), 0o755); err != nil {
			return err
		}
	}
	make := c.fromModule
	if one.Module == "" {
		make = c.fromPackages
	}
	if err := make(one, log); err != nil {
		return fmt.Errorf("build %s %s: %w", one.Name, one.Version, err)
	}
	return os.WriteFile(c.stamp(one), []byte(one.digest()), 0o644)
}

// fromModule builds a program in a scratch module that requires the module it is in.
func (c Cache) fromModule(one Component, log io.Writer) error {
	dir := filepath.Join(c.Dir, "src", one.Name)
	if err := scratch(one, dir); err != nil {
		return err
	}
	name := one.Module
	if one.Package != "" {
		name += "/" + one.Package
	}
	build := command(dir, "go", "build", "-trimpath", "-ldflags", strings.TrimSpace("-s -w "+one.Flags), "-o", c.Path(one.Name), name)
	build.Stdout, build.Stderr = log, log
	if err := build.Run(); err != nil {
		return err
	}
	return c.scripts(one)
}

// scripts copies what the program runs and its module has.
func (c Cache) scripts(one Component) error {
	if len(one.Scripts) == 0 {
		return nil
	}
	dir, err := Download(one.Module + "@" + one.Version)
	if err != nil {
		return err
	}
	for _, name := range one.Scripts {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Path(filepath.Base(name)), text, 0o755); err != nil { //nolint:gosec // it is run
			return err
		}
	}
	return nil
}

// command is a go command in a scratch module: its go.sum is filled as it goes.
func command(dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	flags := strings.TrimSpace(os.Getenv("GOFLAGS") + " -mod=mod")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS="+flags)
	return cmd
}

// Download is the folder of a module on this machine.
func Download(module string) (string, error) {
	cmd := command(os.TempDir(), "go", "mod", "download", "-json", module)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("download %s: %w: %s", module, err, out)
	}
	var m struct{ Dir string }
	if err := json.Unmarshal(out, &m); err != nil {
		return "", err
	}
	return m.Dir, nil
}
