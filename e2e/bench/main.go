// Command bench times whole processes side by side: one render of an example by
// cutover, and an identity function on kyaml's framework over the same
// manifests. Runs alternate, so that both see the same machine; medians count.
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
	runs := flag.Int("n", 60, "runs of each program")
	bin := flag.String("bin", "bin", "folder with cutover and identity")
	dir := flag.String("dir", "examples/hybrid-gateway-api", "folder of a Release")
	flag.Parse()
	if err := bench(*bin, *dir, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// program is one of those compared.
type program struct {
	name  string
	args  []string
	stdin []byte
	runs  []run
}

// run is what one process cost.
type run struct {
	wall, cpu time.Duration
	rss       int64 // KiB
}

func bench(bin, dir string, runs int) error {
	list, err := resourceList(dir)
	if err != nil {
		return err
	}
	programs := []*program{
		{name: "identity on kyaml's framework", args: []string{filepath.Join(bin, "identity")}, stdin: list},
		{name: "cutover version", args: []string{filepath.Join(bin, "cutover"), "version"}},
		{name: "cutover render, one stage", args: []string{filepath.Join(bin, "cutover"), "render", dir, "--out", "-"}},
		{name: "cutover render, the tree", args: []string{filepath.Join(bin, "cutover"), "render", dir, "--check"}},
		{name: "cutover verify", args: []string{filepath.Join(bin, "cutover"), "verify", dir}},
	}
	for i := range runs + 3 {
		for _, p := range programs {
			r, err := p.once()
			if err != nil {
				return err
			}
			if i >= 3 { // the first ones warm up
				p.runs = append(p.runs, r)
			}
		}
	}
	yardstick := median(programs[0].runs, func(r run) float64 { return r.wall.Seconds() })
	fmt.Printf("%-32s %9s %9s %9s %7s\n", "medians of "+fmt.Sprint(runs), "wall ms", "cpu ms", "RSS MiB", "ratio")
	for _, p := range programs {
		wall := median(p.runs, func(r run) float64 { return r.wall.Seconds() })
		cpu := median(p.runs, func(r run) float64 { return r.cpu.Seconds() })
		rss := median(p.runs, func(r run) float64 { return float64(r.rss) })
		fmt.Printf("%-32s %9.1f %9.1f %9.1f %7.2f\n", p.name, 1000*wall, 1000*cpu, rss/1024, wall/yardstick)
	}
	return nil
}

func (p *program) once() (run, error) {
	c := exec.Command(p.args[0], p.args[1:]...)
	c.Stdin = bytes.NewReader(p.stdin)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	begin := time.Now()
	if err := c.Run(); err != nil {
		return run{}, fmt.Errorf("%s: %w\n%s", p.name, err, stderr.String())
	}
	wall := time.Since(begin)
	r := run{wall: wall, cpu: c.ProcessState.UserTime() + c.ProcessState.SystemTime()}
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

// resourceList wraps the manifests of a folder as an orchestrator would.
func resourceList(dir string) ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(dir, "base", "*.yaml"))
	if err != nil {
		return nil, err
	}
	b := bytes.NewBufferString("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n")
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for doc := range strings.SplitSeq(string(data), "\n---\n") {
			for i, line := range strings.Split(strings.TrimSpace(doc), "\n") {
				indent := "  "
				if i == 0 {
					indent = "- "
				}
				b.WriteString(indent + line + "\n")
			}
		}
	}
	return b.Bytes(), nil
}
