// Command bench times whole processes side by side: cutover, and an identity
// function on kyaml's framework, on the same input. Runs alternate, so that all
// see the same machine; medians count.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	runs := flag.Int("n", 40, "runs of each program")
	bin := flag.String("bin", "bin", "folder with cutover, identity and kustomize")
	to := flag.String("fleet", "", "only write a repository of -releases releases to this folder")
	n := flag.Int("releases", 200, "releases of -fleet")
	where := flag.String("layout", string(together), "of -fleet: together in one folder, or apart in a folder each")
	flag.Parse()
	work := func() error { return bench(*bin, *runs) }
	if *to != "" {
		work = func() error { return fleet(*to, filepath.Join(*bin, "cutover"), *n, layout(*where)) }
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// program is one of those compared.
type program struct {
	name  string
	args  []string
	dir   string
	stdin string
	runs  []run
}

// run is what one process cost.
type run struct {
	wall, cpu time.Duration
	rss       int64 // KiB
}

func bench(bin string, runs int) error {
	bin, err := filepath.Abs(bin)
	if err != nil {
		return err
	}
	if err := os.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	const dir = "examples/hybrid-gateway-api"
	groups := [][]*program{{
		{name: "identity on kyaml's framework", args: []string{"identity"}, stdin: list(1)},
		{name: "cutover version", args: []string{"cutover", "version"}},
		{name: "cutover fn, transformer", args: []string{"cutover", "fn"}, stdin: list(1)},
		{name: "cutover render, one stage", args: []string{"cutover", "render", dir, "--out", "-"}},
		{name: "cutover render, the tree", args: []string{"cutover", "render", dir, "--check"}},
		{name: "cutover verify", args: []string{"cutover", "verify", dir}},
	}}
	for _, n := range []int{1, 100} {
		group, err := builds(temp, n)
		if err != nil {
			return err
		}
		groups = append(groups, group)
	}
	for _, group := range groups {
		if err := compare(group, runs); err != nil {
			return err
		}
	}
	return nil
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
			&program{name: fmt.Sprintf("kustomize, %d Deployments, %s", n, b.name), args: []string{
				"kustomize", "build", "--enable-alpha-plugins", "--enable-exec", ".",
			}, dir: dir})
	}
	return group, nil
}

func compare(group []*program, runs int) error {
	const warm = 3
	for i := range runs + warm {
		for _, p := range group {
			r, err := p.once()
			if err != nil {
				return err
			}
			if i >= warm {
				p.runs = append(p.runs, r)
			}
		}
	}
	wall := func(r run) float64 { return 1000 * r.wall.Seconds() }
	yardstick := median(group[0].runs, wall)
	fmt.Printf("%-42s %9s %9s %9s %7s\n", fmt.Sprintf("medians of %d", runs), "wall ms", "cpu ms", "RSS MiB", "ratio")
	for _, p := range group {
		cpu := median(p.runs, func(r run) float64 { return 1000 * r.cpu.Seconds() })
		rss := median(p.runs, func(r run) float64 { return float64(r.rss) / 1024 })
		fmt.Printf("%-42s %9.1f %9.1f %9.1f %7.2f\n", p.name, median(p.runs, wall), cpu, rss, median(p.runs, wall)/yardstick)
	}
	fmt.Println()
	return nil
}

func (p *program) once() (run, error) {
	c := exec.Command(p.args[0], p.args[1:]...)
	c.Dir, c.Stdin = p.dir, strings.NewReader(p.stdin)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	begin := time.Now()
	if err := c.Run(); err != nil {
		return run{}, fmt.Errorf("%s: %w\n%s", p.name, err, stderr.String())
	}
	r := run{wall: time.Since(begin), cpu: c.ProcessState.UserTime() + c.ProcessState.SystemTime()}
	if usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.rss = usage.Maxrss
	}
	return r, nil
}

func median(runs []run, of func(run) float64) float64 {
	var all []float64
	for _, r := range runs {
		all = append(all, of(r))
	}
	slices.Sort(all)
	return all[len(all)/2]
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
