package component

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// modfile is what go mod edit -json says of a go.mod.
type modfile struct {
	Go      string
	Godebug []struct{ Key, Value string }
	Require []struct{ Path, Version string }
	Replace []struct {
		Old, New struct{ Path, Version string }
	}
	Exclude []struct{ Path, Version string }
}

// scratch lays out a module whose only requirement is the component's. The replace,
// exclude and godebug lines of the component's own go.mod are copied, for Go reads them
// in the main module only. Those that lead to a folder of the component's repository
// are left out, but for Kubernetes, whose staging folders are published as modules.
func scratch(one Component, dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	its, err := upstream(one)
	if err != nil {
		return err
	}
	for _, s := range one.Standin {
		if err := s.lay(filepath.Join(dir, s.Dir)); err != nil {
			return fmt.Errorf("stand-in %s: %w", s.Dir, err)
		}
	}
	return os.WriteFile(filepath.Join(dir, "go.mod"), []byte(its.text(one)), 0o644)
}

// upstream reads the component's own go.mod.
func upstream(one Component) (modfile, error) {
	var its modfile
	dir, err := Download(one.Module + "@" + one.Version)
	if err != nil {
		return its, err
	}
	out, err := command(os.TempDir(), "go", "mod", "edit", "-json", filepath.Join(dir, "go.mod")).Output()
	if err != nil {
		return its, fmt.Errorf("read go.mod of %s: %w", one.Module, err)
	}
	return its, json.Unmarshal(out, &its)
}

// text is the go.mod of the scratch module.
func (m modfile) text(one Component) string {
	var b strings.Builder
	fmt.Fprintf(&b, "module scratch.invalid/%s\n\ngo %s\n\nrequire %s %s\n", one.Name, m.Go, one.Module, one.Version)
	for _, g := range m.Godebug {
		fmt.Fprintf(&b, "godebug %s=%s\n", g.Key, g.Value)
	}
	own := map[string]bool{}
	for _, line := range one.Replace {
		old, _, _ := strings.Cut(line, " ")
		own[old] = true
		fmt.Fprintf(&b, "replace %s\n", line)
	}
	for _, s := range one.Standin {
		own[s.Module] = true
		fmt.Fprintf(&b, "replace %s => ./%s\n", s.Module, s.Dir)
	}
	for _, r := range m.Replace {
		target := r.New.Path + " " + r.New.Version
		if strings.HasPrefix(r.New.Path, ".") {
			if one.Module != "k8s.io/kubernetes" {
				continue
			}
			target = r.Old.Path + " v0" + strings.TrimPrefix(one.Version, "v1")
		}
		if !own[r.Old.Path] {
			fmt.Fprintf(&b, "replace %s => %s\n", strings.TrimSpace(r.Old.Path+" "+r.Old.Version), target)
		}
	}
	for _, e := range m.Exclude {
		fmt.Fprintf(&b, "exclude %s %s\n", e.Path, e.Version)
	}
	return b.String()
}
