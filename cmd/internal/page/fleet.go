package page

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/release"
	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// fleet is a table with a row for each release. A click on the head of a column
// sorts by it.
func (p Page) fleet() g.Node {
	head := []g.Node{}
	for _, name := range []string{"Release", "Stage", "Live", "Candidate", "Requests", "Since", "Next", "Next commit", "Blocked by"} {
		head = append(head, h.Th(h.Scope("col"), h.Button(h.Type("button"), g.Text(name))))
	}
	var rows []g.Node
	for _, one := range p.Cards {
		rows = append(rows, p.line(one))
	}
	return h.Div(h.Class("scroll"), h.TabIndex("0"), h.Role("region"), h.Aria("label", "releases"),
		h.Table(h.Class("fleet"), h.THead(h.Tr(head...)), h.TBody(rows...)))
}

// line is one release. Cells that are not sorted by their words say by what.
func (p Page) line(one Card) g.Node {
	name := g.Text(one.Folder + "/" + one.Release)
	if one.Moving() || len(one.Blocked) > 0 {
		name = h.A(h.Href("#"+anchor(one)), name)
	}
	candidate, since, age := "", "", int64(-1)
	if one.Candidate != nil {
		candidate = release.Tag(one.Candidate.Image)
	}
	if one.Since != nil {
		since, age = p.since(one), int64(p.At.Sub(*one.Since).Seconds())
	}
	return h.Tr(
		h.Th(h.Scope("row"), name), h.Td(g.Text(one.Stage)), h.Td(g.Text(release.Tag(one.Live.Image))), h.Td(g.Text(candidate)),
		h.Td(h.Data("by", fmt.Sprint(one.Weight)), one.now()),
		h.Td(h.Data("by", fmt.Sprint(age)), g.Text(since)),
		h.Td(g.Text(one.Standing.Next)),
		h.Td(g.If(one.Next != nil, badge(one.Outcome()))),
		h.Td(g.Text(one.reasons())),
	)
}

// now is who gets the requests where the release stands.
func (c Card) now() g.Node {
	for _, s := range c.Stages {
		if s.Here {
			return g.Group{bar(s.Shares), h.Span(h.Class("words"), g.Text(amounts(s.Shares, " %")))}
		}
	}
	return nil
}

// reasons are the ids of what keeps a release, each once.
func (c Card) reasons() string {
	var all []string
	for _, b := range c.Blocked {
		if !strings.Contains(strings.Join(all, " "), b.ID) {
			all = append(all, b.ID)
		}
	}
	return strings.Join(all, ", ")
}
