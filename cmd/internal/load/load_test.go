package load

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

func release(name, steps string) string {
	return `apiVersion: cutover.dev/v1alpha1
kind: Release
metadata: {name: ` + name + `}
spec:
  app: {port: 9017, probe: /ready}
  tracks: {blue: {image: "` + name + `:7"}, green: {image: "` + name + `:8"}}
  strategy: {steps: [` + steps + `]}
  traffic: [{provider: gatewayAPI, hosts: [` + name + `.example.com], options: {gateways: [edge/public]}}]
`
}

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
	}
	return dir
}

func load(t *testing.T, in Input, dir string) Loaded {
	t.Helper()
	l, err := in.Load(dir, strings.NewReader(""))
	require.NoError(t, err)
	t.Cleanup(l.Close)
	return l
}

func TestPick(t *testing.T) {
	l := load(t, Input{}, write(t, map[string]string{"cart.yaml": release("cart", "5"), "web.yaml": release("web", "25")}))
	require.False(t, schemas.Failed(l.Found), l.Found)
	r, s, err := Pick(l.Out, "shift-25")
	require.NoError(t, err)
	require.Equal(t, "web shift-25", r.Metadata.Name+" "+s.Name)
	r, s, err = Pick(l.Out, "cart/stable")
	require.NoError(t, err)
	require.Equal(t, "cart stable", r.Metadata.Name+" "+s.Name)
	_, _, err = Pick(l.Out, "stable")
	require.ErrorContains(t, err, "several releases have a stage \"stable\"; write cart/stable")
	_, _, err = Pick(l.Out, "cart/shift-25")
	require.ErrorContains(t, err, "no stage \"cart/shift-25\"; there are prepare, ")
}

func TestLoad(t *testing.T) {
	empty := load(t, Input{}, t.TempDir())
	require.Equal(t, "release-missing", empty.Found[0].ID)

	broken := load(t, Input{}, write(t, map[string]string{"cart.yaml": release("cart", "120")}))
	require.Equal(t, "weight-range", broken.Found[0].ID)
	require.Empty(t, broken.Out.Releases, "nothing is generated from it")

	_, err := Input{}.Load(filepath.Join(t.TempDir(), "nowhere"), nil)
	require.ErrorContains(t, err, "nowhere")
}

// TestTexts: what is given in place of a file counts, and a file that is not is a
// draft.
func TestTexts(t *testing.T) {
	dir := write(t, map[string]string{"cart.yaml": release("cart", "5"), "draft.yaml": release("web", "5")})
	l := load(t, Input{Texts: map[string][]byte{"cart.yaml": []byte(release("cart", "40"))}}, dir)
	require.False(t, schemas.Failed(l.Found), l.Found)
	require.Len(t, l.In.Releases, 1)
	_, ok := l.Out.Releases[0].Stage("shift-40")
	require.True(t, ok)
}

// TestOut: the tree stands in another folder.
func TestOut(t *testing.T) {
	out := t.TempDir()
	l := load(t, Input{Out: out}, write(t, map[string]string{"cart.yaml": release("cart", "5")}))
	require.NotSame(t, l.Folder, l.Target)
	require.Equal(t, filepath.ToSlash(out), l.Target.Shown("."))
	require.False(t, schemas.Failed(l.Found))
}
