package overlay

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
)

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

// Own are the files of one release, in order of path: all but what live/ says of it.
func Own(r generators.Release) []File {
	t := tree{}
	t.release(r)
	slices.SortFunc(t.files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return t.files
}

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
		if len(track.Claims) > 0 {
			t.folder(here+"/claims", nil, track.Claims, nil)
			resources = append(resources, "claims")
		}
		if len(track.Pods) > 0 {
			t.folder(here, resources, track.Pods, nil)
		}
	}
	t.jobs(r)
	if len(r.Monitoring) > 0 {
		t.folder(dir+"/"+monitoringDir, nil, r.Monitoring, nil)
	}
	for _, s := range r.Stages {
		t.stage(dir+"/stages/"+s.Name, r, s)
	}
}

// jobs writes the candidate's jobs beside its pods, a folder for each.
func (t *tree) jobs(r generators.Release) {
	if len(r.Jobs) == 0 {
		return
	}
	dir := trackDir(r.Metadata.Name, r.Candidate()) + "/" + jobsDir
	var names []string
	for _, j := range r.Jobs {
		names = append(names, j.Name)
		t.folder(dir+"/"+j.Name, nil, j.Objects(), nil)
	}
	t.kustomization(dir, Header, names, nil)
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
		if s.Claims(track.Name) {
			resources = append(resources, from+"/claims")
		}
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
	for _, j := range r.Started(s) {
		resources = append(resources, "../../tracks/"+r.Candidate()+"/"+jobsDir+"/"+j.Name)
	}
	if s.Adopted() && len(r.Monitoring) > 0 {
		resources = append(resources, "../../"+monitoringDir)
	}
	t.folder(dir, resources, slices.Concat(own, s.Manifests, s.Apexes, s.Routes, s.Standing), replicas)
}

// live writes where every release stands, and what that means.
func (t *tree) live(out generators.Output, blocks []block) {
	header := strings.Builder{}
	header.WriteString(Header)
	var resources []string
	if len(out.Shared) > 0 {
		resources = append(resources, "../shared")
		fmt.Fprintf(&header, "#\n# shared: %s, %s\n", plural(len(out.Shared), "object"), shared(out.Shared))
	}
	for _, b := range blocks {
		resources = append(resources, fmt.Sprintf("../%s/stages/%s", b.name, b.stage))
		header.WriteString("#\n" + b.text)
	}
	t.kustomization(Live, header.String(), resources, nil)
}
