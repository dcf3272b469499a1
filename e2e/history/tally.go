package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
)

// notRead is what a commit counts as if one of its ends cannot be read.
const notRead = "not read"

// outcomes are what a commit may count as, the worst first: a folder that is read says
// more of it than one that is not.
var outcomes = []string{"refuted", "not judged", "proven", notRead}

// tally is what became of the commits of a repository.
type tally struct {
	name    string
	commits map[string]string              // outcome, by revision
	stories map[string]map[string][]string // by outcome and what was said: the revisions, each once
}

func newTally(name string) tally {
	return tally{name, map[string]string{}, map[string]map[string][]string{}}
}

// count takes down what is said of a folder at a revision.
func (t tally) count(rev string, s said) {
	is := s.outcome()
	if was, ok := t.commits[rev]; !ok || slices.Index(outcomes, is) < slices.Index(outcomes, was) {
		t.commits[rev] = is
	}
	if s.unread != "" {
		t.story(notRead, bare(s.unread), rev)
		return
	}
	for _, f := range s.errors() {
		t.story("refuted", f.ID+": "+f.Object[:strings.IndexByte(f.Object+"/", '/')]+" "+f.Object[strings.LastIndexByte(f.Object, '/')+1:], rev)
	}
	for _, text := range s.NotJudged {
		for _, place := range places(text) {
			t.story("not judged", place, rev)
		}
	}
}

func (t tally) story(outcome, what, rev string) {
	if t.stories[outcome] == nil {
		t.stories[outcome] = map[string][]string{}
	}
	if revs := t.stories[outcome][what]; !slices.Contains(revs, rev) {
		t.stories[outcome][what] = append(revs, rev)
	}
}

// changes is what verify says of paths that nobody judges.
var changes = regexp.MustCompile(`^([^/]+)/\S+: changes (.*?): what that does`)

// touched are the requests that a line names: each commit has its own.
var touched = regexp.MustCompile(`(what that does to requests) to [^(]*?( \(| is not judged)| \(requests to .*\)$`)

// places are the paths in a line of what is not judged, each behind its kind; without
// paths it is the line, for any object of the kind.
func places(text string) []string {
	m := changes.FindStringSubmatch(text)
	if m == nil {
		kind, rest, _ := strings.Cut(text, "/")
		_, why, _ := strings.Cut(rest, ": ")
		return []string{kind + " " + touched.ReplaceAllString(why, "$1$2")}
	}
	var all []string
	for _, path := range strings.FieldsFunc(strings.ReplaceAll(m[2], " and ", ", "), func(r rune) bool { return r == ',' }) {
		all = append(all, m[1]+" "+strings.TrimSpace(path))
	}
	return all
}

// temporary are the folders in which commits are checked out.
var temporary = regexp.MustCompile(`/\S*/history-\d+/\d+/[ab]/`)

// bare is a text without places of this machine and of one commit.
func bare(text string) string { return temporary.ReplaceAllString(text, "") }

// is is how many commits count as an outcome.
func (t tally) is(outcome string) int {
	n := 0
	for _, o := range t.commits {
		if o == outcome {
			n++
		}
	}
	return n
}

// sum prints what became of all commits.
func (h *history) sum() error {
	all := newTally("in all")
	for _, t := range h.sums {
		for rev, outcome := range t.commits {
			all.commits[t.name+" "+rev] = outcome
		}
		for outcome, stories := range t.stories {
			for what, revs := range stories {
				for _, rev := range revs {
					all.story(outcome, what, t.name+" "+rev)
				}
			}
		}
	}
	if len(all.commits) == 0 {
		return errors.New("no commit of a folder of manifests was found")
	}
	w := tabwriter.NewWriter(h.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "commits\tproven\trefuted\tnot judged\tnot read\t  repository\n")
	for _, t := range append(h.sums, all) {
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d\t  %s\n",
			len(t.commits), t.is("proven"), t.is("refuted"), t.is("not judged"), t.is(notRead), t.name)
	}
	_ = w.Flush()
	for _, outcome := range []string{"refuted", "not judged", notRead} {
		all.tell(h, outcome)
	}
	fmt.Fprintf(h.out, "\n%.1f edges/s, %d of them\n", float64(h.edges)/h.judging.Seconds(), h.edges)
	return nil
}

// tell prints what was said of commits of an outcome, the commonest first, each with
// one of them.
func (t tally) tell(h *history, outcome string) {
	stories := t.stories[outcome]
	fmt.Fprintf(h.out, "\n%s: commits, what, and one of them\n", outcome)
	for _, what := range slices.SortedFunc(maps.Keys(stories), func(a, b string) int {
		return cmp.Or(len(stories[b])-len(stories[a]), strings.Compare(a, b))
	}) {
		fmt.Fprintf(h.out, "%5d  %s (%s)\n", len(stories[what]), what, slices.Max(stories[what]))
	}
}
