// Package beside moves one application three times, by cutover, by Argo Rollouts and by
// Flagger: the same pods, load, steps and router, one after the other.
//
// From the top: run.go, measure.go, mover.go, cutover.go, rollouts.go, flagger.go,
// manifests.go.
package beside
