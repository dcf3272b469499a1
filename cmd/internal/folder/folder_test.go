package folder

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/stretchr/testify/require"
)

// in makes a folder of files.
func in(t *testing.T, files map[string]string) *Folder {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
	}
	f, err := Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// TestWrite: what is written is what was to be, and nothing else of the tree stays.
func TestWrite(t *testing.T) {
	f := in(t, map[string]string{
		"rendered/web/same.yaml":                 overlay.Header + "same",
		"rendered/web/old.yaml":                  overlay.Header + "old",
		"rendered/gone/a.yaml":                   overlay.Header + "gone",
		"rendered/web/" + temporary + "new.yaml": "half of",
	})
	want := []overlay.File{
		{Path: "rendered/web/same.yaml", Data: []byte(overlay.Header + "same")},
		{Path: "rendered/web/old.yaml", Data: []byte(overlay.Header + "changed")},
		{Path: "rendered/web/new.yaml", Data: []byte(overlay.Header + "new")},
	}
	changes, found, err := f.Changes(want)
	require.NoError(t, err)
	require.Empty(t, found)
	require.Equal(t, "1 files created, 1 updated, 2 deleted", Counted(changes))
	require.NoError(t, f.Write(changes))
	tree, err := f.Tree()
	require.NoError(t, err)
	require.Len(t, tree, len(want))
	for _, file := range want {
		require.Equal(t, string(file.Data), string(tree[file.Path]))
	}
	require.False(t, f.Exists("rendered/gone"), "an empty folder goes")
	changes, _, err = f.Changes(want)
	require.NoError(t, err)
	require.Equal(t, "up to date", Counted(changes))
}

// TestForeign: a file that cutover did not write is not in the way to be lost.
func TestForeign(t *testing.T) {
	f := in(t, map[string]string{"rendered/notes.md": "mine"})
	changes, found, err := f.Changes(nil)
	require.NoError(t, err)
	require.Empty(t, changes)
	require.Equal(t, "foreign-file", found[0].ID)
}

// TestPut: files are written, those that are nil go, and what a killed process left
// is swept.
func TestPut(t *testing.T) {
	f := in(t, map[string]string{"a.yaml": "old", "b.yaml": "old", temporary + "c.yaml": "half of"})
	require.NoError(t, os.Chmod(filepath.Join(f.Shown("."), "a.yaml"), 0o600))
	require.NoError(t, f.Put(map[string][]byte{"a.yaml": []byte("new"), "b.yaml": nil, "d/e.yaml": []byte("new")}))
	for name, want := range map[string]string{"a.yaml": "new", "d/e.yaml": "new"} {
		data, ok := f.Read(name)
		require.True(t, ok, name)
		require.Equal(t, want, string(data))
	}
	require.False(t, f.Exists("b.yaml"))
	require.False(t, f.Exists(temporary+"c.yaml"))
	info, err := os.Stat(filepath.Join(f.Shown("."), "a.yaml"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "the mode is that of the file before")
}

// TestEscapes: no link leads out of the folder.
func TestEscapes(t *testing.T) {
	f := in(t, map[string]string{"base/a.yaml": ""})
	outside := filepath.Join(t.TempDir(), "secret.yaml")
	require.NoError(t, os.WriteFile(outside, []byte("apiVersion: v1"), 0o666))
	require.NoError(t, os.Symlink(outside, filepath.Join(f.Shown("."), "link.yaml")))
	_, ok := f.Read("link.yaml")
	require.False(t, ok)
	_, found, err := f.Load(Source{})
	require.NoError(t, err)
	require.Equal(t, "path-escapes", found[0].ID)
}

func TestFind(t *testing.T) {
	const release = "apiVersion: cutover.dev/v1alpha1\nkind: Release\n"
	f := in(t, map[string]string{
		"a/release.yaml":              release,
		"a/rendered/b/release.yaml":   release,
		".hidden/release.yaml":        release,
		"c/d/web.yml":                 release,
		"kpt/release.yaml":            release,
		"kpt/Kptfile":                 "",
		"fn/release.yaml":             release + "metadata: {annotations: {config.kubernetes.io/function: x}}\n",
		"e/deployment.yaml":           "kind: Deployment",
		"node_modules/x/release.yaml": release,
	})
	dirs, err := Find(f.Shown("."))
	require.NoError(t, err)
	for i := range dirs {
		dirs[i], _ = filepath.Rel(f.Shown("."), dirs[i])
	}
	require.Equal(t, "a c/d", filepath.ToSlash(strings.Join(dirs, " ")))
}

func TestManifestJSON(t *testing.T) {
	f := in(t, map[string]string{
		"manifest.json": `{"apiVersion": "v1", "kind": "Service"}`,
		"package.json":  `{"name": "web"}`,
		"inner.json":    `{"spec": {"apiVersion": "v1", "kind": "Service"}}`,
		"broken.json":   `{"apiVersion": "v1", "kind": `,
		"manifest.txt":  `{"apiVersion": "v1", "kind": "Service"}`,
	})
	for name, want := range map[string]bool{
		"manifest.json": true, "package.json": false, "inner.json": false, "broken.json": true, "manifest.txt": false, "none.json": false,
	} {
		require.Equal(t, want, f.manifestJSON(name), name)
	}
}

func TestDeliveries(t *testing.T) {
	f := in(t, map[string]string{
		".git/HEAD":                      "",
		"apps/web.yaml":                  "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\n",
		"apps/service.yaml":              "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n",
		"prod/.argocd-source-web.yaml":   "kustomize: {namePrefix: x-}\n",
		"prod/rendered/application.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: no}\n",
	})
	prod := filepath.Join(f.Shown("."), "prod")
	d := Deliveries(prod)
	require.Len(t, d.Agents, 1)
	require.Equal(t, "web", d.Agents[0].Name)
	require.Equal(t, "prod", d.Path(prod))
	require.Len(t, d.Sources["prod"], 1)
}
