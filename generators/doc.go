// Package generators turns Releases and the manifests of their workloads into
// every stage of every release: Release → stages → objects.
//
// Everything is a pure function of [Input]: same input, same bytes.
//
//	Release, manifests
//	  │ find    the workload and what hangs on it (package workload)
//	  │         the routers of its entries and their own routes (package routers)
//	  │ check   names, claims, what agents are told
//	  ▼
//	tracks ── stages ── objects of each stage
//	(track)   (stage)   (track, job, routers)
//
// The files, from the top:
//
//	generate.go   Generate: all releases, all stages
//	set.go        releases that move together, and whether they do
//	told.go       what objects tell the agents that apply them
//	check.go      what two releases, or a release and the manifests, both claim
//	clusters.go   which objects stand in which cluster, where tracks have clusters of their own
//	adopt.go      routes of the stages before stable
//	measured.go   how routers count the requests of both tracks, and what watches them
//	work.go       Input, Output, and a release on its way from one to the other
package generators
