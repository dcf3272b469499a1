package main

import (
	"time"

	"github.com/spf13/cobra"
)

func newRollback(now func() time.Time) *cobra.Command {
	_ = now
	return &cobra.Command{Use: "rollback"}
}
func newStatus(now func() time.Time) *cobra.Command { _ = now; return &cobra.Command{Use: "status"} }
func newResolve() *cobra.Command                    { return &cobra.Command{Use: "resolve"} }
