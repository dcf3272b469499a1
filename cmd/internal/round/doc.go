// Package round is one round of cutover advance over the releases of some folders: it
// looks at several at a time and asks their questions, decides, and then makes one move
// after the other. It keeps nothing from one round to the next.
//
// The files, from the top:
//
//	round.go    Go: look, ask, decide, move
//	folder.go   look and ask, folder by folder
//	command.go  programs that judge
//	asked.go    what is asked of Prometheus, and how it is answered
//	facts.go    what is known of a release, and of those that move together
//	result.go   what a round is told, and what became of a release
package round
