package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// planPlaces says what stands where, if the tracks are in two namespaces or clusters, and
// what there is twice while a release is under way.
func planPlaces(w io.Writer, r generators.Release) {
	switch {
	case r.Clusters() != nil:
		planClusters(w, r, r.Clusters())
	case r.Away() != "":
		planNamespaces(w, r)
	default:
		return
	}
	planTwice(w, r)
	fmt.Fprintln(w)
}

// planNamespaces says what stands in which namespace.
func planNamespaces(w io.Writer, r generators.Release) {
	home := r.Metadata.Namespace
	in := map[string][]string{home: {"the Services that clients call", "routes", "what no release owns"}}
	for _, track := range schemas.TrackNames {
		in[r.Home(track)] = append([]string{track + " with all that is its own"}, in[r.Home(track)]...)
	}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		fmt.Fprintf(w, "  in %s: %s\n", cmp.Or(name, "the workload's namespace"), strings.Join(in[name], ", "))
	}
}

// planTwice says how many pods and claims there are beside those of live, and when.
func planTwice(w io.Writer, r generators.Release) {
	var at []string
	pods := 0
	for _, s := range r.Stages {
		n := min(s.Pods(schemas.Blue), s.Pods(schemas.Green))
		if n > 0 && !s.Twin {
			at, pods = append(at, s.Name), max(pods, n)
		}
	}
	if pods == 0 {
		return
	}
	claims := 0
	for _, t := range r.Tracks {
		if t.Name != r.Candidate() {
			continue
		}
		for _, o := range t.Objects(pods) {
			claims += pods * len(kube.Items(o.Node, "spec", "volumeClaimTemplates"))
			if o.Is("", "PersistentVolumeClaim") {
				claims++
			}
		}
	}
	text := fmt.Sprintf("%d pods", pods)
	if claims > 0 {
		text += fmt.Sprintf(", %d claims", claims)
	}
	fmt.Fprintf(w, "  twice, from %s to %s: %s\n", at[0], at[len(at)-1], text)
}

// planClusters says what stands in which of two clusters, and what in both.
func planClusters(w io.Writer, r generators.Release, names []string) {
	in := map[string][]string{}
	for _, track := range schemas.TrackNames {
		c := r.Spec.Tracks.Get(track).Cluster
		in[c] = append(in[c], track+" with all that is its own")
	}
	where := map[string][]string{}
	var order []string
	for _, s := range r.Stages {
		for _, o := range r.Objects(s) {
			id := o.ID.String()
			if o.Text("metadata", "labels", workload.TrackLabel) != "" || slices.Contains(where[id], o.Cluster) {
				continue
			}
			if where[id] == nil {
				order = append(order, id)
			}
			where[id] = append(where[id], o.Cluster)
		}
	}
	var both []string
	for _, id := range order {
		if len(where[id]) == len(names) {
			both = append(both, id)
			continue
		}
		in[where[id][0]] = append(in[where[id][0]], id)
	}
	for _, c := range names {
		fmt.Fprintf(w, "  in %s: %s\n", c, strings.Join(in[c], ", "))
	}
	fmt.Fprintf(w, "  in both: %s\n", strings.Join(append(both, "what no release owns"), ", "))
}
