// Command history runs cutover verify over the commits of real repositories, one by
// one, and counts what it says: what is refused there without dropping a request is
// a false alarm, which no made-up case shows.
//
// Each commit is checked out, beside the one before it, into folders of its own; the
// clones are not written to. A folder of manifests is one that kustomize builds, or
// one that holds a workload and that no kustomization is above or below of.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	most := flag.Int("n", 200, "commits of each folder, the newest")
	bin := flag.String("bin", "bin/cutover", "the program")
	verbose := flag.Bool("v", false, "print every refusal whole")
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
	sum     tally
}

// tally is what became of commits.
type tally struct {
	commits, proven, unread, unjudged int
	refuted                           map[string]int // by id; a commit may have several
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
	if h.sum.commits == 0 {
		return errors.New("no commit of a folder of manifests was found")
	}
	h.sum.print(h.out, "in all")
	return nil
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
	folders := []string{only}
	if only == "" {
		if folders, err = trees[0].folders(); err != nil {
			return err
		}
	}
	name := filepath.Base(strings.TrimSuffix(strings.TrimSuffix(dir, "/.git"), "/repo"))
	for _, folder := range folders {
		if err := h.folder(name, folder, trees); err != nil {
			return err
		}
	}
	return os.RemoveAll(temp)
}

// folder checks the commits that touch a folder, each against the one before.
func (h *history) folder(name, dir string, trees [2]*clone) error {
	if err := trees[0].checkout("HEAD"); err != nil {
		return err
	}
	args := []string{"log", "--first-parent", "--no-renames", fmt.Sprintf("--max-count=%d", h.most+1), "--format=%h %s", "HEAD", "--"}
	log, err := trees[0].git("", append(args, trees[0].reach(dir)...)...)
	if err != nil {
		return err
	}
	one := tally{}
	commits := strings.Split(strings.TrimSpace(log), "\n")
	slices.Reverse(commits)
	for i, line := range commits {
		rev, subject, _ := strings.Cut(line, " ")
		if err := trees[i%2].checkout(rev); err != nil {
			return err
		}
		if i > 0 {
			from, to := filepath.Join(trees[(i-1)%2].tree, dir), filepath.Join(trees[i%2].tree, dir)
			said, err := h.verify(from, to)
			if err != nil {
				return fmt.Errorf("%s at %s: %w", dir, rev, err)
			}
			one.count(said)
			h.tell(fmt.Sprintf("%s %s %s %.60s", name, dir, rev, subject), said)
		}
	}
	if one.commits > 0 {
		one.print(h.out, name+" "+dir)
		h.sum.add(one)
	}
	return nil
}

// said is what verify says of a commit. Where an end cannot be read, Safe is no and
// Edges is 0.
type said struct {
	Safe      bool
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
	err := cmd.Run()
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
var unreadable = regexp.MustCompile(`^(kustomization|yaml-.*|file-.*|state-empty|object|type|document-.*)$`)

func (s said) ids() []string {
	var ids []string
	for _, f := range s.Findings {
		if f.Severity == "error" && !slices.Contains(ids, f.ID) {
			ids = append(ids, f.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// tell prints a commit that is not proven.
func (h *history) tell(commit string, s said) {
	switch {
	case s.unread != "":
		fmt.Fprintf(h.out, "unread  %s: %s\n", commit, s.unread)
	case !s.Safe:
		fmt.Fprintf(h.out, "refuted %s: %s\n", commit, strings.Join(s.ids(), ", "))
		for _, f := range s.Findings {
			if h.verbose && f.Severity == "error" {
				fmt.Fprintf(h.out, "\t%s: %s [%s]\n", f.Object, f.Message, f.ID)
			}
		}
	}
}

func (t *tally) count(s said) {
	t.commits++
	switch {
	case s.unread != "":
		t.unread++
		return
	case s.Safe:
		t.proven++
	}
	if len(s.NotJudged) > 0 {
		t.unjudged++
	}
	if t.refuted == nil {
		t.refuted = map[string]int{}
	}
	for _, id := range s.ids() {
		t.refuted[id]++
	}
}

func (t *tally) add(o tally) {
	t.commits += o.commits
	t.proven += o.proven
	t.unread += o.unread
	t.unjudged += o.unjudged
	if t.refuted == nil {
		t.refuted = map[string]int{}
	}
	for id, n := range o.refuted {
		t.refuted[id] += n
	}
}

func (t *tally) print(w io.Writer, name string) {
	fmt.Fprintf(w, "%s: %d commits, %d proven, %d refuted, %d not read; of those read, %d with lines not judged\n",
		name, t.commits, t.proven, t.commits-t.proven-t.unread, t.unread, t.unjudged)
	for _, id := range slices.Sorted(maps.Keys(t.refuted)) {
		fmt.Fprintf(w, "\t%-20s %d\n", id, t.refuted[id])
	}
}
