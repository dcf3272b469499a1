// Package load sends requests at a steady rate, whatever the answers, and keeps every
// answer with its version, status and time.
//
// From the top: load.go, name.go, service.go, tally.go.
package load
