// Command bench times whole processes side by side: cutover and its peers on the same
// work. Runs alternate, so that all see the same machine; medians count. It writes
// docs/benchmarks.md, and has no thresholds: what a machine does depends on who else is
// there.
//
//	main.go     flags; what is measured
//	page.go     all of it as a page
//	startup.go  one call
//	advance.go  many releases, judged by what a Prometheus says
//	peers.go    a repository of releases, beside helm, kustomize and plain writing
//	growth.go   more and more of one thing
//	emit.go     objects as text
//	fleet.go    repositories of releases
//	process.go  one process, some times
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	runs := flag.Int("n", 5, "runs of each program; small ones get eight times as many")
	bin := flag.String("bin", "bin", "folder with cutover, identity, kustomize and helm")
	page := flag.String("page", "", "also write what was measured to this file")
	to := flag.String("fleet", "", "only write a repository of -releases releases to this folder")
	copied := flag.String("copy", "", "only write the files below this folder to the one of the argument: what writing costs at the least")
	judged := flag.Bool("advance", false, "only time cutover advance over -releases releases")
	n := flag.Int("releases", 200, "releases of -fleet and -advance")
	where := flag.String("layout", string(together), "of -fleet: together in one folder, or apart in a folder each")
	flag.Parse()
	work := func() error { return bench(*bin, *page, *runs) }
	switch {
	case *judged:
		work = func() error { return onlyAdvance(*bin, *n, *runs) }
	case *to != "":
		work = func() error {
			cutover, err := filepath.Abs(filepath.Join(*bin, "cutover"))
			if err != nil {
				return err
			}
			return fleet(*to, cutover, *n, layout(*where), usual)
		}
	case *copied != "":
		work = func() error { return copyFiles(*copied, flag.Arg(0)) }
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// onPath puts a folder before all others on the path.
func onPath(bin string) (string, error) {
	bin, err := filepath.Abs(bin)
	if err != nil {
		return "", err
	}
	return bin, os.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func bench(bin, page string, runs int) error {
	bin, err := onPath(bin)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	p := measured{runs: runs}
	if p.tables, err = startup(temp, 8*runs); err != nil {
		return err
	}
	more, err := peers(temp, bin, runs)
	if err != nil {
		return err
	}
	p.tables = append(p.tables, more...)
	if p.judged, err = advanced(temp, bin, judgedReleases, min(runs, 3)); err != nil {
		return err
	}
	if p.emitted, err = emission(filepath.Join(temp, "together"), runs); err != nil {
		return err
	}
	if p.growth, err = grown(temp, bin, runs); err != nil {
		return err
	}
	text, err := p.text()
	if err != nil {
		return err
	}
	if page != "" {
		err = os.WriteFile(page, text, 0o666)
	}
	_, _ = os.Stdout.Write(text)
	return err
}
