// Command history runs cutover verify over the commits of real repositories, one by
// one, and counts what it says: what is refused there without dropping a request is
// a false alarm, which no made-up case shows.
//
// Each commit is checked out, beside the one before it, into folders of its own; the
// clones are not written to. A folder of manifests is one that kustomize builds, or
// one that holds a workload and that no kustomization is above or below of. A commit
// counts once for each repository, as the worst of what its folders come to.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

func main() {
	most := flag.Int("n", 200, "commits of each folder, the newest")
	bin := flag.String("bin", "bin/cutover", "the program")
	verbose := flag.Bool("v", false, "print every commit that is not proven, and why")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(),
			"usage: history [flags] DIR, a folder with clones, bare or not, at any depth; or DIR/CLONE:FOLDER for one folder of one of them")
		flag.PrintDefaults()
	}
	flag.Parse()
	h := history{most: *most, verbose: *verbose, out: os.Stdout}
	if err := h.run(*bin, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "history:", err)
		os.Exit(1)
	}
}

// history is a run over repositories, and what it has counted.
type history struct {
	most    int
	verbose bool
	out     io.Writer
	bin     string
	temp    string
	edges   int           // commits of folders
	judging time.Duration // spent on them in the program
	sums    []tally       // of repositories
}

func (h *history) run(bin string, places []string) error {
	var err error
	if h.bin, err = filepath.Abs(bin); err != nil {
		return err
	}
	if h.temp, err = os.MkdirTemp("", "history-"); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(h.temp) }()
	for _, place := range places {
		root, only, _ := strings.Cut(place, ":")
		clones, err := clonesIn(root)
		if err != nil {
			return err
		}
		for _, dir := range clones {
			if err := h.repository(dir, only); err != nil {
				return fmt.Errorf("%s: %w", dir, err)
			}
		}
	}
	return h.sum()
}

// repository checks the folders of one clone, or one of them.
func (h *history) repository(dir, only string) error {
	temp, err := os.MkdirTemp(h.temp, "")
	if err != nil {
		return err
	}
	trees := [2]*clone{{dir: dir, tree: filepath.Join(temp, "a")}, {dir: dir, tree: filepath.Join(temp, "b")}}
	for _, t := range trees { // where a repository begins: nothing is read above it
		if err := os.MkdirAll(filepath.Join(t.tree, ".git"), 0o777); err != nil {
			return err
		}
	}
	folders, err := trees[0].folders()
	if err != nil {
		return err
	}
	if only != "" {
		folders = []string{only}
	}
	t := newTally(filepath.Base(strings.TrimSuffix(strings.TrimSuffix(dir, "/.git"), "/repo")))
	reach := map[string][]string{}
	for _, folder := range folders {
		reach[folder] = trees[0].reach(folder)
	}
	for _, folder := range folders {
		if err := h.folder(t, folder, reach[folder], trees); err != nil {
			return err
		}
	}
	h.sums = append(h.sums, t)
	return os.RemoveAll(temp)
}

// folder checks the commits that touch a folder, each against the one before.
func (h *history) folder(t tally, dir string, reach []string, trees [2]*clone) error {
	args := []string{"log", "--first-parent", "--no-renames", fmt.Sprintf("--max-count=%d", h.most+1), "--format=%h %s", "HEAD", "--"}
	log, err := trees[0].git("", append(args, reach...)...)
	if err != nil {
		return err
	}
	var below []string
	if len(trees[0].blobs) > wide {
		below = tops(reach)
	}
	commits := strings.Split(strings.TrimSpace(log), "\n")
	slices.Reverse(commits)
	for i, line := range commits {
		rev, subject, _ := strings.Cut(line, " ")
		if err := trees[i%2].checkout(rev, below...); err != nil {
			return err
		}
		if i > 0 {
			from, to := filepath.Join(trees[(i-1)%2].tree, dir), filepath.Join(trees[i%2].tree, dir)
			if !exists(from) || !exists(to) {
				continue // there is no such folder yet, or any more
			}
			said, err := h.verify(from, to)
			if err != nil {
				return fmt.Errorf("%s at %s: %w", dir, rev, err)
			}
			t.count(rev, said)
			h.tell(fmt.Sprintf("%s %s %s %.60s", t.name, dir, rev, subject), said)
		}
	}
	return nil
}

// wide is from how many files on only the folders at the root are checked out that a
// state is made of.
const wide = 8000

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// said is what verify says of a commit. Where an end cannot be read, unread says why.
type said struct {
	Outcome   string
	Findings  []finding
	NotJudged []string
	unread    string
}

type finding struct{ ID, Severity, Object, Message string }

func (h *history) verify(from, to string) (said, error) {
	cmd := exec.Command(h.bin, "verify", "--from", from, "--to", to, "-o", "json")
	cmd.Dir = h.temp
	var out, problem bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problem
	start := time.Now()
	err := cmd.Run()
	h.judging += time.Since(start)
	h.edges++
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == 2:
		line, _ := bufio.NewReader(&problem).ReadString('\n')
		return said{unread: strings.TrimSpace(line)}, nil
	case err != nil && !errors.As(err, &exit):
		return said{}, err
	}
	var s said
	if err := json.Unmarshal(out.Bytes(), &s); err != nil {
		return s, err
	}
	for _, f := range s.Findings {
		if f.Severity == "error" && unreadable.MatchString(f.ID) {
			s.unread = f.Message
		}
	}
	return s, nil
}

// unreadable are findings about text, and not about what it does to requests.
var unreadable = regexp.MustCompile(`^(kustomization|yaml-.*|file-.*|state-empty|object|type|document-.*|name-generated)$`)

func (s said) errors() []finding {
	return slices.DeleteFunc(slices.Clone(s.Findings), func(f finding) bool { return f.Severity != "error" })
}

// outcome is what a commit counts as.
func (s said) outcome() string {
	if s.unread != "" {
		return notRead
	}
	return s.Outcome
}

// tell prints a commit that is not proven.
func (h *history) tell(commit string, s said) {
	if !h.verbose || s.outcome() == "proven" {
		return
	}
	fmt.Fprintf(h.out, "%s: %s\n", s.outcome(), commit)
	if s.unread != "" {
		fmt.Fprintf(h.out, "\t%s\n", s.unread)
		return
	}
	for _, f := range s.errors() {
		fmt.Fprintf(h.out, "\t%s: %s [%s]\n", f.Object, f.Message, f.ID)
	}
	for _, text := range s.NotJudged {
		fmt.Fprintf(h.out, "\t%s\n", text)
	}
}
