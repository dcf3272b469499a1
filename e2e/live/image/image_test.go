package image

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// TestCanonical: the order of keys and of objects is of no account, a value is.
func TestCanonical(t *testing.T) {
	const a = "kind: A\napiVersion: v1\nmetadata: {name: a}\n---\nkind: B\napiVersion: v1\nmetadata: {name: b}\nspec: {x: 1}\n"
	const same = "metadata: {name: b}\napiVersion: v1\nspec: {x: 1}\nkind: B\n---\napiVersion: v1\nkind: A\nmetadata: {name: a}\n---\n" +
		"kind: C\napiVersion: v1\nmetadata: {name: c, annotations: {config.kubernetes.io/local-config: \"true\"}}\n"
	const other = "kind: A\napiVersion: v1\nmetadata: {name: a}\n---\nkind: B\napiVersion: v1\nmetadata: {name: b}\nspec: {x: 2}\n"
	all := map[string][]string{}
	for _, text := range []string{a, same, other} {
		c, err := canonical([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		all[text] = c
	}
	if !slices.Equal(all[a], all[same]) || slices.Equal(all[a], all[other]) {
		t.Errorf("%v", all)
	}
}

// TestRead: what can be released of an application is each Deployment with a Service.
func TestRead(t *testing.T) {
	app, err := read("../../../examples/hybrid-gateway-api/base")
	if err != nil {
		t.Fatal(err)
	}
	if app.name != "hybrid-gateway-api" || !slices.Equal(app.workloads(), []string{"podinfo"}) || app.ports["podinfo"] != "9898" {
		t.Errorf("%s %v", app.name, app.ports)
	}
}

// TestPlain: the program renders what the comparison gives it.
func TestPlain(t *testing.T) {
	cutover := filepath.Join(t.TempDir(), "cutover")
	build := exec.Command("go", "build", "-o", cutover, "./cmd/cutover")
	build.Dir = "../../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	app, err := read("../../../examples/hybrid-gateway-api/base")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, stage := range stages {
		here := app.write(filepath.Join(dir, stage), "plain", releaseFor("podinfo", "9898", stage, ""))
		out, err := Rig{}.run(t.Context(), here, cutover, "render", "--out", "-", "--input", "../input")
		if err != nil || len(out) == 0 {
			t.Errorf("%s: %v", stage, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "stable", "input")); err != nil {
		t.Error(err)
	}
}
