package stage_test

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// A canary in two steps: who gets the requests at each stage, and the way back.
func ExamplePlan() {
	docs, _ := schemas.Documents("release.yaml", []byte(`apiVersion: cutover.dev/v1alpha1
kind: Release
metadata: {name: checkout}
spec:
  workload: checkout
  live: blue
  tracks: {blue: {image: "checkout:1.4"}, green: {image: "checkout:1.5"}}
  stage: stable
  strategy: {steps: [5, 50]}
  traffic: [{provider: router}]
`))
	releases, _ := schemas.Parse(docs[0], []schemas.Provider{{Name: "router"}})
	plan, _ := stage.Plan(releases[0], stage.Size{Capacity: 4, Called: true}, stage.Needs{Weights: true})
	for _, s := range plan {
		fmt.Printf("%s: green %d %%\n", s.Name, s.Weight(schemas.Green))
		if s.Abort != "" {
			fmt.Printf("  abort leads to %s\n", s.Abort)
		}
	}
	// Output:
	// stable: green 0 %
	// prepare: green 0 %
	//   abort leads to stable
	// shift-5: green 5 %
	//   abort leads to prepare
	// shift-50: green 50 %
	//   abort leads to prepare
	// shift-100: green 100 %
	//   abort leads to prepare
	// settle: green 100 %
	//   abort leads to prepare
	// retire: green 100 %
}
