package fn_test

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/fn"
)

// A Release that describes its workload in a few lines, as kustomize hands it to a
// generator: what is made of it at shift-25.
func ExampleRun() {
	out, findings := fn.Run([]byte(`apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig:
  apiVersion: cutover.dev/v1alpha1
  kind: Release
  metadata:
    name: greeter
    annotations: {config.kubernetes.io/function: "exec: {path: cutover, args: [fn]}"}
  spec:
    app: {port: 8080, replicas: 3, probe: /healthz}
    live: blue
    tracks: {blue: {image: "greeter:1.0"}, green: {image: "greeter:1.1"}}
    stage: shift-25
    strategy: {steps: [25]}
    traffic: [{provider: istio, options: {gateways: [mesh]}}]
items: []
`), fn.Render)
	_, route, _ := strings.Cut(string(out), "kind: VirtualService")
	for line := range strings.Lines(route) {
		if word := strings.TrimSpace(line); strings.HasPrefix(word, "host:") || strings.HasPrefix(word, "weight:") {
			fmt.Println(word)
		}
		if strings.HasPrefix(line, "- ") {
			break
		}
	}
	for _, f := range findings {
		fmt.Println(f.Severity, f.ID)
	}
	// Output:
	// host: greeter-blue
	// weight: 75
	// host: greeter-green
	// weight: 25
	// warning not-frozen
	// info fill-in
}
