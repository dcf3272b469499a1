// Package request finds the requests that rules tell apart: one of each kind, so that
// looking at those is looking at all.
//
// From the top; files call downward:
//
//	requests.go   rules of a host → requests: every path, method, header … with every other
//	samples.go    texts that the expressions of several rules tell apart
//	texts.go      texts that one expression matches
//	hosts.go      hosts that stand for those that no rule names
//
// Of rules for /api, for /api/v2 with the header beta, and for everything else these
// are five kinds: /api, /api/v2 with and without the header, and a path that none
// names with and without it. Of two regular expressions a text is found that only the
// first one matches, one that only the second one matches, and one that both do.
package request
