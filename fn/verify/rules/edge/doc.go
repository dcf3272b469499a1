// Package edge holds what every rule is given: an edge, how a problem is said, and the
// questions that rules of several subjects ask. It knows no rule.
//
//	secrets.go      Secrets that come and go with what makes them
//	transition.go   the edge, its problems, and what lasts over it
package edge
