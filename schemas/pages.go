package schemas

import (
	_ "embed" // the pages
	"strings"
)

// Page explains the findings of one id: what it means, why it matters, what to do.
type Page struct{ ID, Text string }

// pagesText has the pages in alphabetical order: a line "## id", an empty line, the
// text in lines of any length. Nothing is parsed before somebody asks.
//
//go:embed pages.txt
var pagesText string

// Pages are the pages of all ids, in alphabetical order.
func Pages() []Page { return parsePages(pagesText) }

// PageOf is the page of an id; ok is false if there is none.
func PageOf(id string) (p Page, ok bool) {
	_, rest, found := strings.Cut("\n"+pagesText, "\n## "+id+"\n")
	section, _, _ := strings.Cut(rest, "\n## ")
	for _, p := range parsePages("## " + id + "\n" + section) {
		return p, found && p.ID == id
	}
	return Page{}, false
}

// parsePages reads sections that begin with "## id". The text of each becomes one
// line.
func parsePages(text string) []Page {
	var all []Page
	for section := range strings.SplitSeq("\n"+text, "\n## ") {
		if id, body, ok := strings.Cut(section, "\n"); ok && id != "" {
			all = append(all, Page{id, strings.Join(strings.Fields(body), " ")})
		}
	}
	return all
}
