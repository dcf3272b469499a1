package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/lint"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// Report is what verifying came to.
type Report struct {
	Subject   string // what was verified, as a person names it
	States    int    // stages that were checked
	Edges     int    // commits that were checked
	Observed  bool   // the first state was compared with the cluster
	Strict    bool   // what is not judged, and what has ended, end the command with 1
	Findings  []schemas.Finding
	NotJudged []string // what was not understood, and so is not promised
	Skips     []Skip
	Agents    []Advice
	Effects   []Effect // of the one commit that was checked
}

// Effect is what a commit does to a release. Lines say of each track which share of
// the requests it gets, and how many pods run which image; none: the release is not
// there.
type Effect struct {
	Folder  string   `json:"folder"`
	Release string   `json:"release"`
	From    string   `json:"from,omitempty"` // stage; "": the release is new
	To      string   `json:"to,omitempty"`   // stage; "": the release is gone
	Before  []string `json:"before,omitempty"`
	After   []string `json:"after,omitempty"`
}

// Skip is what happens if an agent goes from one stage to another without those
// between. In JSON it stands below "squash", the word of earlier versions, which
// readers rely on.
type Skip struct {
	Release  string   `json:"release"`
	From     string   `json:"from"`
	To       string   `json:"to"`
	Safe     bool     `json:"safe"`
	Findings []string `json:"findings,omitempty"` // ids of errors, each once
}

// Advice is what each order that an agent can be told would do for an unsafe edge.
type Advice struct {
	Edge   string          `json:"edge"`
	Agent  string          `json:"agent"`
	Orders []verify.Rescue `json:"orders"`
}

// Accept turns the findings of some ids, which are meant, into remarks, and sorts
// all of them.
func (r *Report) Accept(ids []string) {
	for i, f := range r.Findings {
		if slices.Contains(ids, f.ID) && f.Severity != schemas.Info {
			r.Findings[i].Severity, r.Findings[i].Accepted = schemas.Info, true
		}
	}
	r.Findings = schemas.Sort(r.Findings)
}

// Unjudged takes down what is not judged, each once: of which requests it may touch, the
// first that is said counts. What has an id is a finding already.
func (r *Report) Unjudged(unread []route.Unread) {
	for _, u := range unread {
		about := u.Source.ID.String() + ": " + u.Why
		told := func(text string) bool { return text == about || strings.HasPrefix(text, about+" (requests to ") }
		if u.ID == "" && !slices.ContainsFunc(r.NotJudged, told) {
			r.NotJudged = append(r.NotJudged, u.Source.ID.String()+": "+u.Text())
		}
	}
}

// Joined is the report of several folders, in the order of their names.
func Joined(all map[string]Report) Report {
	if len(all) == 1 {
		for _, one := range all {
			return one
		}
	}
	sum := Report{Subject: fmt.Sprintf("%d folders", len(all))}
	for _, dir := range slices.Sorted(maps.Keys(all)) {
		one := all[dir]
		sum.States += one.States
		sum.Edges += one.Edges
		sum.Findings = append(sum.Findings, one.Findings...)
		sum.NotJudged = append(sum.NotJudged, one.NotJudged...)
		sum.Skips = append(sum.Skips, one.Skips...)
		sum.Agents = append(sum.Agents, one.Agents...)
		sum.Effects = append(sum.Effects, one.Effects...)
	}
	return sum
}

// Outcome is what verifying can come to. What nobody has judged is never called
// proven.
type Outcome string

// The outcomes, as they are printed.
const (
	Proven    Outcome = "proven"     // everything that changes is judged, and no request is dropped
	Refuted   Outcome = "refuted"    // there is an error
	NotJudged Outcome = "not judged" // no error, but something was not understood
)

// Outcome is what the findings and what is not judged come to.
func (r Report) Outcome() Outcome {
	switch {
	case schemas.Failed(r.Findings):
		return Refuted
	case len(r.NotJudged) > 0:
		return NotJudged
	}
	return Proven
}

// worn reports whether something stands on a router or an API that has ended, and
// nobody has accepted it.
func (r Report) worn() bool {
	return slices.ContainsFunc(r.Findings, func(f schemas.Finding) bool {
		return f.Severity == schemas.Warning && slices.Contains([]string{lint.RouterRetired, lint.APIUnserved}, f.ID)
	})
}

// assumption is what every proof rests on.
const assumption = "each state has arrived before the next commit lands"

// Provided says so of what is proven in many folders.
const Provided = "What is proven drops no request, provided " + assumption + "."

// Count is a number of things: 1 edge, 2 edges.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
