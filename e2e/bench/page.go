package main

import (
	"bytes"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// measured is all that was measured.
type measured struct {
	runs    int
	tables  []table
	judged  *table
	emitted []emitted
	growth  []growth
}

const head = `# Benchmarks

For whoever wants to know what cutover costs. Three minutes.

Written by ` + "`make bench`" + `, which times whole processes side by side: programs take turns, and
medians count. In brackets are the least and the most of all runs. CPU is user and system
time of a process and of those it called; memory is the most that one run held. There are
no thresholds: what a machine does depends on who else is there. To see what a command
takes on yours, in ` + "`examples/`" + `:

` + "```sh" + `
time cutover render -R --check .
time cutover verify hybrid-gateway-api
` + "```" + `
`

// text is a page of it.
func (m measured) text() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(head)
	b.WriteString("\nMeasured on " + machine() + ", with " + runtime.Version())
	fmt.Fprintf(&b, ", %d runs of each program and %d of those that take milliseconds", m.runs, 8*m.runs)
	for _, name := range []string{"cutover", "helm", "kustomize"} {
		version, err := versionOf(name)
		if err != nil {
			return nil, err
		}
		b.WriteString(", " + version)
	}
	b.WriteString(".\n")
	for _, t := range m.tables {
		t.write(&b)
	}
	m.judged.writeWithWall(&b)
	b.WriteString("\n## Objects as text\n\nAll objects of all stages of the folder above, in memory, on one core.\n\n" +
		"| | objects a second | |\n|---|---|---|\n")
	for _, e := range m.emitted {
		last := len(e.perSecond) - 1
		fmt.Fprintf(&b, "| %s | %.0f | (%.0f–%.0f) |\n", e.how, median(e.perSecond), e.perSecond[0], e.perSecond[last])
	}
	b.WriteString("\n## Growth\n\nCPU seconds without what starting costs, at three sizes. An exponent of 1 is twice the time\n" +
		"for twice as much.\n\n" +
		"| more and more | | at | | | exponent |\n|---|---|---|---|---|---|\n")
	for _, g := range m.growth {
		fmt.Fprintf(&b, "| %s | `%s` | %d: %.2f s | %d: %.2f s | %d: %.2f s | %.2f |\n", g.of, g.command,
			g.sizes[0], g.seconds[0], g.sizes[1], g.seconds[1], g.sizes[2], g.seconds[2], g.exponent)
	}
	b.WriteString(where)
	return b.Bytes(), nil
}

// where says what holds what is slow, by profiles that somebody has looked at.
const where = `
## Where the time goes

By profiles of the folder of 200 releases, and of one call:

- ` + "`" + `status` + "`" + `, some 5 ms a release: a third proves the next step, a fifth makes all stages to
  see that what is rendered is up to date, a quarter is the garbage collector's.
- ` + "`" + `verify` + "`" + `: what is held is 47 MiB, and garbage about as much again. With ` + "`" + `GOGC=40` + "`" + ` it is
  109 MiB in all, and takes a third longer.
- ` + "`" + `render -R --check` + "`" + `: more than a quarter are calls of the system that read 7 600 files in
  3 600 folders, a third makes the stages.
- ` + "`" + `cutover fn` + "`" + `: a quarter makes packages ready, a third is the work, of which a third judges
  what is made by the API server's rules; the rest is a process that starts.
- ` + "`" + `cutover render --check` + "`" + ` of one tree: of 20 ms a third is a process that starts, a fifth
  are two calls of git (is a release under way?), the rest makes ten stages and compares
  84 files, cold: the same work takes 8 ms in a process that has done it before. Without
  the garbage collector it takes as long.
`

// versionOf is a program with its version: of cutover what it says itself, of others that
// of the module they are built from.
func versionOf(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	if name == "cutover" {
		out, err := exec.Command(path, "version").Output()
		first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		return first, err
	}
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return "", err
	}
	return name + " " + info.Main.Version, nil
}

func (t table) write(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n| | CPU | | memory | times the yardstick |\n|---|---|---|---|---|\n", t.title, t.about)
	yardstick := median(t.programs[0].cpu())
	for _, p := range t.programs {
		all := p.cpu()
		fmt.Fprintf(b, "| %s | %s | (%s–%s) | %.0f MiB | %.2f |\n",
			p.name, seconds(median(all)), seconds(all[0]), seconds(all[len(all)-1]), p.rss(), median(all)/yardstick)
	}
}

// writeWithWall writes a table of programs that wait for others.
func (t table) writeWithWall(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n| | CPU | | from begin to end | | memory |\n|---|---|---|---|---|---|\n", t.title, t.about)
	for _, p := range t.programs {
		cpu, wall := p.cpu(), p.wall()
		last := len(cpu) - 1
		fmt.Fprintf(b, "| %s | %s | (%s–%s) | %s | (%s–%s) | %.0f MiB |\n", p.name, seconds(median(cpu)), seconds(cpu[0]), seconds(cpu[last]),
			seconds(median(wall)), seconds(wall[0]), seconds(wall[last]), p.rss())
	}
}

// seconds is a time as a person reads it.
func seconds(s float64) string {
	if s < 0.2 {
		return fmt.Sprintf("%.0f ms", 1000*s)
	}
	return fmt.Sprintf("%.2f s", s)
}

// machine is the kind of processor, and how many cores there are.
func machine() string {
	kind := runtime.GOARCH
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			kind = strings.TrimSpace(value)
			break
		}
	}
	return fmt.Sprintf("%d cores of %s, %s", runtime.NumCPU(), kind, runtime.GOOS)
}
