package git

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFleetHistory: a folder of a Fleet has the history that it has by itself, of files
// beside rendered/ too.
func TestFleetHistory(t *testing.T) {
	top := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		at := filepath.Join(top, "shop", name)
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o777))
		require.NoError(t, os.WriteFile(at, []byte(text), 0o666))
		for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"commit", "-qm", text}} {
			c := exec.Command("git", append([]string{"-C", top, "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"}, args...)...)
			out, err := c.CombinedOutput()
			require.NoError(t, err, string(out))
		}
	}
	write("rendered/cart/a.yaml", "one")
	write("release.yaml", "two")
	write("rendered/live/kustomization.yaml", "three")
	write("rendered/pay/a.yaml", "four")

	alone, ok, err := Open(filepath.Join(top, "shop"))
	require.True(t, ok && err == nil)
	defer alone.Close()
	var fleet Fleet
	defer fleet.Close()
	shared, ok, err := fleet.Open(filepath.Join(top, "shop"))
	require.True(t, ok && err == nil)
	for n, paths := range map[int][]string{
		1: {"release.yaml"}, 2: {"rendered/cart", "rendered/live"}, 3: {"release.yaml", "rendered/cart", "rendered/live"}, 4: {"."},
	} {
		hashes := func(r Repo) (all []string) {
			commits, err := r.History("HEAD", paths...)
			require.NoError(t, err)
			for _, c := range commits {
				all = append(all, c.Hash)
			}
			return all
		}
		require.Len(t, hashes(alone), n)
		require.Equal(t, hashes(alone), hashes(shared), "%s", paths)
	}
}
