// Command licences writes the licences of everything that is linked into the programs
// of a folder's module, for the six platforms of a release: what a release has to carry.
//
//	licences MODULE FILE
package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// programs are what a release holds.
var programs = []string{"./cmd/cutover", "./cmd/cutover-metrics"}

// platforms that link packages of their own.
var platforms = []string{"linux", "darwin", "windows"}

// isText matches names of files that a licence wants to go along.
var isText = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([.-].*)?$`)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "licences MODULE FILE")
		os.Exit(2)
	}
	text, err := collect(os.Args[1])
	if err == nil {
		err = os.WriteFile(os.Args[2], text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

// collect is the text of all licences, a heading before each.
func collect(module string) ([]byte, error) {
	texts, err := found(module)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		text, err := os.ReadFile(texts[name])
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s\n%s\n\n%s\n\n", name, strings.Repeat("=", len(name)), bytes.TrimSpace(text))
	}
	return b.Bytes(), nil
}

// found are the files of licences by what they are of: Go itself, modules, and
// folders of modules that hold somebody else's code.
func found(module string) (map[string]string, error) {
	root, err := output(module, "", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	texts := map[string]string{"Go: LICENSE": filepath.Join(strings.TrimSpace(root), "LICENSE")}
	for _, system := range platforms {
		out, err := output(module, system, append([]string{"list", "-deps", "-f",
			"{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}} {{$.Dir}}{{end}}{{end}}"}, programs...)...)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(out) {
			if f := strings.Fields(line); len(f) == 4 {
				if err := add(texts, f[0]+" "+f[1], f[2], f[3]); err != nil {
					return nil, err
				}
			}
		}
	}
	return texts, nil
}

// add adds the licences between a package's folder and its module's.
func add(texts map[string]string, module, top, dir string) error {
	for {
		files, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		any := false
		for _, f := range files {
			if f.Type().IsRegular() && isText.MatchString(f.Name()) && filepath.Ext(f.Name()) != ".go" {
				rel, _ := filepath.Rel(top, filepath.Join(dir, f.Name()))
				texts[module+": "+filepath.ToSlash(rel)], any = filepath.Join(dir, f.Name()), true
			}
		}
		if dir == top {
			if !any {
				return fmt.Errorf("%s has no licence: %s", module, top)
			}
			return nil
		}
		dir = filepath.Dir(dir)
	}
}

// output is what the go command prints in a folder, for a system.
func output(dir, system string, args ...string) (string, error) {
	c := exec.Command("go", args...)
	c.Dir, c.Stderr = dir, os.Stderr
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if system != "" {
		c.Env = append(c.Env, "GOOS="+system)
	}
	out, err := c.Output()
	return string(out), err
}
