package git

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExport: regular files of a revision come out as they are; links, which may
// lead anywhere, and what is too large for a manifest do not.
func TestExport(t *testing.T) {
	repo, to := t.TempDir(), t.TempDir()
	git := func(args ...string) {
		t.Helper()
		c := exec.Command("git", append([]string{"-C", repo, "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"}, args...)...)
		out, err := c.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	git("init", "-q")
	require.NoError(t, Export(repo, "HEAD", to), "nothing is committed yet")
	require.NoError(t, os.MkdirAll(filepath.Join(repo, "a", "b ü"), 0o777))
	binary := bytes.Repeat([]byte("\n\x00\xff"), 999)
	require.NoError(t, os.WriteFile(filepath.Join(repo, "a", "b ü", "c\td.yaml"), binary, 0o666))
	require.NoError(t, os.WriteFile(filepath.Join(repo, "empty.yaml"), nil, 0o777))
	require.NoError(t, os.WriteFile(filepath.Join(repo, "large"), make([]byte, maxBlob+1), 0o666))
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(repo, "link.yaml")))
	git("add", ".")
	git("commit", "-qm", "all")
	require.NoError(t, os.RemoveAll(filepath.Join(repo, "a")))

	require.NoError(t, Export(filepath.Join(repo), "HEAD", to))
	var names []string
	require.NoError(t, fs.WalkDir(os.DirFS(to), ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, name)
		}
		return err
	}))
	require.Equal(t, []string{"a/b ü/c\td.yaml", "empty.yaml"}, names)
	got, err := os.ReadFile(filepath.Join(to, names[0]))
	require.NoError(t, err)
	require.Equal(t, binary, got)
	require.ErrorContains(t, Export(repo, "nowhere", t.TempDir()), "git ls-tree nowhere: ")
	require.ErrorContains(t, Export(repo, "--help", t.TempDir()), "git ls-tree --help: ")
}
