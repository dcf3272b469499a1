package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// releases is how many the repositories have that are compared.
const releases = 200

// peers compares work on a repository of two hundred releases, all under way, with what
// others do that write the same objects.
func peers(temp, bin string, runs int) ([]table, error) {
	cutover := filepath.Join(bin, "cutover")
	for _, l := range []layout{apart, together} {
		if err := fleet(filepath.Join(temp, string(l)), cutover, releases, l, usual); err != nil {
			return nil, err
		}
	}
	objects, err := onePeer(filepath.Join(temp, string(together), "rendered", "app-0000"))
	if err != nil {
		return nil, err
	}
	helm, err := chart(filepath.Join(temp, "chart"), objects)
	if err != nil {
		return nil, err
	}
	kustomize, err := kustomization(filepath.Join(temp, "all"), objects)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var done []table
	for _, t := range []*table{written(temp, self, helm, kustomize, releases*len(objects)), looked(temp)} {
		if err := t.measure(runs); err != nil {
			return nil, err
		}
		done = append(done, *t)
	}
	return done, nil
}

// written is the work of writing objects.
func written(temp, self, helm, kustomize string, objects int) *table {
	one, many := filepath.Join(temp, string(together)), filepath.Join(temp, string(apart))
	empty, out := filepath.Join(temp, "empty"), filepath.Join(temp, "out")
	fresh := func(dir string) func() error {
		return func() error { return os.RemoveAll(dir) }
	}
	return &table{
		title: fmt.Sprintf("%d objects as manifests", objects),
		about: "The yardstick is Helm at its best: one process and one chart, whose loops write the same objects\nto standard output.",
		programs: []*program{
			{name: "`helm template`, one chart", args: []string{"helm", "template", "x", helm}},
			{name: "`kustomize build`, one kustomization", args: []string{"kustomize", "build", kustomize}, most: 1},
			{name: "`cutover render -R --check`, a folder each", args: []string{"cutover", "render", "-R", "--check", "."}, dir: many},
			{name: "`cutover render --check`, one folder", args: []string{"cutover", "render", "--check", "."}, dir: one},
			{
				name: "`cutover render --out`, one folder, all files anew", args: []string{"cutover", "render", "--out", out, "."},
				dir: one, before: fresh(out),
			},
			{name: "plain copies of the same files", args: []string{self, "-copy", filepath.Join(one, "rendered"), empty}, before: fresh(empty)},
		},
	}
}

// looked is the work of looking at releases.
func looked(temp string) *table {
	one, many := filepath.Join(temp, string(together)), filepath.Join(temp, string(apart))
	return &table{
		title: fmt.Sprintf("%d releases under way", releases),
		about: "Each is a Deployment, a ConfigMap, a Service and a PodDisruptionBudget under the Gateway API, at\n" +
			"shift-5 of steps 5, 25 and 50.",
		programs: []*program{
			{name: "`verify -R`, a folder each", args: []string{"cutover", "verify", "-R", "."}, dir: many},
			{name: "`status -R`, a folder each", args: []string{"cutover", "status", "-R", "."}, dir: many},
			{name: "`verify`, one folder", args: []string{"cutover", "verify", "."}, dir: one},
			{name: "`status`, one folder", args: []string{"cutover", "status", "."}, dir: one},
			{
				name: "`promote --dry-run` of one of them", dir: one,
				args: []string{"cutover", "promote", "--dry-run", "--release", "app-0007", "."},
			},
		},
	}
}

// onePeer are the objects of all stages and tracks of one release, as text.
func onePeer(dir string) ([]string, error) {
	var all []string
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == "kustomization.yaml" {
			return err
		}
		text, err := os.ReadFile(name)
		all = append(all, string(text))
		return err
	})
	return all, err
}

// chart writes a chart whose loop makes the objects of one release once for each.
func chart(dir string, objects []string) (string, error) {
	loop := fmt.Sprintf("{{- range $i := until %d }}\n{{- $n := printf \"%%04d\" $i }}\n", releases)
	for _, o := range objects {
		loop += "---\n" + strings.ReplaceAll(o, "app-0000", "app-{{ $n }}")
	}
	return dir, put(dir, map[string]string{
		"Chart.yaml": "apiVersion: v2\nname: all\nversion: 1.0.0\n", "values.yaml": "", "templates/all.yaml": loop + "{{- end }}\n",
	})
}

// kustomization writes all objects of all releases, each under a name of its own.
func kustomization(dir string, objects []string) (string, error) {
	var text bytes.Buffer
	for i := range releases {
		for j, o := range objects {
			parsed, found := kube.Parse("x", []byte(strings.ReplaceAll(o, "app-0000", fmt.Sprintf("app-%04d", i))))
			if len(found) > 0 || len(parsed) != 1 {
				return "", fmt.Errorf("an object of the tree: %v", found)
			}
			named := parsed[0].With(fmt.Sprintf("%s-%d", parsed[0].Name, j), "metadata", "name")
			text.WriteString("---\n")
			text.Write(kube.Append(nil, named))
		}
	}
	return dir, put(dir, map[string]string{"kustomization.yaml": "resources: [all.yaml]\n", "all.yaml": text.String()})
}

// put writes files below a folder.
func put(dir string, files map[string]string) error {
	for name, text := range files {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(at, []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// copyFiles writes the files below a folder anew.
func copyFiles(from, to string) error {
	return filepath.WalkDir(from, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.MkdirAll(filepath.Join(to, below), 0o777)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, below), text, 0o666)
	})
}
