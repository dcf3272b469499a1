// Package image holds the container image of the KRM function to the program: both are
// asked by kustomize for the trees of real applications, which must be the same, and the
// time is taken.
package image

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// Rig is what is compared, and with what.
type Rig struct {
	Image     string // of the function
	Cutover   string // the program
	Kustomize string // the program
	Dir       string // for the folders that are built
}

// Outcome is what the comparison has shown.
type Outcome struct {
	Image           string
	Trees           int           // that were built by both
	Differ          []string      // those that are not the same
	Exec, Container time.Duration // median of kustomize build with one function
	Applications    []string
}

// application is a folder of manifests with what can be released of it.
type application struct {
	name  string
	files map[string]string
	ports map[string]string // of the Service, by workload
}

// stages are those that trees are built of.
var stages = []string{"stable", "preview", "shift-10", "settle"}

// Run builds every application of the folders, each Deployment that has a Service of its
// own name, at some stages.
func (rig Rig) Run(ctx context.Context, folders []string) (Outcome, error) {
	out := Outcome{Image: rig.Image}
	var direct, contained []time.Duration
	for _, folder := range folders {
		app, err := read(folder)
		if err != nil {
			return out, err
		}
		out.Applications = append(out.Applications, app.name)
		for _, workload := range app.workloads() {
			for _, stage := range stages {
				t, err := rig.compare(ctx, app, workload, stage)
				if err != nil {
					return out, fmt.Errorf("%s, %s at %s: %w", app.name, workload, stage, err)
				}
				out.Trees++
				if !t.same {
					out.Differ = append(out.Differ, app.name+", "+workload+" at "+stage)
				}
				direct, contained = append(direct, t.exec), append(contained, t.container)
			}
		}
	}
	if out.Trees == 0 {
		return out, errors.New("there is no application in " + strings.Join(folders, ", "))
	}
	out.Exec, out.Container = median(direct), median(contained)
	return out, nil
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// read reads the manifests of a folder.
func read(folder string) (application, error) {
	app := application{name: filepath.Base(folder), files: map[string]string{}, ports: map[string]string{}}
	if n := app.name; n == "base" || n == "kustomize" {
		app.name = filepath.Base(filepath.Dir(folder))
	}
	paths, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return app, err
	}
	deployed, ports := map[string]bool{}, map[string]string{}
	for _, path := range paths {
		if filepath.Base(path) == "kustomization.yaml" {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return app, err
		}
		app.files[filepath.Base(path)] = string(data)
		objects, err := cluster.Parse(data, "")
		if err != nil {
			return app, fmt.Errorf("%s: %w", path, err)
		}
		for _, o := range objects {
			var service struct {
				Spec struct{ Ports []struct{ Port int } }
			}
			switch {
			case o.Kind == "Deployment":
				deployed[o.Name] = true
			case o.Kind == "Service" && json.Unmarshal(o.JSON, &service) == nil && len(service.Spec.Ports) > 0:
				ports[o.Name] = fmt.Sprint(service.Spec.Ports[0].Port)
			}
		}
	}
	for name, port := range ports {
		if deployed[name] {
			app.ports[name] = port
		}
	}
	return app, nil
}

func (a application) workloads() []string {
	return slices.Sorted(maps.Keys(a.ports))
}

// tree is a tree, built twice.
type tree struct {
	same            bool
	exec, container time.Duration
}

// compare builds a stage by the program alone, and by kustomize with both forms of the
// function.
func (rig Rig) compare(ctx context.Context, app application, workload, stage string) (tree, error) {
	var t tree
	dir := filepath.Join(rig.Dir, "image", app.name, workload, stage)
	plain, err := rig.run(ctx, app.write(dir, "plain", releaseFor(workload, app.ports[workload], stage, "")),
		rig.Cutover, "render", "--out", "-", "--input", filepath.Join(dir, "input"))
	if err != nil {
		return t, err
	}
	want, err := canonical(plain)
	if err != nil {
		return t, err
	}
	t.same = true
	for form, how := range map[string]string{
		"exec":      "exec: {path: " + rig.Cutover + ", args: [fn]}",
		"container": "container: {image: " + rig.Image + "}",
	} {
		release := releaseFor(workload, app.ports[workload], stage, how)
		began := time.Now()
		built, err := rig.run(ctx, app.write(dir, form, release), rig.Kustomize, "build", "--enable-alpha-plugins", "--enable-exec", ".")
		if err != nil {
			return t, err
		}
		if took := time.Since(began); form == "exec" {
			t.exec = took
		} else {
			t.container = took
		}
		got, err := canonical(built)
		if err != nil {
			return t, err
		}
		t.same = t.same && slices.Equal(want, got)
	}
	return t, nil
}

// write writes the folder that a form is built in. What goes wrong shows when it is built.
func (a application) write(dir, form, release string) string {
	input, here := filepath.Join(dir, "input"), filepath.Join(dir, form)
	_ = errors.Join(os.MkdirAll(input, 0o755), os.MkdirAll(here, 0o755))
	k := "transformers: [release.yaml]\nresources:\n"
	for _, name := range slices.Sorted(maps.Keys(a.files)) {
		k += "- " + name + "\n"
		_ = os.WriteFile(filepath.Join(input, name), []byte(a.files[name]), 0o644)
		if form != "plain" {
			_ = os.WriteFile(filepath.Join(here, name), []byte(a.files[name]), 0o644)
		}
	}
	_ = os.WriteFile(filepath.Join(here, "release.yaml"), []byte(release), 0o644)
	if form != "plain" {
		_ = os.WriteFile(filepath.Join(here, "kustomization.yaml"), []byte(k), 0o644)
	}
	return here
}

// run runs a program in a folder, and returns what it prints.
func (rig Rig) run(ctx context.Context, dir, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, problems.String())
	}
	return out.Bytes(), nil
}

// canonical is objects in one order, with one order of keys, without those that are for
// tools alone.
func canonical(text []byte) ([]string, error) {
	objects, err := cluster.Parse(text, "")
	if err != nil {
		return nil, err
	}
	var all []string
	for _, o := range objects {
		var head struct {
			Metadata struct{ Annotations map[string]string }
		}
		if err := json.Unmarshal(o.JSON, &head); err != nil {
			return nil, err
		}
		if head.Metadata.Annotations["config.kubernetes.io/local-config"] != "true" {
			all = append(all, o.Key()+" "+string(o.JSON))
		}
	}
	slices.Sort(all)
	return all, nil
}

// releaseFor is a Release for a workload, by the command line or as a function.
func releaseFor(name, port, stage, function string) string {
	if function != "" {
		function = "  annotations: {config.kubernetes.io/function: \"" + function + "\"}\n"
	}
	return fmt.Sprintf(release, name, port, stage, function)
}

const release = `apiVersion: cutover.dev/v1alpha1
kind: Release
metadata:
  name: %[1]s
%[4]sspec:
  workload: %[1]s
  live: green
  tracks: {green: {image: "registry.example.com/%[1]s:1"}, blue: {image: "registry.example.com/%[1]s:2"}}
  stage: %[3]s
  capacity: 4
  strategy: {steps: [10, 50], preview: {hosts: [next.%[1]s.example.com], match: [{headers: {x-preview: "1"}}]}}
  traffic:
  - {provider: gatewayAPI, port: %[2]s, hosts: [%[1]s.example.com], options: {gateways: [edge/public]}}
`
