package build

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// written makes a folder of files.
func written(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
	}
	return dir
}

const service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 8071}]}\n"

// TestRefused: what would run programs, use the network or lead out of the repository
// is refused before kustomize sees it.
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct{ kustomization, want string }{
		"remote base":    {"resources: [https://example.com/base]\n", "https://example.com/base is remote"},
		"remote by git":  {"resources: [git@example.com:a/b]\n", "git@example.com:a/b is remote"},
		"chart":          {"helmCharts: [{name: web}]\n", "helmCharts is not built here"},
		"plugin":         {"transformers: [plugin.yaml]\n", "transformers is not built here"},
		"remote file":    {"configMapGenerator: [{name: a, files: [https://example.com/a]}]\n", "https://example.com/a is remote"},
		"absolute":       {"resources: [/etc/hosts]\n", "/etc/hosts is an absolute path"},
		"not there":      {"resources: [nowhere.yaml]\n", "nowhere.yaml is not there"},
		"out of the way": {"resources: [../../outside]\n", "leads outside of"},
	} {
		root := written(t, map[string]string{
			"repo/app/kustomization.yaml": c.kustomization,
			"repo/app/plugin.yaml":        "apiVersion: example.com/v1\nkind: Any\nmetadata: {name: x}\n",
			"outside/service.yaml":        service,
		})
		objects, found := Build(filepath.Join(root, "repo/app"), filepath.Join(root, "repo"))
		require.Empty(t, objects, name)
		require.NotEmpty(t, found, name)
		require.Equal(t, "kustomization", found[0].ID, name)
		require.Contains(t, found[0].Message, c.want, name)
	}
}

// TestBuilt: a plain kustomization is read, with lines; another is built; a plugin
// that is part of kustomize is neither foreign nor a program.
func TestBuilt(t *testing.T) {
	dir := written(t, map[string]string{
		"plain/kustomization.yaml":  "resources: [service.yaml]\n",
		"plain/service.yaml":        "# first\n" + service,
		"prefix/kustomization.yaml": "resources: [../plain]\nnamePrefix: my-\n",
		"label/kustomization.yaml":  "resources: [../plain]\ntransformers: [labels.yaml]\n",
		"label/labels.yaml": "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: our-\n" +
			"fieldSpecs: [{path: metadata/name}]\n",
	})
	for name, want := range map[string]string{"plain": "web", "prefix": "my-web", "label": "our-web"} {
		objects, found := Build(filepath.Join(dir, name), dir)
		require.Empty(t, found, name)
		require.Len(t, objects, 1, name)
		require.Equal(t, want, objects[0].Name)
		require.Equal(t, name == "plain", objects[0].Node.Line == 2, "%s: lines are the user's, or none", name)
	}
}

// TestSecrets: a Secret that is in no file is told from one that is.
func TestSecrets(t *testing.T) {
	dir := written(t, map[string]string{
		"file/kustomization.yaml": "resources: [secret.yaml]\nnamePrefix: my-\n",
		"file/secret.yaml":        "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {a: b}\n",
		"made/kustomization.yaml": "secretGenerator: [{name: key, literals: [a=b]}]\n",
	})
	_, found := Build(filepath.Join(dir, "file"), dir)
	require.Empty(t, found)
	_, found = Build(filepath.Join(dir, "made"), dir)
	require.Len(t, found, 1)
	require.Equal(t, SecretGenerated, found[0].ID)
}

// TestInside: links count by where they lead.
func TestInside(t *testing.T) {
	root := written(t, map[string]string{"repo/a.yaml": "", "b.yaml": ""})
	repo := filepath.Join(root, "repo")
	require.NoError(t, os.Symlink(filepath.Join(root, "b.yaml"), filepath.Join(repo, "link.yaml")))
	require.True(t, Inside(repo, filepath.Join(repo, "a.yaml")))
	require.False(t, Inside(repo, filepath.Join(repo, "link.yaml")))
	require.False(t, Inside(repo, filepath.Join(repo, "../b.yaml")))
	require.False(t, Inside(repo, filepath.Join(repo, "nowhere.yaml")))
}
