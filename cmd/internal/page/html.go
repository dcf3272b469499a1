package page

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/schemas"
	g "maragu.dev/gomponents"
	c "maragu.dev/gomponents/components"
	h "maragu.dev/gomponents/html"
)

//go:embed style.css
var style string

//go:embed sort.js
var sorting string

// HTML writes the page as one file: its style and its few lines of script are in it,
// and it asks for nothing else. It reads without the script, too.
func (p Page) HTML(w io.Writer) error {
	title := "Releases"
	if len(p.Cards) == 1 {
		title = p.Cards[0].Release
	}
	body := []g.Node{
		h.Header(h.H1(g.Text(title)), h.P(g.Text(p.summary()+", as of "), clock(p.At), g.Text("."))),
	}
	if len(p.Cards) > 1 {
		body = append(body, p.fleet(), h.Script(g.Raw(sorting)))
	}
	for _, one := range p.Cards {
		if len(p.Cards) == 1 || one.Moving() || len(one.Blocked) > 0 {
			body = append(body, p.card(one))
		}
	}
	return c.HTML5(c.HTML5Props{
		Title: title, Language: "en",
		Head: []g.Node{h.Meta(h.Name("color-scheme"), h.Content("light dark")), h.StyleEl(g.Raw(style))},
		Body: []g.Node{h.Main(body...)},
	}).Render(w)
}

// summary counts the releases.
func (p Page) summary() string {
	all, moving, blocked := 0, 0, 0
	for _, one := range p.Cards {
		if len(one.Members) > 0 {
			continue // they are counted
		}
		all++
		if one.Moving() {
			moving++
		}
		if len(one.Blocked) > 0 {
			blocked++
		}
	}
	return fmt.Sprintf("%s: %d under way, %d blocked", report.Count(all, "release"), moving, blocked)
}

// clock is a time that browsers and screen readers know for one.
func clock(t time.Time) g.Node {
	return h.Time(h.DateTime(t.UTC().Format(time.RFC3339)), g.Text(t.UTC().Format("2006-01-02 15:04 UTC")))
}

// card is one release: where it stands, its stages, its next commit.
func (p Page) card(one Card) g.Node {
	return h.Article(h.ID(anchor(one)),
		h.H2(g.Text(one.Release), g.Text(" "), h.Small(g.Text(place(one)))),
		p.facts(one),
		h.H3(g.Text("Stages")), timeline(one, false), back(one),
		g.Iff(one.Next != nil, func() g.Node { return nextCommit(one.Next) }),
	)
}

// anchor is the name of a card in the page.
func anchor(one Card) string { return strings.ReplaceAll(one.Folder+"/"+one.Release, " ", "-") }

func place(one Card) string {
	if one.Namespace == "" {
		return one.Folder
	}
	return one.Folder + ", namespace " + one.Namespace
}

// facts is where a release stands.
func (p Page) facts(one Card) g.Node {
	pair := func(name string, value ...g.Node) g.Node { return g.Group{h.Dt(g.Text(name)), h.Dd(value...)} }
	all := g.Group{pair("Stage", h.Strong(g.Text(one.Stage)))}
	if len(one.Members) > 0 {
		all = append(all, pair("Moves as one", g.Text(schemas.And(one.Members))))
	} else {
		all = append(all, pair("Live", version(one.Live)))
	}
	if one.Candidate != nil {
		all = append(all, pair("Candidate", version(*one.Candidate), g.Textf(", %d %% of the requests", one.Weight)))
	}
	if one.Set != "" {
		all = append(all, pair("Moves with", h.Code(g.Text("ReleaseSet "+one.Set))))
	}
	if one.Since != nil {
		all = append(all, pair("Since", clock(*one.Since), g.Textf(" (%s)", p.since(one))))
	}
	if one.Waiting != "" {
		all = append(all, pair("Waits to start", h.Code(g.Text(one.Waiting))))
	}
	for _, b := range one.Blocked {
		all = append(all, pair("Blocked by", h.Code(g.Text(b.ID)), g.Text(": "+b.Message)))
	}
	return h.Dl(all)
}

// since is how long a release has stood where it stands.
func (p Page) since(one Card) string {
	return schemas.Duration(p.At.Sub(*one.Since).Round(time.Second)).String()
}

func version(v release.Version) g.Node {
	return g.Group{h.Code(g.Text(v.Image)), g.Text(" on "), trackName(v.Track)}
}

func trackName(track string) g.Node { return h.Span(h.Class("track "+track), g.Text(track)) }
