// Package overlay lays out what a GitOps agent applies: plain kustomizations,
// one folder per stage, and one line that says where each release stands.
//
//	rendered/
//	  shared/                        objects that no release owns
//	  <release>/tracks/<track>/      a track's pods, and service/ for what stays without them
//	  <release>/stages/<stage>/      which tracks, how many pods, whole apexes and routes
//	  live/kustomization.yaml        ../shared and one stage of each release: the agent's path
//
// The kustomizations use resources: and replicas: alone, so that Read can
// resolve them as kustomize does.
package overlay

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// Root is the folder that everything is written under.
const Root = "rendered"

// Live is the folder that the agent applies.
const Live = Root + "/live"

// Header is the first line of every generated file. A file without it is not ours.
const Header = schemas.Generated

// File is one generated file.
type File struct {
	Path string // slash-separated, below the folder of the Releases
	Data []byte
}

// Files lays out an output, in order of path.
func Files(out generators.Output) []File {
	t := tree{}
	if len(out.Shared) > 0 {
		t.folder(Root+"/shared", nil, out.Shared, nil)
	}
	var blocks []block
	for _, r := range out.Releases {
		before := len(t.files)
		t.release(r)
		if s, ok := r.Stage(r.Spec.Stage); ok { // else a finding by now
			blocks = append(blocks, newBlock(r, s, t.files[before:]))
		}
	}
	t.live(out, blocks)
	slices.SortFunc(t.files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return t.files
}

// tree collects files.
type tree struct{ files []File }

// replica is an entry of a kustomization's replicas.
type replica struct {
	Name  string `yaml:"name"`
	Count int    `yaml:"count"`
}

// kustomization is the part of kustomize.config.k8s.io/v1beta1 Kustomization
// that is written and read.
type kustomization struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Resources  []string  `yaml:"resources"`
	Replicas   []replica `yaml:"replicas,omitempty"`
}

// folder writes a kustomization with the resources of other folders and a file
// for each object of its own.
func (t *tree) folder(dir string, resources []string, objects []kube.Object, replicas []replica) {
	names := map[string]bool{}
	for _, o := range objects {
		name := FileName(o, names)
		resources = append(resources, name)
		t.file(path.Join(dir, name), kube.Append([]byte(Header), o))
	}
	t.kustomization(dir, Header, resources, replicas)
}

func (t *tree) kustomization(dir, header string, resources []string, replicas []replica) {
	k := kustomization{"kustomize.config.k8s.io/v1beta1", "Kustomization", resources, replicas}
	if resources == nil {
		k.Resources = []string{}
	}
	t.file(dir+"/kustomization.yaml", kube.Append([]byte(header), kube.Object{Node: kube.Node(k)}))
}

func (t *tree) file(path string, data []byte) { t.files = append(t.files, File{path, data}) }

var notInNames = regexp.MustCompile(`[^a-z0-9.-]+`)

// FileName names the file of an object: kind-name.yaml, with the namespace or a
// number behind it where that is taken.
func FileName(o kube.Object, taken map[string]bool) string {
	name := notInNames.ReplaceAllString(strings.ToLower(o.Kind+"-"+o.Name), "-")
	for _, more := range []string{"", "-" + o.Namespace, "-" + o.Namespace + "-" + o.Group} {
		if file := strings.TrimRight(name+more, "-") + ".yaml"; !taken[file] {
			taken[file] = true
			return file
		}
	}
	for i := 2; ; i++ {
		if file := fmt.Sprintf("%s-%d.yaml", name, i); !taken[file] {
			taken[file] = true
			return file
		}
	}
}

// trackDir is the folder of a track.
func trackDir(release, track string) string { return path.Join(Root, release, "tracks", track) }

// release writes the tracks and the stages of a release.
func (t *tree) release(r generators.Release) {
	dir := Root + "/" + r.Metadata.Name
	for _, track := range r.Tracks {
		here := trackDir(r.Metadata.Name, track.Name)
		var resources []string
		if len(track.Always) > 0 {
			t.folder(here+"/service", nil, track.Always, nil)
			resources = append(resources, "service")
		}
		if len(track.Pods) > 0 {
			t.folder(here, resources, track.Pods, nil)
		}
	}
	for _, s := range r.Stages {
		t.stage(dir+"/stages/"+s.Name, r, s)
	}
}

// stage writes one stage: the tracks as they run there, and whole objects for
// all that is its own.
func (t *tree) stage(dir string, r generators.Release, s generators.Stage) {
	var resources []string
	var replicas []replica
	var own []kube.Object
	for _, track := range r.Tracks {
		pods := s.Pods(track.Name)
		from := "../../tracks/" + track.Name
		switch {
		case !s.Adopted(), pods == 0 && len(track.Always) == 0:
			continue
		case pods == 0:
			from += "/service"
		case track.Scaled():
			own = append(own, track.Scalers(pods)...)
		default:
			replicas = append(replicas, replica{track.Workload(), pods})
		}
		resources = append(resources, from)
	}
	t.folder(dir, resources, slices.Concat(own, s.Manifests, s.Apexes, s.Routes), replicas)
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
