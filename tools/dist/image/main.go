// Command image writes the container images of the KRM function: one static program
// and one user, nothing else. An image is a function of one job, since neither
// kustomize nor kpt passes arguments to a container:
//
//	cutover        cutover fn         makes the objects
//	cutover-check  cutover fn check   checks them (a validator)
//
// Layouts are what crane push takes, with one image for each platform; an archive is
// what docker load takes. What is written of equal programs is equal.
//
//	image -version V layout DIR amd64=FILE arm64=FILE
//	image -version V archive NAME amd64=FILE > FILE
package main

import (
	"archive/tar"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// users is an image's /etc/passwd: kustomize v5.8.2 and kpt v1.0.0-beta.56 start every
// function with --user nobody, by name.
const users = "nobody:x:65534:65534:nobody:/:/sbin/nologin\n"

// jobs are the images by name, and what each runs.
var jobs = []struct {
	name string
	run  []string
}{
	{"cutover", []string{"/cutover", "fn"}},
	{"cutover-check", []string{"/cutover", "fn", "check"}},
}

func main() {
	version := flag.String("version", "unknown", "the version that labels say")
	flag.Parse()
	if err := write(*version, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func write(version string, args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("layout DIR or archive NAME, then amd64=FILE and so on")
	}
	switch verb, to, programs := args[0], args[1], args[2:]; verb {
	case "layout":
		return layouts(version, to, programs)
	case "archive":
		return archive(version, to, programs)
	}
	return fmt.Errorf("%s is neither layout nor archive", args[0])
}

// layouts writes dir/cutover and dir/cutover-check, each with an image per platform.
func layouts(version, dir string, programs []string) error {
	for _, job := range jobs {
		index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
		for _, p := range programs {
			arch, file, _ := strings.Cut(p, "=")
			img, err := image(version, arch, file, job.run)
			if err != nil {
				return err
			}
			index = mutate.AppendManifests(index, mutate.IndexAddendum{
				Add:        img,
				Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}},
			})
		}
		to := filepath.Join(dir, job.name)
		if err := os.RemoveAll(to); err != nil {
			return err
		}
		if _, err := layout.Write(to, index); err != nil {
			return err
		}
	}
	return nil
}

// archive writes both images of one platform to standard output, called like
// ref and ref with cutover-check in the place of cutover.
func archive(version, ref string, programs []string) error {
	arch, file, _ := strings.Cut(programs[0], "=")
	all := map[name.Reference]v1.Image{}
	for _, job := range jobs {
		tag, err := name.NewTag(strings.Replace(ref, "cutover", job.name, 1))
		if err != nil {
			return err
		}
		if all[tag], err = image(version, arch, file, job.run); err != nil {
			return err
		}
	}
	return tarball.MultiRefWrite(all, os.Stdout)
}

// image is a program for linux as an image that runs it.
func image(version, arch, file string, run []string) (v1.Image, error) {
	program, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return files(program) })
	if err != nil {
		return nil, err
	}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	img, err := mutate.AppendLayers(base, layer)
	if err != nil {
		return nil, err
	}
	return mutate.ConfigFile(img, config(img, version, arch, run))
}

// config says what an image runs, as whom and on what.
func config(img v1.Image, version, arch string, run []string) *v1.ConfigFile {
	c, _ := img.ConfigFile() // of an image in memory
	c = c.DeepCopy()
	c.OS, c.Architecture = "linux", arch
	c.Config.User, c.Config.Entrypoint = "65534:65534", run
	c.Config.Labels = map[string]string{
		"org.opencontainers.image.title":       "cutover",
		"org.opencontainers.image.description": "KRM function: zero-downtime releases as plain manifests",
		"org.opencontainers.image.version":     version,
		"org.opencontainers.image.source":      "https://github.com/cutoverdev/cutover",
		"org.opencontainers.image.licenses":    "Apache-2.0",
	}
	return c
}

// files is the one layer: the program, and who it runs as. Its dates are none.
func files(program []byte) (io.ReadCloser, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range []struct {
		tar.Header
		data []byte
	}{
		{tar.Header{Name: "cutover", Mode: 0o755}, program},
		{tar.Header{Name: "etc/", Typeflag: tar.TypeDir, Mode: 0o755}, nil},
		{tar.Header{Name: "etc/passwd", Mode: 0o644}, []byte(users)},
	} {
		f.Size = int64(len(f.data))
		if err := w.WriteHeader(&f.Header); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, err
		}
	}
	return io.NopCloser(&b), w.Close()
}
