package overlay

import (
	"fmt"
	"path"
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
	for _, c := range clustersOf(out) {
		t.live(c, out, blocks)
	}
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
		for _, c := range clusters(r.Release) {
			t.stage(c, r, s)
		}
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

// stage writes one stage in a cluster, "" if there is but one: the tracks as they run
// there, and whole objects for all that is its own.
func (t *tree) stage(cluster string, r generators.Release, s generators.Stage) {
	var resources []string
	var replicas []replica
	var own []kube.Object
	up := upFromStage(cluster)
	for _, track := range r.Tracks {
		if r.Spec.Tracks.Get(track.Name).Cluster != cluster {
			continue
		}
		pods := s.Pods(track.Name)
		from := up + "tracks/" + track.Name
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
		if r.Spec.Tracks.Get(r.Candidate()).Cluster == cluster {
			resources = append(resources, up+"tracks/"+r.Candidate()+"/"+jobsDir+"/"+j.Name)
		}
	}
	if s.Adopted() && len(r.Monitoring) > 0 {
		resources = append(resources, up+monitoringDir)
	}
	objects := generators.In(cluster, slices.Concat(s.Manifests, s.Apexes, s.Routes, s.Standing))
	t.folder(path.Join(StageDir(r.Metadata.Name, s.Name), cluster), resources, append(own, objects...), replicas)
}

// live writes where every release stands, and what that means, for the agent of a cluster.
func (t *tree) live(cluster string, out generators.Output, blocks []block) {
	header := strings.Builder{}
	header.WriteString(Header)
	if cluster != "" {
		fmt.Fprintf(&header, "#\n# cluster %s\n", cluster)
	}
	up := upFromLive(cluster)
	var resources []string
	if len(out.Shared) > 0 {
		resources = append(resources, up+"shared")
		fmt.Fprintf(&header, "#\n# shared: %s, %s\n", plural(len(out.Shared), "object"), shared(out.Shared))
	}
	for _, b := range blocks {
		resources = append(resources, up+path.Join(b.name, "stages", b.stage, cluster))
		header.WriteString("#\n" + b.text)
	}
	t.kustomization(LiveOf(cluster), header.String(), resources, nil)
}
