// Package stage plans a release: which complete resting states lie between
// the old version and the new one, in which order.
//
// For steps: [5, 25] with a preview, live on blue:
//
//	stage        blue  green  main   to green  what changes on the edge into it
//	stable       full  –      blue   0 %       –
//	prepare      full  full   blue   0 %       green's pods
//	preview      full  full   blue   0 %       preview hosts, matches, mirror appear
//	shift-5      full  full   blue   5 %       weights
//	shift-25     full  full   blue   25 %      weights
//	shift-100    full  full   blue   100 %     weights; blue is the instant way back
//	settle       full  full   green  100 %     main moves
//	unpreview    full  full   green  100 %     preview hosts, matches go
//	retire       –     full   green  100 %     blue's pods go
//
// Before stable there may be the stages that lead there from the manifests as
// they are, where plain is the workload that they hold; and back, edge by edge:
//
//	plain        –     –      plain  –         –
//	beside       full  –      plain  –         blue's pods; Services select them too
//	handover     full  –      blue   –         apexes and routes move from plain to blue
//	stable       full  –      blue   0 %       plain goes
//
// Pods and requests never change on the same edge. Every stage before retire
// has a way back that only takes requests from the candidate: an abort.
//
// Goals: a plan is a pure function of the Release and a few numbers. Non-goals:
// it knows no objects and no routers beyond [Needs].
//
// What an edge changes is little. From prepare to shift-5 it is, with Gateway API, one
// object of the cluster (under an ingress controller or mesh, the same numbers there):
//
//	HTTPRoute cart          spec.rules[0].backendRefs
//	  name: cart-blue       weight: 100 → 95
//	  name: cart-green      weight:   0 → 5
//
// Nothing starts or stops on it: green's pods have been ready since prepare. An abort is
// the same edge the other way.
//
// The files, from the top:
//
//	together.go  Together: the plan of releases that move as one
//	plan.go      Plan: the stages of a release, in order, and how many pods each has
//	checks.go    steps that cannot be planned
//	planner.go   a plan while it is made
//	stage.go     Stage and Edge: who runs, who gets the requests
package stage
