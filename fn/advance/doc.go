// Package advance decides what becomes of a release that is under way: it waits, goes on,
// or goes back. It asks nobody: what is to be asked it says as questions, and the answers,
// the time and all that may keep the release from going on are given to it.
//
// All state is in Git: a stage began when its commit came to the branch that the agent
// follows, and everything else is made of counts since then. So a call that is missed,
// doubled or dies is as if it had not been.
//
// The files, from the top:
//
//	foresee.go    what a stage can find, before there are requests
//	decide.go     Decide: wait, promote, abort, roll back
//	judge.go      Judge: answers → verdicts, one for each bound
//	question.go   Questions: what to ask of Prometheus at a stage
//	stages.go     which stages have requests to judge, and how many bounds share the level
//	window.go     whether a window is open
package advance
