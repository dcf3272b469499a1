package page

import (
	"fmt"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// timeline draws the stages in their order, those of the way forward or the twins
// that only an abort leads to. What a bar shows its words say, too.
func timeline(one Card, twins bool) g.Node {
	var rows []g.Node
	for _, s := range one.Stages {
		if s.Twin == twins {
			rows = append(rows, one.row(s))
		}
	}
	return h.Ol(append([]g.Node{h.Class("stages")}, rows...)...)
}

func (c Card) row(s Stage) g.Node {
	return h.Li(
		g.If(s.Here, g.Group{h.Class("here"), h.Aria("current", "step")}),
		h.Span(h.Class("name"), g.Text(s.Name), g.If(s.Here, h.Small(g.Text(" now")))),
		g.If(len(s.Members) == 0, bar(s.Shares)), g.If(len(s.Members) > 0, h.Div()),
		h.Span(h.Class("words"), g.Text(c.words(s))),
		g.If(len(s.Changes) > 0, h.Span(h.Class("changes"), g.Text(strings.Join(s.Changes, "; ")))),
	)
}

// bar shows shares of the requests as lengths.
func bar(shares []Share) g.Node {
	all := []g.Node{h.Class("bar"), h.Aria("hidden", "true")}
	for _, s := range shares {
		if s.Amount > 0 {
			all = append(all, h.Span(h.Class(s.Track), h.Style(fmt.Sprintf("width:%d%%", s.Amount))))
		}
	}
	return h.Div(all...)
}

// words say what the bar shows: shares, pods, how long to stay; of a set where its members
// stand.
func (c Card) words(s Stage) string {
	if len(s.Members) > 0 {
		var all []string
		for i, name := range c.Members {
			all = append(all, name+" "+s.Members[i])
		}
		return strings.Join(all, ", ") + s.stay()
	}
	requests := "requests to the pods of both"
	if len(s.Shares) > 0 {
		requests = amounts(s.Shares, " %")
	}
	return requests + " · pods: " + amounts(s.Pods, "") + s.stay()
}

// stay says how long a release stays there.
func (s Stage) stay() string {
	if s.Hold == 0 {
		return ""
	}
	return " · at least " + s.Hold.String()
}

// amounts is blue 95 %, green 5 %.
func amounts(shares []Share, unit string) string {
	var all []string
	for _, s := range shares {
		all = append(all, fmt.Sprintf("%s %d%s", s.Track, s.Amount, unit))
	}
	return strings.Join(all, ", ")
}

// back is where aborts lead, folded away.
func back(one Card) g.Node {
	here, found := "", false
	for _, s := range one.Stages {
		found = found || s.Twin
	}
	if one.Abort != "" {
		here = "cutover abort leads to " + one.Abort + "."
	}
	if !found {
		return g.If(here != "", h.P(g.Text(here)))
	}
	return h.Details(h.Summary(g.Text("The ways back")), g.If(here != "", h.P(g.Text(here))), timeline(one, true))
}
