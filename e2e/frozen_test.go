package e2e

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
)

// edited is an application whose manifests change while a release runs.
type edited struct {
	dir, workload, port string
	frozen              [2]string // a change that must not reach tracks which serve
	loose               [2]string // one that must
}

func edits() map[string]edited {
	all := map[string]edited{"example": {
		filepath.Join(golden.Root(), "examples/hybrid-gateway-api/base"), "podinfo", "9898",
		[2]string{"--level=info", "--level=debug"},
		[2]string{"averageUtilization: 80", "averageUtilization: 67"},
	}}
	if corpus := os.Getenv("CORPUS"); corpus != "" {
		all["podinfo"] = edited{
			filepath.Join(corpus, "podinfo/kustomize"), "podinfo", "9898",
			[2]string{"--level=info", "--level=debug"},
			[2]string{"averageUtilization: 99", "averageUtilization: 67"},
		}
		all["boutique"] = edited{
			filepath.Join(corpus, "online-boutique/base"), "frontend", "80",
			[2]string{"shop_session-id=x-readiness-probe", "shop_session-id=ready"},
			[2]string{"spec:\n  selector:\n    matchLabels:\n      app: frontend\n", "spec:\n  revisionHistoryLimit: 67\n  selector:\n    matchLabels:\n      app: frontend\n"},
		}
	}
	return all
}

// TestFourWaysInFrozen: given the same snapshots, the command line, the Go
// function, kustomize and kpt give the same objects at a later stage, though
// the manifests were edited since.
func TestFourWaysInFrozen(t *testing.T) {
	for app, e := range edits() {
		t.Run(app, func(t *testing.T) {
			tree, snapshots := e.render(t)
			pkg := files(t, nil)
			stages := []string{"shift-10", "settle", "retire"}
			if testing.Short() {
				stages = stages[:1]
			}
			for _, stage := range stages {
				t.Run(stage, func(t *testing.T) {
					out := e.byTree(t, tree, stage)
					require.NotContains(t, out, e.frozen[1])
					require.Contains(t, out, "67")
					want := canonical(t, out)
					require.Equal(t, want, canonical(t, e.byGo(t, snapshots, stage)), "fn.Run")
					require.Equal(t, want, canonical(t, e.byKustomize(t, snapshots, stage)), "kustomize")
					golden.Needs(t, "kpt", "kpt")
					e.start(t, pkg)
					require.Equal(t, want, canonical(t, e.inPlace(t, pkg, stage)), "kpt, what it made before")
					require.Equal(t, want, canonical(t, e.byKpt(t, snapshots, stage)), "kpt, with rendered/")
				})
			}
		})
	}
}

// manifests are those of the application, edited.
func (e edited) manifests(t *testing.T) map[string]string {
	t.Helper()
	all := manifestsOf(t, e.dir)
	changed := 0
	for file, text := range all {
		for _, edit := range [][2]string{e.frozen, e.loose} {
			changed += min(1, strings.Count(text, edit[0]))
			text = strings.ReplaceAll(text, edit[0], edit[1])
		}
		all[file] = text
	}
	require.Equal(t, 2, changed, "each edit is of one file")
	return all
}

// render makes the tree at stable, from the manifests as they were, and edits
// them then. It returns the tree's folder, and the snapshots by their paths.
func (e edited) render(t *testing.T) (dir string, snapshots map[string]string) {
	t.Helper()
	all := map[string]string{"release.yaml": releaseFor(e.workload, e.port, "stable", "")}
	for file, text := range manifestsOf(t, e.dir) {
		all["base/"+file] = text
	}
	dir = files(t, all)
	_, errs, err := shell(t, dir, "cutover render")
	require.NoError(t, err, errs)
	for file, text := range e.manifests(t) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "base", file), []byte(text), 0o666))
	}
	snapshots = map[string]string{}
	for file, text := range tree(t, dir) {
		if strings.Contains(file, "/tracks/") {
			snapshots[file] = text
		}
	}
	require.NotEmpty(t, snapshots)
	return dir, snapshots
}

// with is the edited manifests and the snapshots.
func (e edited) with(t *testing.T, snapshots map[string]string) map[string]string {
	t.Helper()
	all := e.manifests(t)
	maps.Copy(all, snapshots)
	return all
}

func (e edited) byTree(t *testing.T, dir, stage string) string {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "release.yaml"), []byte(releaseFor(e.workload, e.port, stage, "")), 0o666))
	out, errs, err := shell(t, dir, "cutover render --out -")
	require.NoError(t, err, errs)
	return out
}

func (e edited) byGo(t *testing.T, snapshots map[string]string, stage string) string {
	t.Helper()
	all := e.with(t, snapshots)
	var text string
	for _, file := range slices.Sorted(maps.Keys(all)) {
		if filepath.Base(file) != "kustomization.yaml" {
			text += "---\n" + all[file]
		}
	}
	return runGo(t, text, releaseFor(e.workload, e.port, stage, function))
}

func (e edited) byKustomize(t *testing.T, snapshots map[string]string, stage string) string {
	t.Helper()
	all := e.with(t, snapshots)
	k := "transformers: [release.yaml]\nresources:\n"
	for file := range e.manifests(t) {
		k += "- " + file + "\n"
	}
	for _, track := range []string{"blue", "green"} {
		k += "- rendered/" + e.workload + "/tracks/" + track + "\n"
	}
	all["kustomization.yaml"], all["release.yaml"] = k, releaseFor(e.workload, e.port, stage, function)
	out, errs, err := shell(t, files(t, all), both+".")
	require.NoError(t, err, errs)
	return out
}

// byKpt is a package that holds the tree of the command line as well.
func (e edited) byKpt(t *testing.T, snapshots map[string]string, stage string) string {
	t.Helper()
	all := e.with(t, snapshots)
	all["Kptfile"], all["release.yaml"] = kptfile, releaseFor(e.workload, e.port, stage, "")
	return kptRender(t, files(t, all))
}

// start brings a package to the stage prepare, where both tracks run, and edits
// its manifests then, unless that was done before.
func (e edited) start(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, "Kptfile")); err == nil {
		return
	}
	all := manifestsOf(t, e.dir)
	all["Kptfile"], all["release.yaml"] = kptfile, releaseFor(e.workload, e.port, "prepare", "")
	for file, text := range all {
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o666))
	}
	kptRender(t, dir)
	before := tree(t, dir)
	for file := range e.manifests(t) {
		text := before[file]
		for _, edit := range [][2]string{e.frozen, e.loose} {
			text = strings.ReplaceAll(text, edit[0], edit[1])
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o666))
	}
}

// inPlace brings the package to a stage.
func (e edited) inPlace(t *testing.T, dir, stage string) string {
	t.Helper()
	release, err := os.ReadFile(filepath.Join(dir, "release.yaml"))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(release), "stage: ")
	was, _, _ := strings.Cut(rest, "\n")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "release.yaml"), []byte(strings.Replace(string(release), "stage: "+was, "stage: "+stage, 1)), 0o666))
	return kptRender(t, dir)
}
