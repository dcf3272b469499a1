//go:build !papers

package main

import "github.com/spf13/cobra"

// papers is empty in a release: see papers.go.
func papers(*cobra.Command) []*cobra.Command { return nil }
