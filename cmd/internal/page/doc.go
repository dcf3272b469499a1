// Package page draws where releases stand as one document that a person reads: HTML
// that needs no other file, or Markdown for a pull request.
//
// A page is data first ([Of]), then one of the drawings of it. It shows what the
// other verbs say, and finds nothing out by itself: where a release stands is
// [release.Status], what its next commit does is [check.Stages].
//
// It is no dashboard: it is as old as the commit that it was drawn from.
package page
