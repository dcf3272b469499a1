// Package automaton finds texts that tell regular expressions apart.
//
// Which requests two routes answer differently is a question about languages:
// is there a path that this expression matches and that one does not? Trying a
// few texts of each expression answers yes only by luck, so that the expressions
// are run side by side, as the sets of places in them that a text can lead to,
// and all sets that any text leads to are looked at.
//
// Texts are of printable ASCII, which paths and headers are made of.
// Expressions are RE2, and match a text as a whole. There is a bound to the work
// of a search; one that reaches it says so.
//
// The files, from the top:
//
//	witness.go    Search: the texts that tell expressions apart, breadth first
//	machine.go    one expression as the sets of places a text can lead to
//	language.go   an expression as a program, and the letters that it tells apart
package automaton
