// Command identity is the yardstick for start-up: a KRM function on kyaml's
// framework that returns what it is given.
package main

import (
	"os"

	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/fn/framework/command"
)

func main() {
	same := framework.ResourceListProcessorFunc(func(*framework.ResourceList) error { return nil })
	if command.Build(same, command.StandaloneDisabled, false).Execute() != nil {
		os.Exit(1)
	}
}
