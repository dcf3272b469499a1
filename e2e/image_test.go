package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
)

// TestImage: what the examples give by the program, they give by the container
// images, with kustomize and kpt as they start a container. make image-test builds
// the images and runs it.
func TestImage(t *testing.T) {
	image := os.Getenv("CUTOVER_IMAGE")
	if image == "" {
		t.Skip("CUTOVER_IMAGE names no image: make image-test")
	}
	check := strings.Replace(image, "cutover", "cutover-check", 1)
	contained := strings.NewReplacer(
		"exec: {path: cutover, args: [fn]}", "container: {image: \""+image+"\"}",
		"exec: {path: cutover, args: [fn, check]}", "container: {image: \""+check+"\"}",
		"exec: cutover fn check", "image: "+check,
		"exec: cutover fn", "image: "+image,
	)
	for name, c := range map[string]struct{ program, container string }{
		"kustomize-generator":   {both + ".", "kustomize build --enable-alpha-plugins ."},
		"kustomize-transformer": {both + "overlay", "kustomize build --enable-alpha-plugins overlay"},
		"kpt-package":           {"kpt fn render . --allow-exec && cat generated/*/*", "kpt fn render . && cat generated/*/*"},
	} {
		t.Run(name, func(t *testing.T) {
			golden.Needs(t, name, "kpt")
			example := tree(t, filepath.Join(golden.Root(), "examples", name))
			want, errs, err := shell(t, files(t, example), c.program)
			require.NoError(t, err, errs)
			require.Contains(t, want, "greeter-green")
			replaced := 0
			for file, text := range example {
				example[file] = contained.Replace(text)
				replaced += strings.Count(example[file], image[:strings.LastIndex(image, "cutover")])
			}
			require.Positive(t, replaced, "the example has no function")
			got, errs, err := shell(t, files(t, example), c.container)
			require.NoError(t, err, errs)
			require.Equal(t, want, contained.Replace(got))
		})
	}
}
