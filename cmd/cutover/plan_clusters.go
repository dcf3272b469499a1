package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// planClusters says what stands in which of two clusters, and what in both.
func planClusters(w io.Writer, r generators.Release) {
	names := r.Clusters()
	if names == nil {
		return
	}
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
	fmt.Fprintf(w, "  in both: %s\n\n", strings.Join(append(both, "what no release owns"), ", "))
}
