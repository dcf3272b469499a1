// Cutover-metrics asks Prometheus for cutover advance, which runs it: the questions come
// on standard input, the answers go to standard output. Nobody calls it by hand.
package main

import (
	"fmt"
	"os"

	"github.com/cutoverdev/cutover/cmd/internal/ask"
	"github.com/cutoverdev/cutover/cmd/internal/metrics"
)

func main() {
	if err := ask.Serve(os.Stdin, os.Stdout, metrics.NewSource().Answer); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n", err)
		os.Exit(2)
	}
}
