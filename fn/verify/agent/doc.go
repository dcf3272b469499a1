// Package agent knows what Argo CD and Flux make of manifests after they are built:
// what they change, what they leave in the cluster, and whether it has arrived.
//
// From the top; files call downward:
//
//	delivery.go         objects of agents that lead to a folder → findings
//	advice.go           … and what keeps a commit from the cluster, or lets it be undone
//	applicationset.go   Applications that Argo CD makes from a template
//	application.go      one Application, one Kustomization
//	overrides.go        images, names, labels and patches laid over the folder
//	substitute.go       variables that Flux fills in
//	appliers.go         which folders agents apply, and what they lay over them
//	reach.go            whether a path, perhaps with holes in it, leads to a folder
//	effects.go          what is said of one object of an agent
//	arrived.go          whether a cluster is as the manifests say
//	finished.go         whether a job has done its work there
//	ends.go             what a cluster holds where that is not what the manifests say
package agent
