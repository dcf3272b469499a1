package generators

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// This file says what of a release stands in which cluster, where each track has one of
// its own. What belongs to a track stands in its cluster, Services that select it among
// that; what its router reads stands where the router says, and everything else in each.

// home is the cluster of a track, "" if there is but one.
func (w *work) home(track string) string { return w.release.Spec.Tracks.Get(track).Cluster }

// apart reports whether the tracks are in clusters of their own.
func (w *work) apart() bool { return w.release.Clusters() != nil }

// placed are what the router of an entry reads, where it reads it.
func (w *work) placed(p route.Provider, entry route.Route, all []kube.Object) []kube.Object {
	if !w.apart() {
		return all
	}
	for i, o := range all {
		if track := o.Text("spec", "selector", workload.TrackLabel); o.Is("", "Service") && track != "" {
			all[i].Cluster = w.home(track)
			continue
		}
		all[i].Cluster = p.Home(entry)
	}
	return all
}

// checkApart refuses what tracks in two clusters cannot do.
func (w *work) checkApart() []schemas.Finding {
	if !w.apart() {
		return nil
	}
	r := w.release
	var found []schemas.Finding
	fail := func(at, what, hint string) { found = append(found, r.Find("track-cluster", at, what, hint)) }
	if r.Adopting() {
		fail("spec.stage", "the stages before stable lead to tracks beside the workload, in its own cluster",
			"stage: stable; a cluster for each track once the release stands there")
	}
	if track := r.Away(); track != "" {
		fail("spec.tracks."+track+".namespace", "the track has a cluster of its own, and needs no namespace of its own in it",
			"leave the namespace out, or the clusters")
	}
	if r.Worker() {
		fail("spec.workload.starts", "a workload that takes its work by itself has no requests that could be led from cluster to cluster",
			"no clusters; or a Release for each cluster")
	}
	if v := w.maker.VolumeChoice(); v == "shared" || v == "clone" {
		fail("spec.workload.volumes", "volumes: "+v+" needs both tracks in one cluster", "perTrack or scratch; or no clusters")
	}
	return append(found, w.checkCallers()...)
}

// checkCallers: who calls a Service by its name gets the track of its own cluster, and
// nobody while that has no pods.
func (w *work) checkCallers() []schemas.Finding {
	var found []schemas.Finding
	for _, o := range w.source.Apexes {
		if workload.Accepts(o, "request-gone") {
			continue
		}
		what := fmt.Sprintf("clients inside a cluster that call %s by its name, unless a mesh over both routes them, reach the track of "+
			"that cluster, and nobody while it has no pods", o.ID)
		if w.release.Spec.App != nil { // nobody else writes its Service
			found = append(found, w.release.Find("track-cluster", "spec.app", what,
				"let them call a host under traffic; then write its Deployment and Service in base/, the Service with the annotation "+
					workload.AcceptAnnotation+": request-gone, and spec.workload in the place of spec.app"))
			continue
		}
		found = append(found, o.Find("track-cluster", what,
			"let them call a host under traffic; then say so by the annotation "+workload.AcceptAnnotation+": request-gone", "metadata", "name"))
	}
	return found
}

// checkSets: an agent of a cluster applies all releases of a folder.
func checkSets(releases []*schemas.Release) []schemas.Finding {
	var found []schemas.Finding
	for _, r := range releases[min(1, len(releases)):] {
		first := releases[0]
		if slices.Equal(r.Clusters(), first.Clusters()) {
			continue
		}
		found = append(found, r.Find("track-cluster", "spec.tracks",
			fmt.Sprintf("release %s is in %s, and release %s of this folder in %s", r.Metadata.Name, inClusters(r), first.Metadata.Name,
				inClusters(first)),
			"the same clusters for all releases of a folder, for each has an agent; or a folder of its own"))
	}
	return found
}

func inClusters(r *schemas.Release) string {
	if names := r.Clusters(); names != nil {
		return "clusters " + strings.Join(names, " and ")
	}
	return "one cluster"
}
