// Package scenario drives releases through the cluster under load, and says what was
// dropped.
//
// A scenario is a line of a table: an application behind a router, the moves that its
// release makes, and who applies them. Every move is made by the real cutover in a real
// repository; what is expected of the requests after it is what cutover plan says, and
// during it: that none is dropped.
//
// From the top: table.go, edges.go, run.go, clusters.go, side.go, move.go, judge.go, application.go,
// scenario.go.
package scenario
