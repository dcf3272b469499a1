package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/stretchr/testify/require"
)

// score is something that kube-score grades as critical.
type score struct{ check, kind, name string }

// scores asks kube-score (v1.20.0), which make bin/kube-score builds.
func scores(t *testing.T, manifests []byte) map[score]bool {
	t.Helper()
	c := exec.Command(filepath.Join(golden.Root(), "bin", "kube-score"), "score", "--kubernetes-version", "v1.30", "--output-format", "json", "-")
	c.Stdin = bytes.NewReader(manifests)
	out, err := c.Output() // an error, too, where something is critical
	var objects []struct {
		Name string `json:"object_name"`
		Type struct {
			Kind string `json:"kind"`
		} `json:"type_meta"`
		Meta struct {
			Name string `json:"name"`
		} `json:"object_meta"`
		Checks []struct {
			Check struct {
				ID string `json:"id"`
			} `json:"check"`
			Grade   int  `json:"grade"`
			Skipped bool `json:"skipped"`
		} `json:"checks"`
	}
	require.NoError(t, json.Unmarshal(out, &objects), "%v: make bin/kube-score", err)
	require.NotEmpty(t, objects)
	const critical = 1
	all := map[score]bool{}
	for _, o := range objects {
		for _, c := range o.Checks {
			if c.Grade == critical && !c.Skipped {
				all[score{c.Check.ID, o.Type.Kind, o.Meta.Name}] = true
			}
		}
	}
	return all
}

// states are whole applications, by the name of the stage that every release
// stands at which has one of that name; the others stand at stable.
func states(t *testing.T, dir string, built map[stageOf][]byte) map[string][]byte {
	t.Helper()
	var shared []byte
	if folder := filepath.Join(dir, overlay.Root, "shared"); exists(folder) {
		shared = kustomize(t, folder)
	}
	all := map[string][]byte{}
	for at := range built {
		all[at.stage] = shared
	}
	for stage := range all {
		for at, data := range built {
			_, has := built[stageOf{at.release, stage}]
			if at.stage == stage || !has && at.stage == "stable" {
				all[stage] = bytes.Join([][]byte{all[stage], data}, []byte("---\n"))
			}
		}
	}
	return all
}

// empty are the scores of tracks' Services while the tracks have no pods. They
// exist at every stage, so that no route ever names a Service that is not
// there, and no route sends them a request then, which verify proves.
func empty(t *testing.T, state []byte) map[score]bool {
	t.Helper()
	objects, found := kube.Parse("built", state)
	require.Empty(t, found)
	track := func(o kube.Object) [2]string {
		of := o.Text("spec", "selector", workload.TrackLabel) // of a Service
		return [2]string{o.Text("metadata", "labels", workload.ReleaseLabel), cmp.Or(o.Text("metadata", "labels", workload.TrackLabel), of)}
	}
	runs := map[[2]string]bool{}
	for _, o := range objects {
		runs[track(o)] = runs[track(o)] || o.Is("apps", "Deployment")
	}
	all := map[score]bool{}
	for _, o := range objects {
		if o.Is("", "Service") && track(o)[1] != "" && !runs[track(o)] {
			all[score{"service-targets-pod", "Service", o.Name}] = true
		}
	}
	return all
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
