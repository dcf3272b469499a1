// Package cel evaluates the part of the Common Expression Language that the validation
// rules of CRDs are written in (k8s.io/apiserver/pkg/cel, v0.37.2). It is small since
// cel-go is not: that, with its parser and types, is more than all the rest of the
// program.
//
// Goals: what it says is what an API server says, or it says that it does not know. A
// function that it lacks, a value of another type and an evaluation of more than a
// number of steps are not known. Non-goals: numbers that are no int, bytes, protobuf,
// regular types.
//
//	eval.go    an expression and a value → true, false or not known
//	values.go  what values are, and how they compare
//	parse.go   text → an expression
//	lex.go     text → words
package cel
