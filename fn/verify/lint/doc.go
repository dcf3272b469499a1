// Package lint says what of manifests needs a person's eye although no commit drops a
// request by it: routers whose projects have ended, and versions of APIs that are no
// longer served. What it finds are warnings: people run these today.
//
//	lint.go      what of a state is told
//	retired.go   kinds of routers that have ended
//	unserved.go  versions of APIs that are no longer served
package lint
