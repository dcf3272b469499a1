// Package job makes the Jobs of a release: migrations, tests and load that run once.
//
// A Job runs once because of its name. An agent that finds the Job it is to apply does
// nothing, so that a name stands for one run:
//
//	checkout-migrate-5f1c02ab    of what it does, of the versions on both tracks, and of run:
//
// Another commit of the same release leaves the name as it is, and what is rendered anew
// does too: a candidate's Jobs are kept in its snapshot, like its pods, and so are the
// ConfigMaps that they read. The next release
// has other names, and so has the same one after run: was raised.
//
// What would run a Job again behind everybody's back is left out of it (Kubernetes
// v1.37, argo-cd 3.6, kustomize-controller v1.7):
//
//   - ttlSecondsAfterFinished: a Job that is gone is applied anew at the next sync;
//   - hooks: Argo CD deletes and creates them at every sync;
//   - force and replace: a Job is deleted and created where it cannot be changed;
//   - waves: what is in a later wave waits for the Job, an abort too.
//
// From the top; files call downward:
//
//	job.go        the Jobs of a release
//	checks.go     what is said of them
//	template.go   … of a Job among the manifests
//	plain.go      … of an image and a command
//	maker.go      what they are made of
package job
