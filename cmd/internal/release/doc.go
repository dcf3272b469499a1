// Package release is the life of a release in Git. Each verb reads what is
// committed, decides on one move, checks it, and writes it as one commit.
//
// From the top; files call downward:
//
//	advance.go                                 the verbs that move, where evidence decides
//	promote.go start.go rollback.go abort.go   verbs that move: which move
//	status.go resolve.go running.go            verbs that look
//	together.go                                releases that move together: what their move is
//	run.go                                     how every move goes: decide, gate, write, commit, push
//	gate.go                                    what may keep a move from being made: hold, pause, edges
//	jobs.go                                    … and jobs of which nobody knows that they have completed
//	ends.go                                    the two states of a move, as far as it has to do with them
//	message.go                                 a move as the text of a commit
//	recover_plan.go damaged.go                 the plan and the Release, where what is committed is broken
//	move.go                                    a move as files
//	history.go revision.go                     what Git knows of where a release stood
//	options.go                                 what a verb is told
//	live.go                                    rendered/live of a checkout, and of commits before
//	checkout.go                                what is committed now
//	around.go                                  what stands there, release by release
//	past.go                                    what stood at a commit, looked at once
//	pointers.go                                where releases stand: one line in live/, or one for each cluster
//
// A move from shift-5 to shift-25 is two lines:
//
//	release.yaml                      stage: shift-5           →  stage: shift-25
//	rendered/live/kustomization.yaml  ../web/stages/shift-5    →  ../web/stages/shift-25
package release
