// Package structure says why an API server refuses an object, before one sees it.
//
// What it knows is a table that make schemas writes from what upstream projects
// publish: the OpenAPI of Kubernetes 1.37.2, the CRDs of the routers, KEDA and
// External Secrets; and from cmd/internal/schemagen/core.txt, which says by hand what
// Kubernetes' own validation adds. The table is text in the binary. Nobody reads it
// before an object is judged, and then no more than the blocks of its kind.
//
// Goals: no object is refused that a server takes (e2e/refused_test.go asks one). Kinds and
// versions that it does not know, and what another object says, it leaves alone.
//
// From the top; files call downward:
//
//	object.go   an object → why it is refused
//	filled.go   what the server fills in before it looks
//	walk.go     a value beside the block of its type, down to the last part
//	fields.go   the fields of mappings
//	lists.go    what tells the elements of a list apart
//	scalar.go   text, numbers, true and false
//	format.go   what text must look like
//	report.go   where a walk is, and what it has found
//	fault.go    Fault, and how values are shown
//	paths.go    the fields of a kind, for who counts them
//	table.go    the table and its blocks
//
// The table begins with where its blocks begin, then has a line for each kind with the place
// of its block,
//
//	<tab>v1 Service<tab>21816
//
// with crd behind it if a CRD defines it.
//
// A block begins with a letter and, with tabs between, what must hold of the value:
//
//	o  a mapping with the fields that follow       s  text
//	m  a mapping of what the last word refers to   i  a whole number of 32 bits
//	a  a list of what the last word refers to      l  a whole number of 64 bits
//	v  conditions on a value of any type           n  a number
//	*  anything                                    b  true or false
//	q  a quantity                                  p  a whole number, or text
//	t  a time                                      P  the same in a CRD, where numbers have 64 bits
//	y  base64
//
//	e=a|b  one of these      m=1 M=9  bounds of a number         l=1 L=9  of the length of text
//	r=…    an expression     n=1 N=9  of the number of elements  f=…      a form, see format.go
//	k=a,b  no two elements have both alike; K=a,b the same, where it is applied on the server's side
//	one=a,b  exactly one of these fields; most=a,b at most one
//	+  fields that are not listed may stand there
//	anyOf= allOf= oneOf= not= items=  places of blocks
//	c=… C=…  a rule in CEL, and what it says    meta  its metadata are those of pods
//
// A field is a line: a tab, its name, a letter or the place of a block, ! if it must be
// there, = and what the server fills in.
package structure
