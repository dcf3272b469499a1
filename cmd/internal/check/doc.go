// Package check verifies what a person asks about: a rendered tree, one commit
// between two states, or what has changed since a revision.
//
// From the top; files call downward:
//
//	tree.go       every stage and edge of a folder's rendered/, or one edge of it
//	checker.go    … of one release
//	together.go   … of releases that move together
//	rendered.go   a folder's rendered/, read once
//	skip.go       what an agent does that skips stages
//	states.go     the commit between any two states
//	appliers.go   what the agents' own objects build, at both ends of such a commit
//	since.go      what rendered/live has become since a revision
//	effect.go     what it says of who gets the requests
//	judgement.go  an edge, a state, the agent's own changes and the cluster → the report
//
// Reading is left to cmd/internal/folder, judging to fn/verify, printing to
// cmd/internal/report.
package check
