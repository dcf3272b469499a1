// Package draft writes the first Release of a workload, from its manifests:
// which routers lead to it, at which ports, and what it runs today.
//
// What a router does is asked of its own Read, and whether a draft can be
// carried out of the generator itself: each part of it is tried, and one that
// is refused is left out, with the reason as a comment. So a router that is
// added to the table is drafted for without a line here.
//
// Non-goals: nothing is asked, and nothing is guessed that the manifests do
// not show.
//
// The files, from the top:
//
//	moved.go   Moved: the draft of one that a controller drives
//	draft.go   Pick a workload, New: its draft
//	saw.go     what is there in the place of a workload
//	route.go   which routers lead to it
//	trial.go   what the generator would refuse the draft for
//	text.go    the draft as YAML with comments
//	entry.go   the draft in the making, and its entries of spec.traffic
package draft
