package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// startup is what one call costs: of cutover, and of an identity function on kyaml's
// framework on the same input.
func startup(temp string, runs int) ([]table, error) {
	const dir = "examples/hybrid-gateway-api"
	groups := []*table{{title: "One call", about: "The yardstick is the identity function.", programs: []*program{
		{name: "identity on kyaml's framework", args: []string{"identity"}, stdin: list(1)},
		{name: "`cutover version`", args: []string{"cutover", "version"}},
		{name: "`cutover fn`, transformer", args: []string{"cutover", "fn"}, stdin: list(1)},
		{name: "`cutover render`, one stage", args: []string{"cutover", "render", dir, "--out", "-"}},
		{name: "`cutover render --check`, the tree", args: []string{"cutover", "render", dir, "--check"}},
		{name: "`cutover verify`", args: []string{"cutover", "verify", dir}},
	}}}
	for _, n := range []int{1, 100} {
		group, err := builds(temp, n)
		if err != nil {
			return nil, err
		}
		groups = append(groups, &table{
			title: fmt.Sprintf("`kustomize build` of %d Deployments", n), about: "The yardstick is kustomize without a function.", programs: group,
		})
	}
	var done []table
	for _, g := range groups {
		if err := g.measure(runs); err != nil {
			return nil, err
		}
		done = append(done, *g)
	}
	return done, nil
}

// builds are kustomize builds of n Deployments: without a function, with one
// that changes nothing, and with a Release for one of them.
func builds(temp string, n int) ([]*program, error) {
	var group []*program
	for _, b := range []struct{ name, more, config string }{
		{"no function", "", ""},
		{"identity", "transformers: [fn.yaml]\n", "apiVersion: example.com/v1\nkind: Same\nmetadata:\n  name: same\n  annotations: " +
			"{config.kubernetes.io/function: \"exec: {path: identity}\"}\n"},
		{"cutover fn", "transformers: [fn.yaml]\n", release("")},
	} {
		dir := filepath.Join(temp, fmt.Sprintf("%d-%s", n, b.name))
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, err
		}
		for name, text := range map[string]string{
			"kustomization.yaml": "resources: [all.yaml]\n" + b.more, "all.yaml": strings.Join(manifests(n), "---\n"), "fn.yaml": b.config,
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				return nil, err
			}
		}
		group = append(group,
			&program{name: b.name, args: []string{
				"kustomize", "build", "--enable-alpha-plugins", "--enable-exec", ".",
			}, dir: dir})
	}
	return group, nil
}

// release is a Release for the first of the Deployments.
func release(indent string) string {
	text := `apiVersion: cutover.dev/v1alpha1
kind: Release
metadata:
  name: app-0
  annotations: {config.kubernetes.io/function: "exec: {path: cutover, args: [fn]}"}
spec:
  workload: app-0
  tracks: {blue: {image: "app:1"}, green: {image: "app:2"}}
  stage: shift-5
  strategy: {steps: [5, 25]}
  traffic: [{provider: gatewayAPI, hosts: [app.example.com], options: {gateways: [infra/public]}}]
`
	return indented(text, indent)
}

func indented(text, indent string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(indent + line)
	}
	return b.String()
}

// manifests are n Deployments of about 1.3 kB, and a Service for the first.
func manifests(n int) []string {
	all := []string{"apiVersion: v1\nkind: Service\nmetadata: {name: app-0}\nspec: {selector: {app: app-0}, ports: [{port: 80}]}\n"}
	for i := range n {
		env := ""
		for j := range 16 {
			env += fmt.Sprintf("        - name: VARIABLE_%d\n          value: some text of a usual length\n", j)
		}
		all = append(all, fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-%[1]d
spec:
  replicas: 3
  selector:
    matchLabels:
      app: app-%[1]d
  template:
    metadata:
      labels:
        app: app-%[1]d
    spec:
      containers:
      - name: app
        image: app:0
        readinessProbe:
          tcpSocket:
            port: 80
        env:
%[2]s`, i, env))
	}
	return all
}

// list is a ResourceList of n Deployments with a Release as config.
func list(n int) string {
	b := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n" + release("  ") + "items:\n"
	for _, m := range manifests(n) {
		b += "- " + strings.TrimPrefix(indented(m, "  "), "  ")
	}
	return b
}
