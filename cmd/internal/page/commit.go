package page

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/schemas"
	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// nextCommit is what the next commit changes, and what is said of it.
func nextCommit(next *Commit) g.Node {
	return h.Section(
		h.H3(g.Textf("The next commit: %s → %s ", next.From, next.To), badge(next.Report.Outcome())),
		list(next.Changes),
		h.Details(h.Summary(g.Text("What the agent applies")), diff(next.Diff)),
		findings(next.Report),
	)
}

// badge is an outcome as a word on a colour.
func badge(o report.Outcome) g.Node {
	return h.Span(h.Class("badge "+strings.ReplaceAll(string(o), " ", "-")), g.Text(string(o)))
}

func list(lines []string) g.Node {
	var all []g.Node
	for _, line := range lines {
		all = append(all, h.Li(g.Text(line)))
	}
	return g.If(len(all) > 0, h.Ul(all...))
}

// diff colours the lines of a unified diff.
func diff(text string) g.Node {
	var lines []g.Node
	for line := range strings.Lines(text) {
		class := ""
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "), strings.HasPrefix(line, "@@"):
			class = "place"
		case strings.HasPrefix(line, "+"):
			class = "more"
		case strings.HasPrefix(line, "-"):
			class = "less"
		}
		if class == "" {
			lines = append(lines, g.Text(line))
			continue
		}
		lines = append(lines, h.Span(h.Class(class), g.Text(line)))
	}
	return h.Pre(append([]g.Node{h.Class("diff"), h.TabIndex("0"), h.Role("region"), h.Aria("label", "diff")}, lines...)...)
}

// findings are what the verifier says of a commit, and what it does not judge.
func findings(r report.Report) g.Node {
	var all []g.Node
	for _, f := range r.Findings {
		if f.Severity != schemas.Info {
			all = append(all, h.Li(h.Class(f.Severity.String()),
				h.Code(g.Text(f.ID)), g.Text(" "+f.Message),
				g.If(f.Advice() != "", h.P(h.Class("hint"), g.Text(f.Advice()))),
				sequence(f.Story),
			))
		}
	}
	for _, text := range r.NotJudged {
		all = append(all, h.Li(h.Class("warning"), h.Code(g.Text("not judged")), g.Text(" "+text)))
	}
	if len(all) == 0 {
		return h.P(g.Text("No request is dropped, in whatever order the agent applies it."))
	}
	return h.Ul(append([]g.Node{h.Class("findings")}, all...)...)
}

// sequence draws how a commit drops requests: object by object what the agent has
// applied and what it has not, the request that arrives then, and what it gets.
func sequence(s *schemas.Story) g.Node {
	if s == nil {
		return nil
	}
	steps := []g.Node{h.Class("sequence")}
	step := func(class, word, text string) {
		steps = append(steps, h.Li(h.Class(class), h.Span(h.Class("word"), g.Text(word)), g.Text(" "), h.Code(g.Text(text))))
	}
	for _, o := range s.Applied {
		step("applied", "applied", o)
	}
	for _, o := range s.Waiting {
		step("waiting", "not yet applied", o)
	}
	step("request", "a request arrives:", s.Request)
	step("outcome", "it gets", fmt.Sprintf("%s (%g %% of these requests)", s.Outcome, s.Share))
	return h.Figure(h.FigCaption(g.Text("How it happens")), h.Ol(steps...))
}
