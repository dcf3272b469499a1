// Package overlay lays out what a GitOps agent applies: plain kustomizations,
// one folder per stage, and one line that says where each release stands.
//
//	rendered/
//	  shared/                        objects that no release owns
//	  <release>/tracks/<track>/      a track's pods, and service/ for what stays without them,
//	                                 jobs/ for what runs once
//	  <release>/monitoring/          rules and a dashboard, the same at every stage
//	  <release>/stages/<stage>/      which tracks, how many pods, whole apexes and routes
//	  live/kustomization.yaml        ../shared and one stage of each release: the agent's path
//
// Where the tracks are in two clusters, each has a folder below live/ and below every
// stage, and an agent of its own:
//
//	<release>/stages/<stage>/<cluster>/   what of the stage stands in that cluster
//	live/<cluster>/kustomization.yaml     ../../shared and that of one stage
//
// The kustomizations use resources: and replicas: alone, so that Read can
// resolve them as kustomize does.
//
// The files, from the top:
//
//	files.go           Files: an output → the whole tree
//	tree.go            one folder: its kustomization and its objects
//	live.go            rendered/live: where each release stands, by path and digest
//	read.go            Read: a tree → the objects that kustomize would build
//	kustomization.go   which fields of a kustomization are understood
//	layout.go          names of folders and files
package overlay
