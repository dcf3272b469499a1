package problem

import (
	"fmt"
	"math"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Problem is one violation of a rule.
type Problem struct {
	ID      string      // of the rule, where one function finds the problems of several
	Object  kube.Object // where it stands
	Path    []string    // of the field in it
	About   string      // what it is about; one problem about one thing is told once
	Message string      // what the object does, beginning with a verb; but see Whole
	Whole   bool        // the message names its subject itself
	Hint    string
	Story   *schemas.Story
	schemas.Severity

	// Unjudged marks what an edge changes and nobody here can judge. It is no
	// Finding: it is listed, and nothing is promised of it.
	Unjudged bool
}

// Key identifies a problem, whatever mix it shows in.
func (p Problem) Key(id string) string { return id + " " + p.Object.Key().String() + " " + p.About }

// Finding tells a problem.
func (p Problem) Finding(id, name string) schemas.Finding {
	message := p.sentence()
	if s := p.Story; s != nil {
		message = fmt.Sprintf("%s requests to %s %s: %s%s", percent(s.Share), s.Request, suffer(s.Outcome), message, s.When())
	}
	if name != "" {
		message = name + ": " + message
	}
	f := p.Object.Find(id, message, p.Hint, p.Path...)
	f.Severity, f.Story = p.Severity, p.Story
	if f.Severity != schemas.Info && workload.Accepts(p.Object, id) {
		f.Severity, f.Accepted = schemas.Info, true
		f.Expected = p.Object.Text("metadata", "labels", workload.ReleaseLabel) != ""
	}
	return f
}

// sentence is the message with its subject: it stands alone where a report shows
// nothing else of a finding.
func (p Problem) sentence() string {
	if p.Whole || p.Story != nil {
		return p.Message
	}
	return p.Object.ID.String() + " " + p.Message
}

// percent is a share in words.
func percent(share float64) string {
	if share >= 100 {
		return "all"
	}
	return fmt.Sprintf("%g %% of", math.Round(share*100)/100)
}

// suffer says what becomes of requests.
func suffer(outcome string) string {
	switch outcome {
	case string(route.Refused):
		return "are refused"
	case TooFew:
		return "meet " + TooFew
	}
	return "get " + outcome
}

// TooFew is the outcome where there are pods, but not enough.
const TooFew = "too few pods"
