package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// clonesIn are the Git directories at and below a folder.
func clonesIn(root string) ([]string, error) {
	var all []string
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		for _, dir := range []string{filepath.Join(p, ".git"), p} {
			_, head := os.Stat(filepath.Join(dir, "HEAD"))
			_, objects := os.Stat(filepath.Join(dir, "objects"))
			if head == nil && objects == nil {
				dir, err = filepath.Abs(dir)
				all = append(all, dir)
				return cmp.Or(err, fs.SkipDir)
			}
		}
		return nil
	})
	return all, err
}

// clone is a Git directory, and the files of one of its commits elsewhere.
type clone struct {
	dir, tree string
	blobs     map[string]string // by path
}

func (c *clone) git(stdin string, args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"--git-dir", c.dir}, args...)...)
	cmd.Stdin = strings.NewReader(stdin)
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(problem.String()))
	}
	return string(out), nil
}

// checkout writes what differs from the commit that is there, below some paths: none
// are all. A clone may lack large files: so does the tree then. Symbolic links and
// submodules are left out.
func (c *clone) checkout(rev string, below ...string) error {
	list, err := c.git("", append([]string{"ls-tree", "-r", "-z", rev, "--"}, below...)...)
	if err != nil {
		return err
	}
	now := map[string]string{}
	var ask, names []string
	for line := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		about, name, _ := strings.Cut(line, "\t")
		fields := strings.Fields(about)
		if len(fields) < 3 || !strings.HasPrefix(fields[0], "100") {
			continue
		}
		now[name] = fields[2]
		if c.blobs[name] != fields[2] {
			ask, names = append(ask, fields[2]), append(names, name)
		}
	}
	for name := range c.blobs {
		if _, stays := now[name]; !stays {
			if err := os.RemoveAll(filepath.Join(c.tree, name)); err != nil {
				return err
			}
		}
	}
	c.blobs = now
	return c.write(ask, names)
}

// write writes files, each under its name.
func (c *clone) write(blobs, names []string) error {
	text, err := c.git(strings.Join(blobs, "\n")+"\n", "cat-file", "--batch")
	if err != nil {
		return err
	}
	for _, name := range names {
		head, rest, _ := strings.Cut(text, "\n")
		text = rest
		var size int
		if _, err := fmt.Sscanf(head, "%s blob %d", new(string), &size); err != nil {
			continue // missing
		}
		file := filepath.Join(c.tree, name)
		if err := cmp.Or(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte(text[:size]), 0o666)); err != nil {
			return err
		}
		text = text[size+1:]
	}
	return nil
}

// skipped are folders that hold what nobody applies as it stands.
var skipped = regexp.MustCompile(`(^|/)(\.[^/]*|charts?|helm[^/]*|templates?|testdata|tests?|e2e|vendor|node_modules)(/|$)`)

var workload = regexp.MustCompile(`(?m)^kind: *"?(Deployment|StatefulSet|DaemonSet)`)

// folders are those with manifests in the newest commit. Of a plain one with others
// below it, or with an object twice, each file is a state by itself: they are examples,
// or one of them says once more what the others say.
func (c *clone) folders() ([]string, error) {
	if err := c.checkout("HEAD"); err != nil {
		return nil, err
	}
	built, plain := map[string]bool{}, map[string][]string{}
	err := filepath.WalkDir(c.tree, func(p string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(c.tree, p)
		ext := path.Ext(p)
		if err != nil || d.IsDir() || ext != ".yaml" && ext != ".yml" || skipped.MatchString(filepath.ToSlash(rel)) || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(p)
		switch dir := path.Dir(filepath.ToSlash(rel)); {
		case strings.HasPrefix(d.Name(), "kustomization."):
			built[dir] = !bytes.Contains(text, []byte("kind: Component"))
		case workload.Match(text):
			plain[dir] = append(plain[dir], path.Join(dir, d.Name()))
		}
		return err
	})
	all := slices.Collect(maps.Keys(built))
	for dir, files := range plain {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(built)), func(b string) bool { return within(b, dir) || within(dir, b) }) {
			below := func(d string) bool { return d != dir && within(d, dir) }
			if slices.ContainsFunc(slices.Collect(maps.Keys(plain)), below) || c.repeats(dir) {
				all = append(all, files...)
				continue
			}
			all = append(all, dir)
		}
	}
	all = slices.DeleteFunc(all, func(dir string) bool {
		is, known := built[dir]
		return dir == "." || known && !is
	})
	slices.Sort(all)
	return all, err
}

// repeats reports whether an object stands twice in a folder.
func (c *clone) repeats(dir string) bool {
	seen, twice := map[kube.ID]bool{}, false
	_ = filepath.WalkDir(filepath.Join(c.tree, dir), func(p string, d fs.DirEntry, err error) error {
		if ext := path.Ext(p); err != nil || d.IsDir() || ext != ".yaml" && ext != ".yml" {
			return err
		}
		text, _ := os.ReadFile(p)
		objects, _ := kube.Parse(p, text)
		for _, o := range objects {
			twice, seen[o.Key()] = twice || seen[o.Key()], true
		}
		return nil
	})
	return twice
}

// within reports whether a folder is another one or below it.
func within(dir, of string) bool { return dir == of || strings.HasPrefix(dir, of+"/") }

var above = regexp.MustCompile(`\.\./[\w./-]*`)

// reach is a folder or file, and what is outside of it that its kustomizations name.
func (c *clone) reach(dir string) []string {
	all := []string{dir}
	for i := 0; i < len(all); i++ {
		for _, name := range []string{"kustomization.yaml", "kustomization.yml"} {
			text, _ := os.ReadFile(filepath.Join(c.tree, all[i], name))
			for _, up := range above.FindAllString(string(text), -1) {
				if p := path.Join(all[i], up); !strings.HasPrefix(p, "..") && !slices.Contains(all, p) {
					all = append(all, p)
				}
			}
		}
	}
	return all
}

// tops are the folders at the root of the repository that hold some paths.
func tops(paths []string) []string {
	var all []string
	for _, p := range paths {
		top, _, _ := strings.Cut(p, "/")
		all = append(all, top)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
