// Package verdict holds what cutover verify says of an edge to what happens when that edge
// is applied to a real cluster under load: in the order of the counterexample, and in
// orders of chance.
//
// An edge that is passed must drop nothing. One that is refuted may drop nothing here and
// still be refuted rightly: the rig cannot see capacity, calls few Services, and has one
// router, which is kinder than its specification in places. Those are listed, each with
// what the finding said.
//
// From the top: matrix.go, unseen.go, worker.go, replay.go, model.go, judge.go, order.go, request.go, place.go,
// mutant.go, world.go, edge.go.
package verdict
