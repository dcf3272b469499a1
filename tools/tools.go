// Package tools pins the programs that the project is built and tested with.
// Run one with go tool -modfile=tools/go.mod NAME.
package tools
