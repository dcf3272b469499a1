package page

import (
	"fmt"
	"io"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/schemas"
)

// longestDiff is how many bytes of a diff a comment shows: GitHub takes 65 536
// characters for all of it.
const longestDiff = 20_000

// Markdown writes the page for a comment on a pull request: what a phone shows first
// is where each release stands and what the next commit does.
func (p Page) Markdown(w io.Writer) error {
	var b strings.Builder
	for i, one := range p.Cards {
		if i > 0 {
			b.WriteString("\n")
		}
		one.markdown(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (c Card) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "### %s: %s\n\n", report.EscapeMarkdown(c.Release), c.Stage)
	if len(c.Members) > 0 {
		fmt.Fprintf(b, "- moves as one: %s\n", report.EscapeMarkdown(schemas.And(c.Members)))
	} else {
		fmt.Fprintf(b, "- live: `%s` (%s)\n", release.Tag(c.Live.Image), c.Live.Track)
	}
	if c.Candidate != nil {
		fmt.Fprintf(b, "- candidate: `%s` (%s), %d %% of the requests\n", release.Tag(c.Candidate.Image), c.Candidate.Track, c.Weight)
	}
	if c.Set != "" {
		fmt.Fprintf(b, "- moves with ReleaseSet `%s`\n", c.Set)
	}
	for _, k := range c.Blocked {
		fmt.Fprintf(b, "- blocked by `%s`: %s\n", k.ID, report.EscapeMarkdown(k.Message))
	}
	b.WriteString(report.Folded("Stages", c.table()))
	if c.Next == nil {
		return
	}
	fmt.Fprintf(b, "\n#### Next: %s → %s\n\n", c.Next.From, c.Next.To)
	for _, change := range c.Next.Changes {
		fmt.Fprintf(b, "- %s\n", report.EscapeMarkdown(change))
	}
	b.WriteString("\n" + c.Next.Report.Markdown())
	text := c.Next.Diff
	if len(text) > longestDiff {
		text = text[:strings.LastIndex(text[:longestDiff], "\n")+1] + "… cutover diff shows the rest\n"
	}
	if text != "" {
		b.WriteString(report.Folded("What the agent applies", report.FenceMarkdown("diff", text)))
	}
}

// table has a row for each stage on the way forward.
func (c Card) table() string {
	var b strings.Builder
	if len(c.Members) > 0 {
		return c.jointTable()
	}
	b.WriteString("| stage | requests | pods |\n|---|---|---|\n")
	for _, s := range c.Stages {
		if s.Twin {
			continue
		}
		requests := "to the pods of both"
		if len(s.Shares) > 0 {
			requests = amounts(s.Shares, " %")
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", s.marked(), requests, amounts(s.Pods, ""))
	}
	return b.String()
}

// jointTable has a row for each stage of a set on the way forward, and says where each
// member stands there.
func (c Card) jointTable() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| stage | %s |\n%s\n", strings.Join(c.Members, " | "), strings.Repeat("|---", len(c.Members)+1)+"|")
	for _, s := range c.Stages {
		if !s.Twin {
			fmt.Fprintf(&b, "| %s | %s |\n", s.marked(), strings.Join(s.Members, " | "))
		}
	}
	return b.String()
}

// marked is the name of a stage, with a mark where the release stands.
func (s Stage) marked() string {
	if s.Here {
		return "**" + s.Name + "** ◀"
	}
	return s.Name
}
